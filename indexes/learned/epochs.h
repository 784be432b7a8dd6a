// When may memory that readers could still be using be freed? After a grace period: when every operation that was
// running has ended (read-copy-update; XIndex, PPoPP 2020, section 3.1: "RCU barrier"). Every thread announces its
// operations in a slot of its own, so that readers write no shared cache line.
//
// An announcement must be visible before the reads that follow it. Where Linux offers membarrier(2), the start of a
// grace period makes all other threads execute a fence and announcements are plain stores; elsewhere each costs a
// fence.
#pragma once

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>
#include <thread>
#include <vector>

namespace omenbench {

/// One thread's announcements: odd while an operation runs.
struct alignas(64) EpochSlot {
  std::atomic<std::uint64_t> phase{0};
  std::atomic<bool> taken{true};
  EpochSlot* next = nullptr;
};

/// All slots of the process. They are never freed, only reused.
inline std::atomic<EpochSlot*> epoch_slots{nullptr};

inline bool barrier_reaches_all_threads() {
  static const bool registered = syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
  return registered;
}

/// Holds a slot for the life of a thread.
class EpochThread {
 public:
  EpochThread() : asymmetric_(barrier_reaches_all_threads()) {
    for (slot_ = epoch_slots.load(); slot_ != nullptr; slot_ = slot_->next) {
      bool taken = false;
      if (slot_->taken.compare_exchange_strong(taken, true)) return;
    }
    slot_ = new EpochSlot;
    slot_->next = epoch_slots.load();
    while (!epoch_slots.compare_exchange_weak(slot_->next, slot_)) {
    }
  }
  EpochThread(const EpochThread&) = delete;
  EpochThread& operator=(const EpochThread&) = delete;
  ~EpochThread() { slot_->taken.store(false); }

  void enter() {
    const std::uint64_t phase = slot_->phase.load(std::memory_order_relaxed) + 1;
    if (asymmetric_) {
      slot_->phase.store(phase, std::memory_order_release);
      std::atomic_signal_fence(std::memory_order_seq_cst);
    } else {
      slot_->phase.exchange(phase, std::memory_order_seq_cst);
    }
  }
  void leave() { slot_->phase.store(slot_->phase.load(std::memory_order_relaxed) + 1, std::memory_order_release); }

 private:
  EpochSlot* slot_;
  bool asymmetric_;
};

/// Announces an operation for its life. Not to be nested.
class RunningOperation {
 public:
  RunningOperation() : thread_(local()) { thread_.enter(); }
  RunningOperation(const RunningOperation&) = delete;
  RunningOperation& operator=(const RunningOperation&) = delete;
  ~RunningOperation() { thread_.leave(); }

 private:
  static EpochThread& local() {
    thread_local EpochThread thread;
    return thread;
  }
  EpochThread& thread_;
};

/// Operations that announce themselves after this see everything that was stored before; the others are announced.
inline void fence_all_threads() {
  if (barrier_reaches_all_threads()) {
    if (syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) != 0) std::terminate();
  } else {
    static std::atomic<std::uint64_t> fence{0};
    fence.fetch_add(1, std::memory_order_seq_cst);
  }
}

/// Tells, without waiting for it, whether all operations that ran at some moment have ended.
class GracePeriod {
 public:
  /// This is the moment. Operations that begin later see everything that was stored before.
  void start() {
    running_.clear();
    fence_all_threads();
    for (EpochSlot* slot = epoch_slots.load(); slot != nullptr; slot = slot->next) {
      const std::uint64_t phase = slot->phase.load(std::memory_order_acquire);
      if (phase % 2 == 1) running_.push_back({slot, phase});
    }
  }
  bool over() const {
    return std::ranges::all_of(running_, [](const Announcement& announcement) {
      return announcement.slot->phase.load(std::memory_order_acquire) != announcement.phase;
    });
  }

 private:
  struct Announcement {
    const EpochSlot* slot;
    std::uint64_t phase;
  };
  std::vector<Announcement> running_;
};

/// Returns when all operations that run now have ended; later ones see everything that was stored before. Not to be
/// called inside an operation.
inline void wait_for_running_operations() {
  GracePeriod grace;
  grace.start();
  while (!grace.over()) std::this_thread::yield();
}

}  // namespace omenbench
