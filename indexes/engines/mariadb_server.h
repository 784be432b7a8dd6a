// A private, throw-away MariaDB server on a unix socket (places: server_place.h), with its durable defaults.
//
// As root it runs as user "mysql", or "nobody". The package mariadb-server-core holds the server's program and starts
// none, which the package mariadb-server does on every machine it is installed on. The system tables are made by the
// scripts that mariadb-install-db runs, without that script, which wants programs of further packages.
//
// server: mariadb (mariadb-server-core: /usr/sbin/mariadbd mariadbd)
// server-option: --mariadb, MariaDB (or MySQL)
// server-takes: mariadb:// mysql://, a mariadb:// or mysql:// URL without password
// server-password: MYSQL_PWD
#pragma once

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/error.h"
#include "indexes/engines/child_process.h"
#include "indexes/engines/mariadb_connection.h"
#include "indexes/engines/server_place.h"

namespace omenbench {
namespace mariadb_detail {

inline constexpr const char* kSocketFile = "mariadb.sock";
inline constexpr int kInitSeconds = 60;
inline constexpr int kStartSeconds = 60;

inline std::filesystem::path find_program() {
  const std::filesystem::path found = program_of({"mariadbd", "mysqld"});
  if (!found.empty()) return found;
  throw Error(
      "MariaDB: its server program was not found; install it with 'apt-get install mariadb-server-core', or name a "
      "running server with --mariadb");
}

/// The script of that name ("system_tables"), whose folder and prefix were renamed with version 11. Throws Error.
inline std::filesystem::path script(const std::string& name) {
  for (const char* folder : {"/usr/share/mariadb/mariadb_", "/usr/share/mysql/mariadb_", "/usr/share/mysql/mysql_"}) {
    const std::filesystem::path file = folder + name + ".sql";
    if (access(file.c_str(), R_OK) == 0) return file;
  }
  throw Error("MariaDB: the script that makes its " + name +
              " was not found; it comes with 'apt-get install mariadb-server-core'");
}

inline void write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  file.close();
  if (!file) throw Error("file '" + path.string() + "': cannot write");
}

inline std::string read(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// An eighth of the machine's memory, between MariaDB's default of 128 MB and 4 GB, as PostgreSQL's private server has;
/// durability stays at MariaDB's defaults (innodb_flush_log_at_trx_commit = 1, no log of statements). No file of
/// settings is read, nothing listens but the socket, and statistics change only when asked.
inline std::vector<std::string> server_command(const std::filesystem::path& program, const std::filesystem::path& home,
                                               const std::filesystem::path& socket) {
  const auto memory = static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(getpagesize());
  const std::uint64_t pool_mb = std::clamp<std::uint64_t>((memory >> 20) / 8, 128, 4096);
  const std::string data = (home / "data").string();
  return {program.string(),
          "--no-defaults",
          "--datadir=" + data,
          "--socket=" + socket.string(),
          "--pid-file=" + data + "/server.pid",
          "--init-file=" + (home / "first.sql").string(),
          "--skip-networking",
          "--max-connections=1100",
          "--innodb-buffer-pool-size=" + std::to_string(pool_mb) + "M",
          "--innodb-log-file-size=512M",
          "--innodb-stats-auto-recalc=0"};
}

/// Runs the scripts that make the system tables.
inline void create_tables(const std::filesystem::path& program, const std::filesystem::path& home,
                          const Account& account) {
  const std::filesystem::path input = home / "tables.sql", log = home / "install.log";
  write(input, "CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket = NULL;\n" + read(script("system_tables")) +
                   read(script("system_tables_data")));
  const pid_t child = spawn({"/bin/sh", "-c", "exec \"$0\" --no-defaults --bootstrap --datadir=\"$1\" < \"$2\"",
                             program.string(), (home / "data").string(), input.string()},
                            account, log);
  const ExitState state = wait_for_exit(child, kInitSeconds);
  if (state.exited && state.code == 0) return;
  if (!state.exited) kill_group(child);
  throw Error("MariaDB: making its system tables " +
              (state.exited ? std::string("failed") : std::string("took too long")) + ": " + tail_of(log));
}

}  // namespace mariadb_detail

/// Service::stop, see server_place::stop.
inline void stop_mariadb(const std::string& directory) { server_place::stop(directory, "MariaDB"); }

/// Service::start: makes and starts a server in the empty `directory` and returns its address. The calling thread must
/// live until stop. Throws Error with the end of the server's log; then neither process nor file is left.
inline std::string start_mariadb(const std::string& directory) {
  const std::filesystem::path program = mariadb_detail::find_program();
  const Account account = server_place::account_for("mysql");
  const auto begin = [&](const server_place::Place& place) {
    mariadb_detail::create_tables(program, place.home, account);
    // Who may enter the socket's folder needs no password.
    mariadb_detail::write(
        place.home / "first.sql",
        "CREATE DATABASE omenbench;\nCREATE USER omb@localhost;\nGRANT ALL ON *.* TO omb@localhost;\n");
    const pid_t child = spawn(mariadb_detail::server_command(program, place.home, place.socket), account, place.log);
    const std::string address = "mariadb://omb@localhost/omenbench?socket=" + place.socket.string();
    server_place::wait_until_ready("MariaDB", child, mariadb_detail::kStartSeconds, place.log,
                                   [&] { MariadbConnection connection(address); });
    return address;
  };
  return server_place::start(directory, "MariaDB", account, mariadb_detail::kSocketFile, begin);
}

}  // namespace omenbench
