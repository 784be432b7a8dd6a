// A private, throw-away PostgreSQL cluster: created, started, and removed without a trace (places: server_place.h).
//
// PostgreSQL refuses to run as root; then its programs run as user "postgres". The postmaster leads a session of its
// own (a Ctrl-C in the terminal does not reach it), and asks the kernel for SIGQUIT, its immediate shutdown, in case
// the thread that started it dies without stopping it.
//
// server: postgres (postgresql: /usr/lib/postgresql/*/bin/initdb initdb)
// server-option: --pg, PostgreSQL
// server-takes: postgresql:// postgres:// A=B, service=NAME, a postgresql:// URL without password
// server-password: PGPASSWORD, ~/.pgpass, service=NAME from a service file
#pragma once

#include <signal.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/temporary_directory.h"
#include "indexes/engines/child_process.h"
#include "indexes/engines/server_place.h"

namespace omenbench {
namespace postgres_detail {

namespace fs = std::filesystem;

inline constexpr const char* kRole = "omenbench";
inline constexpr int kInitSeconds = 35;
inline constexpr int kStartSeconds = 20;
inline constexpr int kQuitSeconds = 10;
inline constexpr int kKillSeconds = 5;
inline constexpr int kVersionSeconds = 10;
inline constexpr double kOldestVersion = 10;  ///< whose postmaster.pid says when it is ready

inline constexpr const char* kPrograms[] = {"initdb", "postgres"};

/// Folder of the programs that a person named; empty: nobody did.
inline fs::path& named_programs() {
  static fs::path folder;
  return folder;
}

/// Folder with initdb and postgres: the one that was named, else of the newest version in Debian's places, else from
/// PATH.
inline fs::path find_programs() {
  if (!named_programs().empty()) return named_programs();
  const auto complete = [](const fs::path& folder) {
    return std::ranges::all_of(kPrograms, [&](auto* name) { return access((folder / name).c_str(), X_OK) == 0; });
  };
  fs::path newest;
  double newest_version = -1;
  std::error_code ignored;
  for (const fs::directory_entry& version : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
    const double number = std::strtod(version.path().filename().c_str(), nullptr);
    if (number > newest_version && complete(version.path() / "bin")) {
      newest = version.path() / "bin";
      newest_version = number;
    }
  }
  if (!newest.empty()) return newest;
  const char* const path = std::getenv("PATH");
  const std::string folders = path == nullptr ? "" : path;
  for (std::size_t begin = 0; begin <= folders.size();) {
    const std::size_t end = std::min(folders.find(':', begin), folders.size());
    const fs::path folder = folders.substr(begin, end - begin);
    if (folder.is_absolute() && complete(folder)) return fs::canonical(folder / "postgres").parent_path();
    begin = end + 1;
  }
  throw Error(
      "PostgreSQL: its server programs (initdb, postgres) were not found; install them with "
      "'apt-get install postgresql', or name a running server with --pg");
}

inline Account server_account() {
  if (geteuid() != 0) return {};
  Account account = account_of("postgres");
  if (account.name.empty()) {
    throw Error(
        "PostgreSQL: refuses to run as root and user 'postgres' does not exist; it comes with "
        "'apt-get install postgresql'");
  }
  return account;
}

/// "17.12", as a program says of itself ("postgres (PostgreSQL) 17.12 (Debian 17.12-0+deb13u1)") to the account that is
/// to run it. Throws Error.
inline std::string version_of(const fs::path& program, const Account& account) {
  const TemporaryDirectory folder("omenbench-version");
  const fs::path log = folder.path() / "log";
  const pid_t child = spawn({program.string(), "--version"}, account, log);
  const ExitState state = wait_for_exit(child, kVersionSeconds);
  if (!state.exited) kill_group(child);
  const std::string said = tail_of(log);
  const std::size_t bracket = said.find(") ");
  const std::string version =
      bracket == said.npos ? "" : said.substr(bracket + 2, said.find(' ', bracket + 2) - bracket - 2);
  if (state.code == 0 && std::strtod(version.c_str(), nullptr) > 0) return version;
  const std::string who = account.name.empty() ? "" : " for user '" + account.name + "'";
  throw Error("--pg-bin: '" + program.string() + "' does not run" + who + ", or is not PostgreSQL's: asked with " +
              "--version, it ended with " + std::to_string(state.code) + ", " + said);
}

/// An eighth of the machine's memory, between PostgreSQL's default of 128 MB and 4 GB; it is taken only when used.
inline std::uint64_t shared_buffers_mb() {
  const auto bytes = static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(getpagesize());
  return std::clamp<std::uint64_t>((bytes >> 20) / 8, 128, 4096);
}

/// Durability stays at PostgreSQL's defaults (fsync, synchronous_commit, full_page_writes on). No replication, so that
/// loads and copies write no log beside the table; no checkpoint or vacuum starts by itself while a trial runs.
inline void append_settings(const fs::path& data, const fs::path& socket) {
  std::ofstream file(data / "postgresql.conf", std::ios::app);
  file << "\nlisten_addresses = ''\n"
       << "unix_socket_directories = '" << socket.string() << "'\n"
       << "unix_socket_permissions = 0700\n"
       << "port = 5432\n"
       << "cluster_name = 'omenbench-private'\n"
       << "max_connections = 1100\n"
       << "shared_buffers = " << shared_buffers_mb() << "MB\n"
       << "maintenance_work_mem = 256MB\n"
       << "dynamic_shared_memory_type = mmap\n"
       << "wal_level = minimal\n"
       << "max_wal_senders = 0\n"
       << "max_wal_size = 8GB\n"
       << "checkpoint_timeout = 1h\n"
       << "autovacuum = off\n";
  file.close();
  if (!file) throw Error("file '" + (data / "postgresql.conf").string() + "': cannot write");
}

inline void create_cluster(const fs::path& programs, const fs::path& home, const Account& account) {
  const fs::path log = home / "initdb.log";
  const pid_t child = spawn({(programs / "initdb").string(), "--pgdata=" + (home / "data").string(), "--no-sync",
                             "--no-locale", "--encoding=UTF8", "--auth=trust", std::string("--username=") + kRole},
                            account, log);
  const ExitState state = wait_for_exit(child, kInitSeconds);
  if (state.exited && state.code == 0) return;
  if (!state.exited) kill_group(child);
  throw Error("PostgreSQL: initdb " + (state.exited ? std::string("failed") : std::string("took too long")) + ": " +
              tail_of(log));
}

/// Lines of data/postmaster.pid (PostgreSQL, src/include/utils/pidfile.h): 1 process, 7 shared memory, 8 status.
inline std::vector<std::string> pid_file(const fs::path& data) {
  std::ifstream file(data / "postmaster.pid");
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

inline void start_cluster(const fs::path& programs, const fs::path& home, const Account& account) {
  const fs::path log = home / "server.log";
  const fs::path data = home / "data";
  const pid_t child =
      spawn({(programs / "postgres").string(), "-D", data.string()}, account, log, /*death_signal=*/SIGQUIT);
  for (int waited_ms = 0; waited_ms < kStartSeconds * 1000; waited_ms += kPollMs) {
    const std::vector<std::string> lines = pid_file(data);
    if (lines.size() >= 8 && lines[7].starts_with("ready")) return;
    if (wait_for_exit(child, 0).exited) throw Error("PostgreSQL: the server did not start: " + tail_of(log));
    sleep_ms(kPollMs);
  }
  kill_group(child);
  throw Error("PostgreSQL: the server was not ready after " + std::to_string(kStartSeconds) + " s: " + tail_of(log));
}

/// A killed postmaster leaves its small System V segment behind; it goes if it is the one and nobody uses it.
inline void remove_segment(const std::vector<std::string>& pid_lines) {
  unsigned long key = 0;
  int id = -1;
  if (pid_lines.size() < 7 || std::sscanf(pid_lines[6].c_str(), "%lu %d", &key, &id) != 2) return;
  shmid_ds segment;
  if (shmctl(id, IPC_STAT, &segment) != 0) return;
  const bool same = static_cast<unsigned long>(static_cast<unsigned>(segment.shm_perm.__key)) == key;
  if (same && segment.shm_nattch == 0) shmctl(id, IPC_RMID, nullptr);
}

/// Ends every process of the cluster; every server process has the data directory as its working directory.
inline void stop_processes(const fs::path& data) {
  std::error_code ignored;
  if (!fs::exists(data, ignored)) return;
  const std::vector<std::string> lines = pid_file(data);
  const pid_t postmaster = lines.empty() ? 0 : std::atoi(lines[0].c_str());
  const std::vector<pid_t> running = processes_in(data);
  if (std::ranges::count(running, postmaster) > 0) kill(postmaster, SIGQUIT);
  if (!server_place::wait_until_gone(data, postmaster, running.empty() ? 0 : kQuitSeconds)) {
    for (const pid_t process : processes_in(data)) kill(process, SIGKILL);
    if (!server_place::wait_until_gone(data, postmaster, kKillSeconds)) {
      throw Error("PostgreSQL: the private server in '" + data.string() + "' does not end");
    }
  }
  remove_segment(lines);
}

}  // namespace postgres_detail

/// UsePrograms: the folder `bin` of any PostgreSQL from 10 on. Throws Error that says what is wrong with it.
inline std::string use_postgres_programs(const std::string& folder) {
  namespace fs = std::filesystem;
  const std::string expected = "; expected the folder of initdb and postgres, such as /usr/lib/postgresql/17/bin";
  if (!fs::is_directory(folder)) throw Error("--pg-bin: '" + folder + "' is no folder" + expected);
  for (const char* const name : postgres_detail::kPrograms) {
    if (access((fs::path(folder) / name).c_str(), X_OK) == 0) continue;
    const bool above = fs::exists(fs::path(folder) / "bin" / name);
    throw Error("--pg-bin: '" + folder + "' holds no program '" + name + "'" +
                (above ? "; its folder 'bin' does" : expected));
  }
  const Account account = postgres_detail::server_account();
  const fs::path real = fs::canonical(folder);
  const std::string server = postgres_detail::version_of(real / "postgres", account);
  const std::string maker = postgres_detail::version_of(real / "initdb", account);
  if (server != maker) {
    throw Error("--pg-bin: '" + folder + "' holds postgres " + server + " and initdb " + maker +
                "; expected one version");
  }
  if (std::strtod(server.c_str(), nullptr) < postgres_detail::kOldestVersion) {
    throw Error("--pg-bin: '" + folder + "' holds PostgreSQL " + server + "; expected 10 or later");
  }
  postgres_detail::named_programs() = real;
  return server;
}

/// Service::stop: ends the private cluster in `directory`, immediately (its data is thrown away), and empties the
/// directory. Safe to call when start failed or was never called. Throws Error.
inline void stop_postgres(const std::string& directory) {
  postgres_detail::stop_processes(server_place::data_of(directory));
  server_place::clear(directory);
}

/// Service::start: creates and starts a cluster in the empty `directory` and returns its connection string. As root,
/// the directory is handed to user "postgres". The calling thread must live until stop. Bounded in time; whatever
/// fails leaves neither process nor file. Throws Error with the end of the server's log.
inline std::string start_postgres(const std::string& directory) {
  const std::string place = server_place::expect_empty(directory, "PostgreSQL");
  const std::filesystem::path programs = postgres_detail::find_programs();
  const Account account = postgres_detail::server_account();
  try {
    server_place::lay_out(place, account, ".s.PGSQL.5432");
    const std::filesystem::path home = server_place::home_of(place);
    const std::filesystem::path socket = server_place::socket_of(place);
    postgres_detail::create_cluster(programs, home, account);
    postgres_detail::append_settings(home / "data", socket);
    postgres_detail::start_cluster(programs, home, account);
    return "host=" + socket.string() + " port=5432 user=" + postgres_detail::kRole + " dbname=postgres";
  } catch (...) {
    try {
      stop_postgres(place);
    } catch (const std::exception&) {
      // The first failure is the one to report.
    }
    throw;
  }
}

}  // namespace omenbench
