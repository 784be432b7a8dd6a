// Redis' protocol through hiredis: an ordered index in a sorted set, one connection per thread.
//
// The pattern of Redis' documentation ("Secondary indexing", lexicographical indexes): all scores are 0, a member is
// the key's eight big-endian bytes followed by the payload's, and ZRANGEBYLEX walks the members in byte order. A lookup
// is the range of members that begin with the key. Insert and update read and write, so they are scripts, which the
// server runs as one step; an erase is ZREMRANGEBYLEX; a batch is pipelined.
#include "harness/register.h"
#include "indexes/engines/redis_look.h"
#include "indexes/engines/redis_table.h"
#include "indexes/engines/store_files.h"

namespace omenbench {
namespace {

constexpr const char* kInsert =
    "local from = '[' .. ARGV[1] "
    "if #redis.call('ZRANGEBYLEX', KEYS[1], from, from .. string.rep('\\255', 8), 'LIMIT', 0, 1) > 0 then return 0 end "
    "redis.call('ZADD', KEYS[1], 0, ARGV[1] .. ARGV[2]) return 1";
constexpr const char* kUpdate =
    "local from = '[' .. ARGV[1] "
    "if redis.call('ZREMRANGEBYLEX', KEYS[1], from, from .. string.rep('\\255', 8)) == 0 then return 0 end "
    "redis.call('ZADD', KEYS[1], 0, ARGV[1] .. ARGV[2]) return 1";

constexpr std::size_t kMemberBytes = 2 * sizeof(std::uint64_t);

/// "[" and the key, and the same with the greatest payload: where the members of a key begin and end.
class Bounds {
 public:
  explicit Bounds(Key key) {
    const SortedBytes bytes(key);
    from_ = "[" + std::string(bytes.view());
    to_ = from_ + std::string(sizeof(Payload), '\xff');
  }
  const std::string& from() const { return from_; }
  const std::string& to() const { return to_; }

 private:
  std::string from_, to_;
};

class RedisSortedSet {
 public:
  static constexpr bool kConcurrent = true;

  static EngineFacts load(const EngineSite& site, std::span<const Entry> entries) {
    drop(site);
    const std::string table = checked_table(site, "Redis");
    look_at_redis(site.connection, entries.size());
    RedisConnection connection(site.connection);
    fill(connection, table, entries);
    connection.command({"SET", loaded_mark(table), "1"});
    return redis_facts(connection, table, {{"object", "one sorted set"}, {"load", "ZADD, 512 members at a time"}});
  }

  void attach(const EngineSite& site) {
    connection_ = std::make_unique<RedisConnection>(site.connection);
    table_ = current_redis_table(*connection_, site);
    insert_.load(*connection_, kInsert);
    update_.load(*connection_, kUpdate);
  }

  void no_op() { connection_->command({"PING"}); }

  bool find(Key key, Payload& payload) {
    ask(key);
    return take(*connection_->reply(), payload);
  }

  void find_batch(std::span<const Key> keys, std::span<Payload> payloads, std::span<bool> found) {
    for (const Key key : keys) ask(key);
    for (std::size_t i = 0; i < keys.size(); ++i) found[i] = take(*connection_->reply(), payloads[i]);
  }

  bool lower_bound(Key key, Entry& entry) { return scan(key, {&entry, 1}) == 1; }

  std::size_t scan(Key from, std::span<Entry> out) {
    const Bounds bounds(from);
    const std::string limit = std::to_string(out.size());
    const RedisReply answer = connection_->command({"ZRANGEBYLEX", table_, bounds.from(), "+", "LIMIT", "0", limit});
    for (std::size_t i = 0; i < answer->elements; ++i) out[i] = entry_of(*answer->element[i]);
    return answer->elements;
  }

  bool insert(Key key, Payload payload) {
    return insert_.run(*connection_, table_, SortedBytes(key).view(), SortedBytes(payload).view());
  }
  bool update(Key key, Payload payload) {
    return update_.run(*connection_, table_, SortedBytes(key).view(), SortedBytes(payload).view());
  }
  bool erase(Key key) {
    const Bounds bounds(key);
    return connection_->command({"ZREMRANGEBYLEX", table_, bounds.from(), bounds.to()})->integer == 1;
  }

  static void restore(const EngineSite& site) { restore_redis_table(site); }

  static void drop(const EngineSite& site) {
    const std::string table = checked_table(site, "Redis");
    RedisConnection connection(site.connection);
    drop_redis_tables(connection, table);
  }

 private:
  void ask(Key key) {
    const Bounds bounds(key);
    connection_->append({"ZRANGEBYLEX", table_, bounds.from(), bounds.to()});
  }

  static Entry entry_of(const redisReply& member) {
    if (member.type != REDIS_REPLY_STRING || member.len != kMemberBytes) throw Error("Redis: not a member of ours");
    return {number_of_sorted(member.str), number_of_sorted(member.str + sizeof(Key))};
  }

  static bool take(const redisReply& answer, Payload& payload) {
    if (answer.elements == 0) return false;
    payload = entry_of(*answer.element[0]).payload;
    return true;
  }

  static void fill(RedisConnection& connection, const std::string& table, std::span<const Entry> entries) {
    constexpr std::size_t kPerCommand = 512;
    std::vector<std::string> members(kPerCommand);
    for (std::size_t begin = 0; begin < entries.size(); begin += kPerCommand) {
      const std::size_t count = std::min(kPerCommand, entries.size() - begin);
      RedisWords words = {"ZADD", table};
      for (std::size_t i = 0; i < count; ++i) {
        const Entry& entry = entries[begin + i];
        members[i].assign(SortedBytes(entry.key).view()).append(SortedBytes(entry.payload).view());
        words.emplace_back("0");
        words.emplace_back(members[i]);
      }
      connection.command(words);
    }
  }

  std::unique_ptr<RedisConnection> connection_;
  std::string table_;
  RedisScript insert_, update_;
};

const bool registered =
    add_index<RedisSortedSet>({.name = "redis-zset",
                               .display = "Redis, sorted set",
                               .family = Family::kEngine,
                               .tier = Tier::kServer,
                               .citation = "Redis protocol, hiredis",
                               .parameters = {{"object", "one sorted set"}, {"connections", "one per thread"}},
                               .peak_bytes_per_key = 24,
                               .server = "redis",
                               .service = kRedisService});

}  // namespace
}  // namespace omenbench
