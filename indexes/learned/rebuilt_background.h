// Builds the successor of a run on a thread of its own while the run keeps answering and keeps changing.
//
// The builder copies the run and a frozen delta, trains, and then replays the journal: every change that the owner made
// to an entry of either since the start, in order. It does so itself, again and again, until little is left; only that
// rest is replayed by the owner when it adopts the successor, which is what bounds the owner's stall. The copy may see
// each change or not: replaying a change that it saw changes nothing.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "core/types.h"
#include "harness/clock.h"
#include "indexes/learned/rebuilt_delta.h"

namespace omenbench {

/// All member functions are for the owner, the one thread that writes to the run. Joins its thread when destroyed.
template <class Run>
class BackgroundRebuild {
 public:
  /// What an entry has become.
  struct Change {
    Key key;
    Payload payload;
    bool alive;
  };
  /// The successor, and what no longer fits in it: entries that were dead when they were copied and live again.
  struct Result {
    std::unique_ptr<Run> run;
    Delta revived;
    std::uint64_t build_ns = 0;
  };

  /// Starts. `base` and `frozen` must outlive the rebuild; no keys may be added to or removed from either.
  BackgroundRebuild(const Run& base, const Delta& frozen)
      : thread_([this, &base, &frozen](const std::stop_token& stop) { work(stop, base, frozen); }) {}

  /// To be called after each change of an entry of the run or of the frozen delta.
  void record(Change change) {
    recent_.push_back(change);
    if (recent_.size() < kChunk) return;
    const std::lock_guard lock(mutex_);
    journal_.insert(journal_.end(), recent_.begin(), recent_.end());
    recent_.clear();
  }

  /// True once `finish` does not have to wait.
  bool ready() const { return ready_.load(std::memory_order_acquire); }

  /// Waits for the builder and hands over. Once. Throws what the builder threw.
  Result finish() {
    thread_.join();
    if (failure_) std::rethrow_exception(failure_);
    replay(journal_);
    replay(recent_);
    return std::move(result_);
  }

 private:
  static constexpr std::size_t kChunk = 64;
  /// The builder stops when fewer changes than this are left to replay.
  static constexpr std::size_t kLittle = 1024;

  void work(const std::stop_token& stop, const Run& base, const Delta& frozen) {
    try {
      const std::uint64_t start = steady_now_ns();
      result_.run = std::make_unique<Run>(base.merged_with(entries_of(frozen)));
      while (!stop.stop_requested()) {
        std::vector<Change> changes;
        {
          const std::lock_guard lock(mutex_);
          changes.swap(journal_);
        }
        replay(changes);
        if (changes.size() < kLittle) break;
      }
      result_.build_ns = steady_now_ns() - start;
    } catch (...) {
      failure_ = std::current_exception();
    }
    ready_.store(true, std::memory_order_release);
  }

  void replay(const std::vector<Change>& changes) {
    Run& run = *result_.run;
    for (const Change& change : changes) {
      const std::size_t i = run.position_of(change.key);
      if (!run.holds(i, change.key)) {
        if (change.alive) {
          result_.revived.insert_or_assign(change.key, change.payload);
        } else {
          result_.revived.erase(change.key);
        }
      } else if (!change.alive) {
        if (!run.dead(i)) run.kill(i);
      } else if (run.dead(i)) {
        run.revive(i, change.payload);
      } else {
        run.set_payload(i, change.payload);
      }
    }
  }

  Result result_;
  std::exception_ptr failure_;
  std::vector<Change> recent_;  ///< of the owner alone
  std::mutex mutex_;
  std::vector<Change> journal_;  ///< guarded by mutex_ while the builder works
  std::atomic<bool> ready_{false};
  std::jthread thread_;  ///< last: uses everything above
};

}  // namespace omenbench
