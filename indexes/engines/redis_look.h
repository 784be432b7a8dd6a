// What is looked at before a Redis server that a person gave is loaded: a table that does not fit makes a server with
// an eviction policy throw away its owner's keys, or refuse them.
//
// needs: hiredis/hiredis.h hiredis (libhiredis-dev)
#pragma once

#include <charconv>
#include <string>
#include <string_view>

#include "core/error.h"
#include "core/registry.h"
#include "indexes/engines/redis_connection.h"
#include "indexes/engines/redis_server.h"
#include "indexes/engines/redis_table.h"

namespace omenbench {

namespace redis_detail {

/// An entry of a large hash or sorted set takes up to 130 bytes; rows that write hold a copy beside the table.
inline constexpr std::uint64_t kBytesPerEntry = 2 * 130;

inline std::uint64_t info_number(std::string_view info, std::string_view name) {
  const std::string text = info_value(info, name);
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace redis_detail

/// `entries`: the most that a row will load; `text_bytes`: of their keys, where they are byte strings.
inline void look_at_redis(const std::string& connection, std::uint64_t entries, std::uint64_t text_bytes) {
  using redis_detail::info_number;
  const RedisReply answer = RedisConnection(connection).command({"INFO"});
  const std::string_view info(answer->str, answer->len);
  if (info_value(info, "loading") == "1") throw Error("Redis: the server is still loading its data");
  if (info_value(info, "role") == "slave") throw Error("Redis: the server is a replica, which takes no writes");
  const std::uint64_t used = info_number(info, "used_memory"), limit = info_number(info, "maxmemory");
  const std::uint64_t machine = info_number(info, "total_system_memory");
  const std::uint64_t most = limit != 0 ? limit : machine;
  const std::uint64_t wanted = entries * redis_detail::kBytesPerEntry + 2 * text_bytes;
  if (most == 0 || used + wanted <= most) return;
  const std::string policy = info_value(info, "maxmemory_policy");
  throw Error("Redis: a table of " + std::to_string(entries) + " entries takes up to " + std::to_string(wanted) +
              " bytes with its copy; the server holds " + std::to_string(used) + " and may hold " +
              std::to_string(most) + (limit != 0 ? " (maxmemory, policy " + policy + ")" : " (memory of its machine)") +
              (limit != 0 && policy != "noeviction" ? ": it would evict its owner's keys" : ""));
}

/// Service::look, before the texts are known; they are looked at when they are loaded.
inline void look_at_redis_server(const std::string& connection, std::uint64_t entries) {
  look_at_redis(connection, entries, 0);
}

inline constexpr Service kRedisService{.start = &start_redis, .stop = &stop_redis, .look = &look_at_redis_server};

}  // namespace omenbench
