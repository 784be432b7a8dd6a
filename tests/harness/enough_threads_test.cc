// A trial whose threads cannot all be started says so, and waits for nobody.
#include "harness/worker/enough_threads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

namespace omenbench {
namespace {

TEST(EnoughThreads, AreThereWithoutALimit) {
  EXPECT_EQ(missing_threads(1), "");
  EXPECT_EQ(missing_threads(8), "");
}

TEST(EnoughThreads, TheOneThatIsMissingIsNamedAndNobodyWaits) {
#ifdef OMENBENCH_SANITIZED
  // Why: AddressSanitizer maps terabytes of shadow memory, so that the limit ends the process instead of a thread's
  // start. The release build runs this test.
  GTEST_SKIP() << "sanitizers need address space without a limit";
#endif
  const pid_t child = fork();
  if (child == 0) {
    alarm(20);
    std::uint64_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    const std::uint64_t room = std::uint64_t{20} << 20;  // two stacks of 8 MiB, and no third
    const rlimit limit{pages * 4096 + room, pages * 4096 + room};
    setrlimit(RLIMIT_AS, &limit);
    _exit(missing_threads(64).starts_with("thread ") ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

}  // namespace
}  // namespace omenbench
