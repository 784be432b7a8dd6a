// The threads of one pass: they start together, wait for each other between phases, and one that fails does not leave
// the others waiting.
#pragma once

#include <barrier>
#include <cstdint>
#include <exception>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include "harness/clock.h"

namespace omenbench::detail {

class Team {
 public:
  /// `between` runs in one thread whenever all have met, before any goes on. It must not throw.
  Team(std::uint64_t threads, std::function<void()> between)
      : threads_(threads), between_(std::move(between)), barrier_(static_cast<std::ptrdiff_t>(threads), Turn{this}) {}

  /// Runs `body(thread)` in every thread, each beginning with a meeting of its own choice; rethrows the first failure.
  template <class Body>
  void run(Body body) {
    if (threads_ == 1) {
      body(0);
      return;
    }
    std::vector<std::exception_ptr> failures(threads_);
    {
      std::vector<std::jthread> threads;
      for (std::uint64_t t = 0; t < threads_; ++t) {
        threads.emplace_back([this, t, &body, &failures] {
          try {
            body(t);
          } catch (...) {
            failures[t] = std::current_exception();
            barrier_.arrive_and_drop();
          }
        });
      }
    }
    for (const std::exception_ptr& failure : failures) {
      if (failure) std::rethrow_exception(failure);
    }
  }

  /// Waits for all threads that are still at work.
  void meet() {
    if (threads_ == 1) {
      turn();
    } else {
      barrier_.arrive_and_wait();
    }
  }

  /// When the threads last met, on the steady clock: the same for all of them.
  std::uint64_t met_ns() const { return met_ns_; }

 private:
  struct Turn {
    Team* team;
    void operator()() noexcept { team->turn(); }
  };
  void turn() {
    if (between_) between_();
    met_ns_ = steady_now_ns();
  }

  std::uint64_t threads_;
  std::function<void()> between_;
  std::uint64_t met_ns_ = 0;
  std::barrier<Turn> barrier_;
};

}  // namespace omenbench::detail
