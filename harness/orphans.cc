// See the header. The kernel lists children per thread in /proc; where it does not (CONFIG_PROC_CHILDREN is off), only
// process groups are ended.
#include "harness/orphans.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

namespace omenbench {
namespace {

namespace fs = std::filesystem;

std::vector<pid_t> children() {
  std::vector<pid_t> pids;
  std::error_code unreadable;
  for (const fs::directory_entry& thread : fs::directory_iterator("/proc/self/task", unreadable)) {
    std::ifstream list(thread.path() / "children");
    for (pid_t pid = 0; list >> pid;) pids.push_back(pid);
  }
  return pids;
}

/// False when it has not gone within a second: the kernel does not let go of it.
bool end_and_reap(pid_t pid) {
  kill(pid, SIGKILL);
  for (int attempt = 0; attempt < 1000; ++attempt) {
    if (waitpid(pid, nullptr, WNOHANG) != 0) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

}  // namespace

OrphanEnder::OrphanEnder() : before_(children()) { prctl(PR_SET_CHILD_SUBREAPER, 1); }

OrphanEnder::~OrphanEnder() {
  // The children of one that is ended come here in their turn.
  for (bool more = true; more;) {
    more = false;
    for (const pid_t pid : children()) {
      if (std::ranges::find(before_, pid) != before_.end()) continue;
      if (end_and_reap(pid)) {
        more = true;
      } else {
        before_.push_back(pid);
      }
    }
  }
  prctl(PR_SET_CHILD_SUBREAPER, 0);
}

}  // namespace omenbench
