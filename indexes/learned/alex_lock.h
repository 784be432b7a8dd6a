// Who may use the nodes of ALEX: one thread (`AlexAlone`) or many (`AlexShared`). The code of the nodes is written once
// against what both offer. Shared nodes carry a version lock (Leis, Haubenschild and Neumann, "Optimistic lock
// coupling: a scalable and efficient general-purpose synchronization method", IEEE Data Engineering Bulletin 42(1),
// 2019, section 2), with which readers read without writing and ask afterwards whether what they read belongs together.
//
// Deviations from the paper: a node can also be frozen, which keeps writers out and lets readers go on, because what
// replaces a full node takes long to build. As in node_lock.h, words that a reader may read while they are written are
// relaxed atomics, except that with AVX-512 several of them are loaded by one instruction.
#pragma once

#include <atomic>
#include <cstdint>

#include "indexes/trees/node_lock.h"

namespace omenbench {

/// A version, and whether somebody writes the node, has frozen it, or took it out of the tree. Whoever locked or froze
/// it is its owner and the only one to call the members after try_freeze().
class AlexLock {
 public:
  using Version = std::uint64_t;

  /// The version to read under; waits while a writer is at work.
  Version read() const {
    for (unsigned spins = 0;; ++spins) {
      const Version version = word_.load(std::memory_order_acquire);
      if ((version & kLocked) == 0) return version;
      VersionLock::pause(spins);
    }
  }
  /// Whether the node with this version was out of the tree: nothing in it counts any more.
  static bool retired(Version version) { return (version & kRetired) != 0; }

  /// Whether nobody owns the node and it is in the tree.
  bool idle() const { return (word() & (kLocked | kFrozen | kRetired)) == 0; }

  /// Whether everything read since `version` was taken belongs together. For the fence see node_lock.h.
  bool unchanged(Version version) const {
    if constexpr (kThreadSanitizer) {
      return ((word_.load(std::memory_order_acquire) ^ version) & ~kFrozen) == 0;
    } else {
      std::atomic_thread_fence(std::memory_order_acquire);
      return ((word_.load(std::memory_order_relaxed) ^ version) & ~kFrozen) == 0;
    }
  }

  /// Turns a reader into the writer. False, and nothing done, when another one was faster or the node is frozen.
  bool try_lock(Version version) {
    if ((version & (kFrozen | kRetired)) != 0) return false;
    if (!word_.compare_exchange_strong(version, version | kLocked, std::memory_order_acquire,
                                       std::memory_order_relaxed)) {
      return false;
    }
    if constexpr (!kThreadSanitizer) std::atomic_thread_fence(std::memory_order_release);  // before the data
    return true;
  }
  /// The same, waiting for others. False when the node is out of the tree. For nodes that are never frozen.
  bool lock() {
    for (;;) {
      const Version version = read();
      if (retired(version)) return false;
      if (try_lock(version)) return true;
    }
  }
  /// Turns a reader into one that nobody's writing disturbs; false when the node is written, frozen or retired.
  bool try_freeze(Version version) {
    return (version & (kFrozen | kRetired)) == 0 &&
           word_.compare_exchange_strong(version, version | kFrozen, std::memory_order_acquire,
                                         std::memory_order_relaxed);
  }

  /// The writer is done; readers learn that the node changed.
  void unlock() { store((word() & ~kLocked) + kStep); }
  /// The writer has written nothing.
  void unlock_unchanged() { store(word() & ~kLocked); }
  /// The writer has written nothing and lets readers in again, but no writers.
  void freeze_unchanged() { store((word() & ~kLocked) | kFrozen); }
  /// The same after having written.
  void freeze() { store(((word() & ~kLocked) + kStep) | kFrozen); }
  void thaw() { store(word() & ~kFrozen); }
  /// The owner takes the node out of the tree, for ever.
  void retire() { store(((word() & ~(kLocked | kFrozen)) + kStep) | kRetired); }

 private:
  static constexpr Version kLocked = 1;
  static constexpr Version kFrozen = 2;
  static constexpr Version kRetired = 4;
  static constexpr Version kStep = 8;

  Version word() const { return word_.load(std::memory_order_relaxed); }
  void store(Version word) { word_.store(word, std::memory_order_release); }

  std::atomic<Version> word_{0};
};

/// For a tree that one thread at a time uses: data nodes know their neighbours in key order.
struct AlexAlone {
  static constexpr bool kShared = false;
  template <class Node>
  struct DataHeader {
    Node* previous = nullptr;
    Node* next = nullptr;
  };
  struct InnerHeader {};
};

/// For a tree that many threads use at once.
struct AlexShared {
  static constexpr bool kShared = true;
  struct InnerHeader {
    mutable AlexLock lock{};
  };
  template <class Node>
  using DataHeader = InnerHeader;
};

}  // namespace omenbench
