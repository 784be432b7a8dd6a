// Redis' protocol through hiredis: a hash of eight-byte fields and values, one connection per thread.
//
// A hash table without order: lower bounds and scans are not offered (redis-zset offers them). Commands: HGET, HSETNX,
// HDEL, and HMGET for a batch. HSET has no "only if present", so an update is a script, which the server runs as one
// step.
#include "harness/register.h"
#include "indexes/engines/redis_look.h"
#include "indexes/engines/redis_table.h"
#include "indexes/engines/store_files.h"

namespace omenbench {
namespace {

constexpr const char* kUpdate =
    "if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end "
    "redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) return 1";

class RedisHash {
 public:
  static constexpr bool kConcurrent = true;

  static EngineFacts load(const EngineSite& site, std::span<const Entry> entries) {
    drop(site);
    const std::string table = checked_table(site, "Redis");
    look_at_redis(site.connection, entries.size());
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

  bool find(Key key, Payload& payload) {
    return take(*connection_->command({"HGET", table_, payload_bytes(key)}), payload);
  }

  void find_batch(std::span<const Key> keys, std::span<Payload> payloads, std::span<bool> found) {
    if (keys.empty()) return;
    words_ = {"HMGET", table_};
    for (const Key& key : keys) words_.push_back(payload_bytes(key));
    const RedisReply answer = connection_->command(words_);
    if (answer->elements != keys.size()) throw Error("Redis: HMGET returned another number of values");
    for (std::size_t i = 0; i < keys.size(); ++i) found[i] = take(*answer->element[i], payloads[i]);
  }

  bool insert(Key key, Payload payload) {
    return connection_->command({"HSETNX", table_, payload_bytes(key), payload_bytes(payload)})->integer == 1;
  }
  bool update(Key key, Payload payload) {
    return update_.run(*connection_, table_, payload_bytes(key), payload_bytes(payload));
  }
  bool erase(Key key) { return connection_->command({"HDEL", table_, payload_bytes(key)})->integer == 1; }

  static void restore(const EngineSite& site) { restore_redis_table(site); }

  static void drop(const EngineSite& site) {
    const std::string table = checked_table(site, "Redis");
    RedisConnection connection(site.connection);
    drop_redis_tables(connection, table);
  }

 private:
  static bool take(const redisReply& answer, Payload& payload) {
    if (answer.type == REDIS_REPLY_NIL) return false;
    if (answer.type != REDIS_REPLY_STRING || answer.len != sizeof payload) throw Error("Redis: not a value of ours");
    payload = payload_of_bytes(answer.str);
    return true;
  }

  static void fill(RedisConnection& connection, const std::string& table, std::span<const Entry> entries) {
    constexpr std::size_t kPerCommand = 512;
    constexpr std::size_t kInFlight = 16;
    std::size_t in_flight = 0;
    RedisWords words;
    for (std::size_t begin = 0; begin < entries.size(); begin += kPerCommand) {
      words = {"HSET", table};
      for (const Entry& entry : entries.subspan(begin, std::min(kPerCommand, entries.size() - begin))) {
        words.push_back(payload_bytes(entry.key));
        words.push_back(payload_bytes(entry.payload));
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
  RedisWords words_;
};

const bool registered = add_index<RedisHash>({.name = "redis",
                                              .display = "Redis, hash",
                                              .family = Family::kEngine,
                                              .tier = Tier::kServer,
                                              .citation = "Redis protocol, hiredis",
                                              .parameters = {{"object", "one hash"}, {"connections", "one per thread"}},
                                              .peak_bytes_per_key = 24,
                                              .server = "redis",
                                              .service = kRedisService});

}  // namespace
}  // namespace omenbench
