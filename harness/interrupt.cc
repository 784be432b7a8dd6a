// Two async-signal-safe handlers; see the header.
#include "harness/interrupt.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <initializer_list>

namespace omenbench {
namespace {

volatile sig_atomic_t received = 0;
std::int64_t received_ns = 0;  ///< when; the handler's alone, which nothing interrupts

/// One request may come as several signals: timeout(1) tells its child and then the group that both are in, of a
/// terminal that closes the kernel tells and the shell. No person is that quick.
constexpr std::int64_t kOneRequestNs = 250'000'000;

void on_signal(int signal_number) {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  const std::int64_t now_ns = std::int64_t{1'000'000'000} * now.tv_sec + now.tv_nsec;
  if (received == 0) {
    received_ns = now_ns;
    received = signal_number;
  } else if (now_ns - received_ns > kOneRequestNs) {
    _exit(128 + signal_number);
  }
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
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&action.sa_mask, number);
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
