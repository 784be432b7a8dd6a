// Redis' protocol through hiredis: a hash whose fields are keys, of eight bytes or whole byte strings, and whose values
// are eight bytes; one connection per thread.
//
// A hash table without order: lower bounds and scans are not offered (redis-zset offers them). Commands: HGET, HSETNX,
// HDEL, and HMGET for a batch. HSET has no "only if present", so an update is a script, which the server runs as one
// step.
#pragma once

#include <algorithm>
#include <concepts>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/index.h"
#include "indexes/engines/redis_look.h"
#include "indexes/engines/redis_table.h"
#include "indexes/engines/store_files.h"
#include "indexes/engines/stored_key.h"

namespace omenbench {

template <class K>
class RedisHash {
 public:
  using KeyType = K;
  using E = EntryOf<RedisHash>;
  static constexpr bool kConcurrent = std::same_as<K, Key>;  // what threads write together is checked of 64-bit keys

  static EngineFacts load(const EngineSite& site, EntriesOf<RedisHash> entries) {
    drop(site);
    const std::string table = checked_table(site, "Redis");
    look_at_redis(site.connection, entries.size(), text_bytes_of(entries));
    RedisConnection connection(site.connection);
    fill(connection, table, entries);
    connection.command({"SET", loaded_mark(table), "1"});
    return redis_facts(connection, table, {{"object", "one hash"}, {"load", "HSET, pipelined"}});
  }

  void attach(const EngineSite& site) {
    connection_ = std::make_unique<RedisConnection>(site.connection);
    table_ = current_redis_table(*connection_, site);
    update_.load(*connection_, kUpdate);
  }

  void no_op() { connection_->command({"PING"}); }

  bool find(K key, Payload& payload) {
    return take(*connection_->command({"HGET", table_, Stored(key).view()}), payload);
  }

  void find_batch(std::span<const K> keys, std::span<Payload> payloads, std::span<bool> found) {
    if (keys.empty()) return;
    words_ = {"HMGET", table_};
    stored_.clear();
    for (const K key : keys) stored_.emplace_back(key);
    for (const Stored& key : stored_) words_.push_back(key.view());
    const RedisReply answer = connection_->command(words_);
    if (answer->elements != keys.size()) throw Error("Redis: HMGET returned another number of values");
    for (std::size_t i = 0; i < keys.size(); ++i) found[i] = take(*answer->element[i], payloads[i]);
  }

  bool insert(K key, Payload payload) {
    return connection_->command({"HSETNX", table_, Stored(key).view(), payload_bytes(payload)})->integer == 1;
  }
  bool update(K key, Payload payload) {
    return update_.run(*connection_, table_, Stored(key).view(), payload_bytes(payload));
  }
  bool erase(K key) { return connection_->command({"HDEL", table_, Stored(key).view()})->integer == 1; }

  static void restore(const EngineSite& site) { restore_redis_table(site); }

  static void drop(const EngineSite& site) {
    const std::string table = checked_table(site, "Redis");
    RedisConnection connection(site.connection);
    drop_redis_tables(connection, table);
  }

 private:
  using Stored = StoredKey<K>;

  static constexpr const char* kUpdate =
      "if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end "
      "redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) return 1";

  static bool take(const redisReply& answer, Payload& payload) {
    if (answer.type == REDIS_REPLY_NIL) return false;
    if (answer.type != REDIS_REPLY_STRING || answer.len != sizeof payload) throw Error("Redis: not a value of ours");
    payload = payload_of_bytes(answer.str);
    return true;
  }

  static void fill(RedisConnection& connection, const std::string& table, EntriesOf<RedisHash> entries) {
    constexpr std::size_t kPerCommand = 512;
    constexpr std::size_t kInFlight = 16;
    std::size_t in_flight = 0;
    RedisWords words;
    std::vector<Stored> keys(kPerCommand);
    std::vector<Payload> payloads(kPerCommand);
    for (std::size_t begin = 0; begin < entries.size(); begin += kPerCommand) {
      words = {"HSET", table};
      for (std::size_t i = 0; i < std::min(kPerCommand, entries.size() - begin); ++i) {
        const E entry = entries[begin + i];
        keys[i] = Stored(entry.key);
        payloads[i] = entry.payload;
        words.push_back(keys[i].view());
        words.push_back(payload_bytes(payloads[i]));
      }
      connection.append(words);
      if (++in_flight < kInFlight) continue;
      for (; in_flight > 0; --in_flight) connection.reply();
    }
    for (; in_flight > 0; --in_flight) connection.reply();
  }

  std::unique_ptr<RedisConnection> connection_;
  std::string table_;
  RedisScript update_;
  std::vector<Stored> stored_;  ///< of a batch, as words_ refers to them
  RedisWords words_;
};

}  // namespace omenbench
