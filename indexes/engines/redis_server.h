// A private, throw-away Redis server on a unix socket (places: server_place.h), without persistence.
//
// As root it runs as user "redis", or "nobody". Debian's package redis-tools holds the server's program under the name
// redis-check-rdb (one program that looks at how it was called); taking it from there spares the package redis-server,
// which would start a server of its own on every machine it is installed on.
//
// server: redis (redis-tools: redis-server valkey-server redis-check-rdb)
// server-option: --redis, Redis (or Valkey, Dragonfly)
// server-takes: redis:// unix:///, a redis:// or unix:// URL without password
// server-password: REDISCLI_AUTH
#pragma once

#include <unistd.h>

#include <filesystem>
#include <string>

#include "core/error.h"
#include "indexes/engines/child_process.h"
#include "indexes/engines/redis_connection.h"
#include "indexes/engines/server_place.h"

namespace omenbench {
namespace redis_detail {

inline constexpr const char* kSocketFile = "redis.sock";
inline constexpr int kStartSeconds = 20;

inline std::filesystem::path find_program() {
  const std::filesystem::path found =
      program_of({"redis-server", "valkey-server", "redis-check-rdb", "valkey-check-rdb"});
  if (!found.empty()) return found;
  throw Error(
      "Redis: its server program was not found; install it with 'apt-get install redis-tools', or name a running "
      "server with --redis");
}

}  // namespace redis_detail

/// Service::stop, see server_place::stop.
inline void stop_redis(const std::string& directory) { server_place::stop(directory, "Redis"); }

/// Service::start: starts a server in the empty `directory` and returns its address. The calling thread must live until
/// stop. Throws Error with the end of the server's log; then neither process nor file is left.
inline std::string start_redis(const std::string& directory) {
  const std::filesystem::path program = redis_detail::find_program();
  const Account account = server_place::account_for("redis");
  const auto begin = [&](const server_place::Place& place) {
    std::filesystem::create_symlink(program, place.home / "redis-server");
    const pid_t child = spawn({(place.home / "redis-server").string(), "--port", "0", "--unixsocket",
                               place.socket.string(), "--unixsocketperm", "700", "--dir", place.data.string(), "--save",
                               "", "--appendonly", "no", "--daemonize", "no", "--maxclients", "1100"},
                              account, place.log);
    const std::string address = "unix://" + place.socket.string();
    server_place::wait_until_ready("Redis", child, redis_detail::kStartSeconds, place.log,
                                   [&] { RedisConnection(address).command({"PING"}); });
    return address;
  };
  return server_place::start(directory, "Redis", account, redis_detail::kSocketFile, begin);
}

}  // namespace omenbench
