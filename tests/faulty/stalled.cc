// A correct index whose process is stopped by a signal for a tenth of the time: what a garbage collector, a checkpoint
// or a busy neighbour does to an engine. A closed loop hides it, because no operation begins while it lasts.
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "harness/register.h"
#include "tests/faulty/faulty.h"

namespace omenbench {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr milliseconds kPeriod(600);
constexpr milliseconds kStall(60);
constexpr microseconds kService(100);

[[noreturn]] void stop_now_and_then(pid_t process) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  while (getppid() == process) {
    std::this_thread::sleep_for(kPeriod - kStall);
    kill(process, SIGSTOP);
    std::this_thread::sleep_for(kStall);
    kill(process, SIGCONT);
  }
  _exit(0);
}

class Stalled : public CorrectIndex {
 public:
  void build(std::span<const Entry> entries) {
    CorrectIndex::build(entries);
    const pid_t process = getpid();
    stopper_ = fork();
    if (stopper_ == 0) stop_now_and_then(process);
  }

  bool find(Key key, Payload& payload) const {
    std::this_thread::sleep_for(kService);
    return CorrectIndex::find(key, payload);
  }

  ~Stalled() {
    if (stopper_ <= 0) return;
    kill(stopper_, SIGKILL);
    waitpid(stopper_, nullptr, 0);
  }

 private:
  pid_t stopper_ = 0;
};

const bool registered = add_index<Stalled>({.name = "test-stalled",
                                            .display = "stopped for 60 ms in every 600 ms",
                                            .family = Family::kArray,
                                            .citation = "for tests",
                                            .peak_bytes_per_key = 16});

}  // namespace
}  // namespace omenbench
