// While a file has a temporary name, Ctrl-C waits: what nobody will rename must not be left behind.
#pragma once

#include <csignal>

namespace omenbench {

/// Holds SIGINT, SIGTERM and SIGHUP back from this thread; what came meanwhile comes when it goes away.
class HeldSignals {
 public:
  HeldSignals();
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;
  ~HeldSignals();

 private:
  sigset_t before_{};
};

}  // namespace omenbench
