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

inline Account server_account() {
  if (geteuid() != 0) return {};
  const Account account = account_of("redis");
  return account.name.empty() ? account_of("nobody") : account;
}

inline void wait_until_ready(pid_t child, const std::string& address, const std::filesystem::path& log) {
  for (int waited_ms = 0;; waited_ms += kPollMs) {
    if (wait_for_exit(child, 0).exited) throw Error("Redis: the server did not start: " + tail_of(log));
    try {
      RedisConnection(address).command({"PING"});
      return;
    } catch (const Error&) {
      if (waited_ms >= kStartSeconds * 1000) {
        throw Error("Redis: the server was not ready after " + std::to_string(kStartSeconds) + " s: " + tail_of(log));
      }
      sleep_ms(kPollMs);
    }
  }
}

}  // namespace redis_detail

/// Service::stop: ends the private server in `directory` and empties the directory. Safe to call when start failed or
/// was never called. Throws Error.
inline void stop_redis(const std::string& directory) {
  const std::filesystem::path data = server_place::data_of(directory);
  if (std::filesystem::exists(data)) server_place::kill_processes(data, "Redis");
  server_place::clear(directory);
}

/// Service::start: starts a server in the empty `directory` and returns its address. The calling thread must live until
/// stop. Throws Error with the end of the server's log; then neither process nor file is left.
inline std::string start_redis(const std::string& directory) {
  namespace fs = std::filesystem;
  const std::string place = server_place::expect_empty(directory, "Redis");
  const fs::path program = redis_detail::find_program();
  const Account account = redis_detail::server_account();
  try {
    server_place::lay_out(place, account, redis_detail::kSocketFile);
    const fs::path home = server_place::home_of(place);
    const fs::path data = server_place::data_of(place);
    const fs::path socket = server_place::socket_of(place) / redis_detail::kSocketFile;
    const fs::path log = home / "server.log";
    fs::create_directory(data);
    give_to(account, data);
    fs::create_symlink(program, home / "redis-server");
    const pid_t child = spawn(
        {(home / "redis-server").string(), "--port", "0", "--unixsocket", socket.string(), "--unixsocketperm", "700",
         "--dir", data.string(), "--save", "", "--appendonly", "no", "--daemonize", "no", "--maxclients", "1100"},
        account, log);
    const std::string address = "unix://" + socket.string();
    redis_detail::wait_until_ready(child, address, log);
    return address;
  } catch (...) {
    try {
      stop_redis(place);
    } catch (const std::exception&) {
      // The first failure is the one to report.
    }
    throw;
  }
}

}  // namespace omenbench
