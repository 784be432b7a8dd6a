// Redis' protocol through hiredis: an ordered index in a sorted set, one connection per thread.
//
// The pattern of Redis' documentation ("Secondary indexing", lexicographical indexes): all scores are 0, a member is
// the key followed by the payload's eight big-endian bytes, and ZRANGEBYLEX walks the members in byte order. 64-bit
// keys are eight big-endian bytes; byte strings are freed of zero bytes (zero_free.h) and end in one, so that no member
// begins with the key of another. A lookup is the range of members that begin with the key. Insert and update read and
// write, so they are scripts, which the server runs as one step; an erase is ZREMRANGEBYLEX; a batch is pipelined.
#pragma once

#include <algorithm>
#include <concepts>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/index.h"
#include "indexes/engines/redis_look.h"
#include "indexes/engines/redis_table.h"
#include "indexes/engines/store_files.h"
#include "indexes/engines/stored_key.h"
#include "indexes/zero_free.h"

namespace omenbench {
namespace redis_zset {

inline constexpr const char* kInsert =
    "local from = '[' .. ARGV[1] "
    "if #redis.call('ZRANGEBYLEX', KEYS[1], from, from .. string.rep('\\255', 8), 'LIMIT', 0, 1) > 0 then return 0 end "
    "redis.call('ZADD', KEYS[1], 0, ARGV[1] .. ARGV[2]) return 1";
inline constexpr const char* kUpdate =
    "local from = '[' .. ARGV[1] "
    "if redis.call('ZREMRANGEBYLEX', KEYS[1], from, from .. string.rep('\\255', 8)) == 0 then return 0 end "
    "redis.call('ZADD', KEYS[1], 0, ARGV[1] .. ARGV[2]) return 1";

/// A key as the beginning of a member, and back.
template <class K>
struct MemberKey;

template <>
struct MemberKey<Key> {
  static std::string of(Key key) { return std::string(SortedBytes(key).view()); }
  static bool fits(std::string_view stored) { return stored.size() == sizeof(Key); }
  static Key read(std::string_view stored, ReadKeys<Key>&) { return number_of_sorted(stored.data()); }
};

template <>
struct MemberKey<Bytes> {
  static std::string of(Bytes key) {
    std::string stored;
    zero_free::append(stored, key);
    stored += '\0';
    return stored;
  }
  static bool fits(std::string_view stored) { return stored.ends_with('\0'); }
  static Bytes read(std::string_view stored, ReadKeys<Bytes>& read) {
    stored.remove_suffix(1);
    char* const key = read.take(stored.size());
    return {key, zero_free::decode(stored, key)};
  }
};

/// "[" and the key, and the same with the greatest payload: where the members of a key begin and end.
class Bounds {
 public:
  explicit Bounds(const std::string& key) : from_("[" + key), to_(from_ + std::string(sizeof(Payload), '\xff')) {}
  const std::string& from() const { return from_; }
  const std::string& to() const { return to_; }

 private:
  std::string from_, to_;
};

}  // namespace redis_zset

template <class K>
class RedisSortedSet {
 public:
  using KeyType = K;
  using E = EntryOf<RedisSortedSet>;
  static constexpr bool kConcurrent = std::same_as<K, Key>;  // what threads write together is checked of 64-bit keys

  static EngineFacts load(const EngineSite& site, EntriesOf<RedisSortedSet> entries) {
    drop(site);
    const std::string table = checked_table(site, "Redis");
    look_at_redis(site.connection, entries.size(), text_bytes_of(entries));
    RedisConnection connection(site.connection);
    fill(connection, table, entries);
    connection.command({"SET", loaded_mark(table), "1"});
    return redis_facts(connection, table, {{"object", "one sorted set"}, {"load", "ZADD, 512 members at a time"}});
  }

  void attach(const EngineSite& site) {
    connection_ = std::make_unique<RedisConnection>(site.connection);
    table_ = current_redis_table(*connection_, site);
    insert_.load(*connection_, redis_zset::kInsert);
    update_.load(*connection_, redis_zset::kUpdate);
  }

  void no_op() { connection_->command({"PING"}); }

  bool find(K key, Payload& payload) {
    ask(key);
    return take(*connection_->reply(), payload);
  }

  void find_batch(std::span<const K> keys, std::span<Payload> payloads, std::span<bool> found) {
    for (const K key : keys) ask(key);
    for (std::size_t i = 0; i < keys.size(); ++i) found[i] = take(*connection_->reply(), payloads[i]);
  }

  bool lower_bound(K key, E& entry) { return scan(key, {&entry, 1}) == 1; }

  std::size_t scan(K from, std::span<E> out) {
    const redis_zset::Bounds bounds(Stored::of(from));
    const std::string limit = std::to_string(out.size());
    const RedisReply answer = connection_->command({"ZRANGEBYLEX", table_, bounds.from(), "+", "LIMIT", "0", limit});
    read_.clear();
    for (std::size_t i = 0; i < answer->elements; ++i) out[i] = entry_of(*answer->element[i]);
    return answer->elements;
  }

  bool insert(K key, Payload payload) {
    return insert_.run(*connection_, table_, Stored::of(key), SortedBytes(payload).view());
  }
  bool update(K key, Payload payload) {
    return update_.run(*connection_, table_, Stored::of(key), SortedBytes(payload).view());
  }
  bool erase(K key) {
    const redis_zset::Bounds bounds(Stored::of(key));
    return connection_->command({"ZREMRANGEBYLEX", table_, bounds.from(), bounds.to()})->integer == 1;
  }

  static void restore(const EngineSite& site) { restore_redis_table(site); }

  static void drop(const EngineSite& site) {
    const std::string table = checked_table(site, "Redis");
    RedisConnection connection(site.connection);
    drop_redis_tables(connection, table);
  }

 private:
  using Stored = redis_zset::MemberKey<K>;

  void ask(K key) {
    const redis_zset::Bounds bounds(Stored::of(key));
    connection_->append({"ZRANGEBYLEX", table_, bounds.from(), bounds.to()});
  }

  E entry_of(const redisReply& member) {
    const std::string_view text = member_of(member);
    return {Stored::read(text.substr(0, text.size() - sizeof(Payload)), read_), payload_in(text)};
  }

  static bool take(const redisReply& answer, Payload& payload) {
    if (answer.elements == 0) return false;
    payload = payload_in(member_of(*answer.element[0]));
    return true;
  }

  static std::string_view member_of(const redisReply& member) {
    const std::string_view text(member.str, member.len);
    const bool ours = member.type == REDIS_REPLY_STRING && text.size() >= sizeof(Payload) &&
                      Stored::fits(text.substr(0, text.size() - sizeof(Payload)));
    if (!ours) throw Error("Redis: not a member of ours");
    return text;
  }

  static Payload payload_in(std::string_view member) {
    return number_of_sorted(member.data() + member.size() - sizeof(Payload));
  }

  static void fill(RedisConnection& connection, const std::string& table, EntriesOf<RedisSortedSet> entries) {
    constexpr std::size_t kPerCommand = 512;
    std::vector<std::string> members(kPerCommand);
    for (std::size_t begin = 0; begin < entries.size(); begin += kPerCommand) {
      const std::size_t count = std::min(kPerCommand, entries.size() - begin);
      RedisWords words = {"ZADD", table};
      for (std::size_t i = 0; i < count; ++i) {
        const E entry = entries[begin + i];
        members[i] = Stored::of(entry.key);
        members[i].append(SortedBytes(entry.payload).view());
        words.emplace_back("0");
        words.emplace_back(members[i]);
      }
      connection.command(words);
    }
  }

  std::unique_ptr<RedisConnection> connection_;
  std::string table_;
  RedisScript insert_, update_;
  ReadKeys<K> read_;
};

}  // namespace omenbench
