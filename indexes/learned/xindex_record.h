// The payload of one key with a lock, a version and flags: readers take no lock, they check that nothing changed while
// they read (XIndex, PPoPP 2020, section 3.2, figure 4). During a compaction the record of the new array refers to that
// of the old one until its value has been copied.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

#include "core/types.h"

namespace omenbench::xindex {

/// kGone: the key was removed and this record will never hold it again; look on in the group's buffers.
enum class Presence : std::uint8_t { kLive, kRemoved, kGone };

class Record {
 public:
  Record() = default;
  explicit Record(Payload payload) : payload_(payload) {}

  /// Before other threads can see the record.
  void set_payload(Payload payload) { payload_.store(payload, std::memory_order_relaxed); }
  void refer_to(Record* other) {
    payload_.store(reinterpret_cast<std::uintptr_t>(other), std::memory_order_relaxed);
    state_.store(kReference, std::memory_order_relaxed);
  }

  /// Sets `payload` when live.
  Presence read(Payload& payload) const {
    for (unsigned spins = 0;; relax(spins)) {
      const std::uint64_t before = state_.load(std::memory_order_acquire);
      if (before & kLocked) continue;
      Payload value = payload_.load(std::memory_order_acquire);
      // Before a reference is followed: a word that has been overwritten since may be none.
      if (state_.load(std::memory_order_relaxed) != before) continue;
      Presence presence = presence_of(before);
      if (before & kReference) {
        presence = reinterpret_cast<const Record*>(value)->read(value);
        if (state_.load(std::memory_order_relaxed) != before) continue;
      }
      if (presence == Presence::kLive) payload = value;
      return presence;
    }
  }

  /// Each changes a record whose presence allows it, and returns what the presence was before.
  Presence update(Payload payload) {
    return modify([&](Record& record, std::uint64_t flags) {
      if (flags == 0) record.payload_.store(payload, std::memory_order_release);
      return flags;
    });
  }
  Presence revive(Payload payload) {
    return modify([&](Record& record, std::uint64_t flags) {
      if (flags != kRemoved) return flags;
      record.payload_.store(payload, std::memory_order_release);
      return std::uint64_t{0};
    });
  }
  Presence remove() {
    return modify([](Record&, std::uint64_t flags) { return flags == 0 ? kRemoved : flags; });
  }
  /// If the record is removed, it is gone from now on. True if it is gone.
  bool drop_if_removed() {
    if ((state_.load(std::memory_order_relaxed) & (kRemoved | kLocked)) == 0) return false;
    return modify([](Record&, std::uint64_t flags) { return flags == kRemoved ? kRemoved | kGone : flags; }) !=
           Presence::kLive;
  }

  /// Copies the record that this one refers to. No other way to that record may be in use any more.
  void resolve() {
    const std::uint64_t state = lock();
    Payload value = 0;
    const auto* const other = reinterpret_cast<const Record*>(payload_.load(std::memory_order_relaxed));
    const std::uint64_t flags = other->read(value) == Presence::kLive ? 0 : kRemoved;
    payload_.store(value, std::memory_order_release);
    unlock(state, flags);
  }

 private:
  static constexpr std::uint64_t kLocked = 1;
  static constexpr std::uint64_t kRemoved = 2;
  static constexpr std::uint64_t kGone = 4;
  static constexpr std::uint64_t kReference = 8;
  static constexpr std::uint64_t kVersion = 16;

  static Presence presence_of(std::uint64_t state) {
    return state & kGone ? Presence::kGone : state & kRemoved ? Presence::kRemoved : Presence::kLive;
  }

  /// A lock is held for a few instructions, unless its holder lost its CPU.
  static void relax(unsigned& spins) {
    if (++spins % 64 == 0) std::this_thread::yield();
  }

  std::uint64_t lock() {
    for (unsigned spins = 0;; relax(spins)) {
      std::uint64_t state = state_.load(std::memory_order_relaxed);
      if (state & kLocked) continue;
      if (state_.compare_exchange_weak(state, state | kLocked, std::memory_order_acquire)) return state;
    }
  }
  void unlock(std::uint64_t state_before, std::uint64_t flags) {
    state_.store((state_before / kVersion + 1) * kVersion | flags, std::memory_order_release);
  }

  /// `change(record, flags)` returns the new flags; the record is the one that holds the value.
  template <class Change>
  Presence modify(Change change) {
    const std::uint64_t state = lock();
    if (state & kReference) {
      auto* const other = reinterpret_cast<Record*>(payload_.load(std::memory_order_relaxed));
      const Presence presence = other->modify(change);
      unlock(state, kReference);
      return presence;
    }
    unlock(state, change(*this, state & (kRemoved | kGone)));
    return presence_of(state);
  }

  std::atomic<std::uint64_t> payload_{0};
  std::atomic<std::uint64_t> state_{0};
};

}  // namespace omenbench::xindex
