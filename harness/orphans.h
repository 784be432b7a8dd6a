// What a trial starts must end with it: a process that outlives its trial slows down every later one.
//
// A process group does not hold those who leave it (setsid). So while a trial runs, its orphans become children of this
// process (prctl(2), PR_SET_CHILD_SUBREAPER), where they are found and ended.
#pragma once

#include <sys/types.h>

#include <vector>

namespace omenbench {

/// Ends, when it goes away, every process that became a child of this one in the meantime. One at a time, and only
/// where nothing else is started that is to stay.
class OrphanEnder {
 public:
  OrphanEnder();
  OrphanEnder(const OrphanEnder&) = delete;
  OrphanEnder& operator=(const OrphanEnder&) = delete;
  ~OrphanEnder();

 private:
  std::vector<pid_t> before_;
};

}  // namespace omenbench
