// A private, throw-away InfluxDB 1.x server (places: server_place.h), with its defaults.
//
// As root it runs as user "influxdb", or "nobody". It offers no way to listen on a unix socket alone: its two ports are
// bound to the machine itself, at numbers that the kernel chooses, and a password that is drawn for this server guards
// the one that answers queries. Debian's package starts a server on every machine it is installed on, so scripts/setup
// takes the program out of it instead.
//
// server: influxdb (influxdb: influxd)
// server-option: --influxdb, InfluxDB 1.x
// server-takes: http:// https://, an http:// or https:// URL without password
// server-password: INFLUX_PASSWORD
#pragma once

#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/cache_directory.h"
#include "core/error.h"
#include "indexes/engines/child_process.h"
#include "indexes/engines/influxdb_connection.h"
#include "indexes/engines/server_place.h"

namespace omenbench {
namespace influxdb_detail {

inline constexpr const char* kSocketFile = "influxdb.sock";
inline constexpr int kStartSeconds = 30;

inline std::filesystem::path find_program() {
  const std::filesystem::path found = program_of({"influxd"});
  if (!found.empty()) return found;
  const std::filesystem::path ours = user_cache_directory() / "servers" / "influxd";
  if (access(ours.c_str(), X_OK) == 0) return ours;
  throw Error(
      "InfluxDB: its server program was not found; scripts/setup gets it without a server being started, as "
      "'apt-get install influxdb' would; or name a running server with --influxdb");
}

/// The program, or a copy of it in `home` where the account cannot pass through to it (a cache in /root).
inline std::filesystem::path reachable(const std::filesystem::path& program, const std::filesystem::path& home,
                                       const Account& account) {
  if (can_enter(account, program.parent_path())) return program;
  std::filesystem::copy_file(program, home / "influxd");
  return home / "influxd";
}

/// 128 bits, in hex.
inline std::string fresh_password() {
  std::array<std::uint64_t, 2> bits{};
  if (getrandom(bits.data(), sizeof bits, 0) != sizeof bits) throw Error("InfluxDB: no password: no random bits");
  std::array<char, 33> text{};
  std::snprintf(text.data(), text.size(), "%016" PRIx64 "%016" PRIx64, bits[0], bits[1]);
  return text.data();
}

/// What it does besides answering is off: reports to its makers, statistics in a database of its own, subscriptions.
/// Durability stays as it comes. Points go from memory into files after a second without writes, not after ten minutes,
/// so that a trial finds a loaded table as it would be the next day.
inline void write_configuration(const std::filesystem::path& file, const std::filesystem::path& data,
                                const std::filesystem::path& socket) {
  std::ofstream out(file);
  out << "reporting-enabled = false\nbind-address = \"127.0.0.1:0\"\n"
      << "[meta]\ndir = \"" << (data / "meta").string() << "\"\nretention-autocreate = false\n"
      << "[data]\ndir = \"" << (data / "data").string() << "\"\nwal-dir = \"" << (data / "wal").string()
      << "\"\nquery-log-enabled = false\ncache-snapshot-write-cold-duration = \"1s\"\n[monitor]\nstore-enabled = "
         "false\n[subscriber]\nenabled = false\n"
      << "[continuous_queries]\nenabled = false\n[http]\nbind-address = \"127.0.0.1:0\"\nauth-enabled = true\n"
      << "log-enabled = false\nunix-socket-enabled = true\nunix-socket-permissions = \"0700\"\nbind-socket = \""
      << socket.string() << "\"\n";
  out.close();
  if (!out) throw Error("file '" + file.string() + "': cannot write");
}

}  // namespace influxdb_detail

/// Service::stop, see server_place::stop.
inline void stop_influxdb(const std::string& directory) { server_place::stop(directory, "InfluxDB"); }

/// Service::start: starts a server in the empty `directory` and returns its address. The calling thread must live until
/// stop. Throws Error with the end of the server's log; then neither process nor file is left.
inline std::string start_influxdb(const std::string& directory) {
  const std::filesystem::path program = influxdb_detail::find_program();
  const Account account = server_place::account_for("influxdb");
  const auto begin = [&](const server_place::Place& place) {
    const std::filesystem::path configuration = place.home / "influxdb.conf";
    influxdb_detail::write_configuration(configuration, place.data, place.socket);
    // By its working directory the server's process is found.
    const pid_t child =
        spawn({"/bin/sh", "-c", "cd \"$0\" && exec \"$1\" -config \"$2\"", place.data.string(),
               influxdb_detail::reachable(program, place.home, account).string(), configuration.string()},
              account, place.log);
    const std::string password = influxdb_detail::fresh_password();
    const std::string address = "http://omb:" + password + "@localhost?socket=" + place.socket.string();
    server_place::wait_until_ready("InfluxDB", child, influxdb_detail::kStartSeconds, place.log,
                                   [&] { InfluxConnection(address).ping(); });
    InfluxConnection(address).ask("", "CREATE USER omb WITH PASSWORD '" + password + "' WITH ALL PRIVILEGES");
    return address;
  };
  return server_place::start(directory, "InfluxDB", account, influxdb_detail::kSocketFile, begin);
}

}  // namespace omenbench
