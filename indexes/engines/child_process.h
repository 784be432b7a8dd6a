// Starting a program as another user, waiting for it within a time limit, and finding processes by working directory.
//
// Between fork and exec the child makes system calls only: everything that may allocate or take a lock is prepared
// before the fork, because the parent may have other threads.
#pragma once

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "core/error.h"

namespace omenbench {

inline constexpr int kPollMs = 10;

inline void sleep_ms(int milliseconds) { std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds)); }

/// An account to run as; an empty name is the current one.
struct Account {
  std::string name;
  uid_t user = 0;
  gid_t group = 0;
  std::vector<gid_t> groups;
};

/// The account of that name, or an empty one.
inline Account account_of(const std::string& name) {
  const passwd* const entry = getpwnam(name.c_str());
  if (entry == nullptr) return {};
  Account account{name, entry->pw_uid, entry->pw_gid, {}};
  int count = 64;
  account.groups.resize(static_cast<std::size_t>(count));
  getgrouplist(name.c_str(), entry->pw_gid, account.groups.data(), &count);
  account.groups.resize(static_cast<std::size_t>(std::clamp(count, 0, 64)));
  return account;
}

/// Makes the account the owner of a file or folder. Throws Error.
inline void give_to(const Account& account, const std::filesystem::path& path) {
  if (!account.name.empty() && chown(path.c_str(), account.user, account.group) != 0) {
    throw Error("'" + path.string() + "': cannot hand over to user '" + account.name + "': " + std::strerror(errno));
  }
}

/// Async-signal-safe; for use after fork.
inline bool become(const Account& account) {
  return account.name.empty() || (setgroups(account.groups.size(), account.groups.data()) == 0 &&
                                  setgid(account.group) == 0 && setuid(account.user) == 0);
}

struct ExitState {
  bool exited = false;  ///< or was killed, or is no child of ours
  int code = -1;        ///< exit code; -1 after a signal
};

/// Waits for a child up to `seconds`; 0 only looks.
inline ExitState wait_for_exit(pid_t child, int seconds) {
  for (int waited_ms = 0;; waited_ms += kPollMs) {
    int status = 0;
    const pid_t result = waitpid(child, &status, WNOHANG);
    if (result == child) return {true, WIFEXITED(status) ? WEXITSTATUS(status) : -1};
    if (result < 0 && errno != EINTR) return {true, -1};
    if (waited_ms >= seconds * 1000) return {};
    sleep_ms(kPollMs);
  }
}

/// Kills the session that `child` leads, and reaps it.
inline void kill_group(pid_t child) {
  kill(-child, SIGKILL);
  wait_for_exit(child, 5);
}

/// Whether the account may pass through to a folder and write in it.
inline bool can_enter(const Account& account, const std::filesystem::path& folder) {
  const std::string path = folder.string();
  const pid_t child = fork();
  if (child < 0) throw Error(std::string("cannot start a process: ") + std::strerror(errno));
  if (child == 0) _exit(become(account) && access(path.c_str(), R_OK | W_OK | X_OK) == 0 ? 0 : 1);
  return wait_for_exit(child, 10).code == 0;
}

/// The first program of one of these names, the earlier name before the later one, in PATH and where servers' packages
/// put them; empty when there is none.
inline std::filesystem::path program_of(std::initializer_list<const char*> names) {
  const char* const path = std::getenv("PATH");
  const std::string folders =
      (path == nullptr ? "" : std::string(path) + ":") + "/usr/bin:/usr/local/bin:/usr/sbin:/usr/local/sbin";
  for (const char* name : names) {
    for (std::size_t begin = 0; begin <= folders.size();) {
      const std::size_t end = std::min(folders.find(':', begin), folders.size());
      const std::filesystem::path program = std::filesystem::path(folders.substr(begin, end - begin)) / name;
      if (program.is_absolute() && access(program.c_str(), X_OK) == 0) return program;
      begin = end + 1;
    }
  }
  return {};
}

/// Starts `command` as `account`: in a session of its own, with default signals, a minimal environment, no descriptor
/// but its output, which goes to the file `log`. The kernel sends it `death_signal` when the calling thread ends.
/// Throws Error.
inline pid_t spawn(const std::vector<std::string>& command, const Account& account, const std::filesystem::path& log,
                   int death_signal = SIGKILL) {
  std::vector<char*> arguments;
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  // No PG* variable of the person reaches the private server, and its messages are in English.
  const std::string path = "PATH=" + std::filesystem::path(command[0]).parent_path().string() + ":/usr/bin:/bin";
  char* const environment[] = {const_cast<char*>(path.c_str()), const_cast<char*>("LC_ALL=C"), nullptr};
  const int output = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (output < 0) throw Error("file '" + log.string() + "': " + std::strerror(errno));
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child == 0) {
    for (int number = 1; number < NSIG; ++number) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    setsid();
    dup2(output, 1);
    dup2(output, 2);
    dup2(open("/dev/null", O_RDONLY), 0);
    close_range(3, ~0U, 0);
    if (!become(account) || chdir("/") != 0) _exit(126);
    // After the change of user, which clears it; the parent may have died before.
    prctl(PR_SET_PDEATHSIG, death_signal);
    if (getppid() != parent) _exit(126);
    execve(arguments[0], arguments.data(), environment);
    _exit(127);
  }
  const int reason = errno;
  close(output);
  if (child < 0) throw Error("cannot start '" + command[0] + "': " + std::strerror(reason));
  return child;
}

/// For its lifetime this thread opens files as the owner of `folder`. Root in a container often lacks CAP_SYS_PTRACE
/// and could not look at another account's processes otherwise; without root nothing changes.
class AsOwnerOf {
 public:
  explicit AsOwnerOf(const std::filesystem::path& folder) {
    struct stat status {};
    if (stat(folder.c_str(), &status) != 0) return;
    group_ = setfsgid(status.st_gid);
    user_ = setfsuid(status.st_uid);
  }
  AsOwnerOf(const AsOwnerOf&) = delete;
  AsOwnerOf& operator=(const AsOwnerOf&) = delete;
  ~AsOwnerOf() {
    setfsuid(static_cast<uid_t>(user_));
    setfsgid(static_cast<gid_t>(group_));
  }

 private:
  int group_ = static_cast<int>(getegid());
  int user_ = static_cast<int>(geteuid());
};

/// Processes of the folder's owner whose working directory is `folder`.
inline std::vector<pid_t> processes_in(const std::filesystem::path& folder) {
  std::vector<pid_t> processes;
  std::error_code ignored;
  const std::filesystem::path wanted = std::filesystem::weakly_canonical(folder, ignored);
  const AsOwnerOf owner(wanted);
  for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
    const int process = std::atoi(entry.path().filename().c_str());
    if (process <= 0) continue;
    std::error_code unreadable;
    const std::filesystem::path cwd = std::filesystem::read_symlink(entry.path() / "cwd", unreadable);
    if (!unreadable && cwd == wanted) processes.push_back(process);
  }
  return processes;
}

/// The last lines of a log on one line, for an error text.
inline std::string tail_of(const std::filesystem::path& log) {
  constexpr std::size_t kMaxBytes = 600;
  std::ifstream file(log);
  std::ostringstream content;
  content << file.rdbuf();
  std::string text = content.str();
  while (!text.empty() && text.back() == '\n') text.pop_back();
  if (text.size() > kMaxBytes) text.erase(0, text.size() - kMaxBytes);
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 3) text.replace(at, 1, " | ");
  return text.empty() ? "its log is empty" : text;
}

}  // namespace omenbench
