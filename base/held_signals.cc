// See the header.
#include "base/held_signals.h"

#include <signal.h>

#include <initializer_list>

namespace omenbench {

HeldSignals::HeldSignals() {
  sigset_t asked{};
  sigemptyset(&asked);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&asked, number);
  pthread_sigmask(SIG_BLOCK, &asked, &before_);
}

HeldSignals::~HeldSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

}  // namespace omenbench
