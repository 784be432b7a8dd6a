// Where a private, throw-away server keeps its files and its unix socket, and how nothing of it is left.
//
// The server lives in the directory it is given: files below `data/` (its working directory, by which its processes are
// found), the socket in `socket/`, which only its own account may enter, so that it meets no other server and needs no
// password. Where the account cannot pass through to that directory (a checkout in /root), all of it lives in /var/tmp
// instead; where the socket's path would exceed the 107 bytes of sockaddr_un, the socket lives in /tmp. Symbolic links
// `home` and `socket` in the directory then lead there.
#pragma once

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>

#include "core/error.h"
#include "core/temporary_directory.h"
#include "indexes/engines/child_process.h"

namespace omenbench::server_place {

namespace fs = std::filesystem;

/// Makes a fresh folder that belongs to the account alone.
inline fs::path make_private_folder(const std::string& start, const Account& account) {
  const fs::path folder = make_temporary_directory(start);
  give_to(account, folder);
  return folder;
}

inline bool is_ours(const fs::path& folder) {
  const std::string text = folder.string();
  return text.starts_with("/tmp/omb-server-") || text.starts_with("/var/tmp/omb-server-");
}

/// Where `link` of the directory leads: its target if it is one of our own temporary folders, else `otherwise`.
inline fs::path follow(const fs::path& link, const fs::path& otherwise) {
  std::error_code ignored;
  const fs::path target = fs::read_symlink(link, ignored);
  return is_ours(target) ? target : otherwise;
}

inline fs::path home_of(const fs::path& directory) { return follow(directory / "home", directory); }
inline fs::path data_of(const fs::path& directory) { return home_of(directory) / "data"; }
inline fs::path socket_of(const fs::path& directory) {
  return follow(directory / "socket", home_of(directory) / "socket");
}

/// Chooses the places in the empty `directory`, creates them and leaves links to them. `socket_file` is the name that
/// the server's socket will have. Throws Error.
inline void lay_out(const fs::path& directory, const Account& account, const std::string& socket_file) {
  fs::path home = directory;
  fs::permissions(home, fs::perms::owner_all);
  give_to(account, home);
  if (!can_enter(account, home)) {
    home = make_private_folder("/var/tmp/omb-server", account);
    fs::create_directory_symlink(home, directory / "home");
  }
  const std::string socket = (home / "socket").string();
  // In PostgreSQL's list of directories, and in a connection string, other characters mean something.
  const bool usable = socket.size() + 1 + socket_file.size() <= 107 && std::ranges::all_of(socket, [](unsigned char c) {
                        return std::isalnum(c) || strchr("/._+-", c);
                      });
  if (usable) {
    fs::create_directory(socket);
    fs::permissions(socket, fs::perms::owner_all);
    give_to(account, socket);
  } else {
    fs::create_directory_symlink(make_private_folder("/tmp/omb-server", account), directory / "socket");
  }
}

/// The directory's canonical path. Throws Error when it is not an empty directory.
inline std::string expect_empty(const std::string& directory, const char* server) {
  if (!fs::is_directory(directory) || !fs::is_empty(directory)) {
    throw Error("directory '" + directory + "': expected an empty directory for the private " + server + " server");
  }
  return fs::canonical(directory).string();
}

/// Waits until no process works in `folder` any more, reaping `leader` if it is our child.
inline bool wait_until_gone(const fs::path& folder, pid_t leader, int seconds) {
  for (int waited_ms = 0;; waited_ms += kPollMs) {
    if (leader > 0) wait_for_exit(leader, 0);
    if (processes_in(folder).empty()) return true;
    if (waited_ms >= seconds * 1000) return false;
    sleep_ms(kPollMs);
  }
}

/// Kills every process that works in `folder`. Throws Error when one does not end.
inline void kill_processes(const fs::path& folder, const char* server) {
  constexpr int kSeconds = 5;
  for (const pid_t process : processes_in(folder)) {
    kill(process, SIGKILL);
    wait_for_exit(process, 0);
  }
  for (int waited_ms = 0; !processes_in(folder).empty(); waited_ms += kPollMs) {
    for (const pid_t process : processes_in(folder)) wait_for_exit(process, 0);
    if (waited_ms >= kSeconds * 1000) {
      throw Error(std::string(server) + ": the private server in '" + folder.string() + "' does not end");
    }
    sleep_ms(kPollMs);
  }
}

/// Removes everything that `lay_out` and the server made; the directory stays, empty. Throws Error.
inline void clear(const std::string& directory) {
  const fs::path home = home_of(directory);
  const fs::path socket = socket_of(directory);
  std::error_code failure;
  if (is_ours(socket)) fs::remove_all(socket, failure);
  if (home != directory) fs::remove_all(home, failure);
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, failure)) {
    fs::remove_all(entry.path(), failure);
    if (failure) break;
  }
  if (failure) throw Error("directory '" + directory + "': cannot empty: " + failure.message());
}

/// Whom root runs a server as: `name`, or "nobody". Anybody else runs it as himself.
inline Account account_for(const std::string& name) {
  if (geteuid() != 0) return {};
  const Account account = account_of(name);
  return account.name.empty() ? account_of("nobody") : account;
}

/// Returns once `connect` throws no Error; throws one with the end of the log when the server has ended, or after
/// `seconds`.
template <class Connect>
void wait_until_ready(const char* server, pid_t child, int seconds, const fs::path& log, Connect connect) {
  for (int waited_ms = 0;; waited_ms += kPollMs) {
    if (wait_for_exit(child, 0).exited)
      throw Error(std::string(server) + ": the server did not start: " + tail_of(log));
    try {
      connect();
      return;
    } catch (const Error&) {
      if (waited_ms >= seconds * 1000) {
        throw Error(std::string(server) + ": the server was not ready after " + std::to_string(seconds) +
                    " s: " + tail_of(log));
      }
      sleep_ms(kPollMs);
    }
  }
}

/// Ends the private server in `directory` and empties the directory. Safe to call when start failed or was never
/// called. Throws Error.
inline void stop(const std::string& directory, const char* server) {
  const fs::path data = data_of(directory);
  if (fs::exists(data)) kill_processes(data, server);
  clear(directory);
}

/// Where one server's files are.
struct Place {
  fs::path home, data, socket, log;
};

/// Lays out the places in the empty `directory` and lets `begin(place)` start the server there, whose address it
/// returns. Throws Error; then neither process nor file is left.
template <class Begin>
std::string start(const std::string& directory, const char* server, const Account& account,
                  const std::string& socket_file, Begin begin) {
  const std::string where = expect_empty(directory, server);
  try {
    lay_out(where, account, socket_file);
    const fs::path home = home_of(where);
    const Place place{home, data_of(where), socket_of(where) / socket_file, home / "server.log"};
    fs::create_directory(place.data);
    give_to(account, place.data);
    return begin(place);
  } catch (...) {
    try {
      stop(where, server);
    } catch (const std::exception&) {
      // The first failure is the one to report.
    }
    throw;
  }
}

}  // namespace omenbench::server_place
