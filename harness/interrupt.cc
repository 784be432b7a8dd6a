// Two async-signal-safe handlers; see the header.
#include "harness/interrupt.h"

#include <signal.h>
#include <unistd.h>

#include <cstring>

namespace omenbench {
namespace {

volatile sig_atomic_t received = 0;

void on_signal(int signal_number) {
  if (received != 0) _exit(128 + signal_number);
  received = signal_number;
}

const char* farewell = nullptr;

void say_farewell(int signal_number) {
  if (write(STDERR_FILENO, farewell, std::strlen(farewell)) < 0) _exit(128 + signal_number);
  _exit(128 + signal_number);
}

}  // namespace

void end_at_interrupt(const char* text) {
  farewell = text;
  signal(SIGINT, say_farewell);
  signal(SIGTERM, say_farewell);
}

void install_interrupt_handlers() {
  struct sigaction action = {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  // No SA_RESTART: waits must return so that the run can stop.
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  struct sigaction inherited = {};
  sigaction(SIGHUP, nullptr, &inherited);
  // A closed terminal, unless the run is to outlive it (nohup).
  if (inherited.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

int interrupted_by() { return received; }

}  // namespace omenbench
