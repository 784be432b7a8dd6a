// How the nodes of a tree are guarded: not at all, or by optimistic lock coupling (Leis, Haubenschild and Neumann,
// "Optimistic lock coupling: a scalable and efficient general-purpose synchronization method", IEEE Data Engineering
// Bulletin 42(1), 2019). A reader takes a node's version, reads, and asks whether the version is still the same; a
// writer makes the version odd while it writes. Trees are written once, against the interface that both share; with
// NoLock every question has a constant answer and costs nothing.
//
// Deviation from the paper: no mark for removed nodes and no epochs. Nodes live in pools that never give memory back
// before the tree dies (node_pool.h), versions only grow, also from one life of a node to the next, and a reader checks
// the parent again after it took the child's version. So a stale pointer always leads to a node that can be read, and
// what was read there is always thrown away.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <thread>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace omenbench {

#if defined(__SANITIZE_THREAD__)
inline constexpr bool kThreadSanitizer = true;
#else
inline constexpr bool kThreadSanitizer = false;
#endif

/// For trees that one thread at a time uses.
struct NoLock {
  static constexpr bool kShared = false;
  using Version = std::uint32_t;

  Version read() const { return 0; }
  bool unchanged(Version) const { return true; }
  bool lock_if(Version) { return true; }
  bool try_lock() { return true; }
  void unlock() {}
};

/// A version that is odd while its node is being written.
class VersionLock {
 public:
  static constexpr bool kShared = true;
  using Version = std::uint64_t;

  /// The version to read under; waits while a writer is at work.
  Version read() const {
    for (unsigned spins = 0;; ++spins) {
      const Version version = __atomic_load_n(&word_, __ATOMIC_ACQUIRE);
      if (version % 2 == 0) return version;
      pause(spins);
    }
  }

  /// Whether everything read since `version` was taken belongs together. The fence keeps the data's loads before the
  /// version's (Boehm, "Can seqlocks get along with programming language memory models?", MSPC 2012, section 4).
  bool unchanged(Version version) const {
    if constexpr (kThreadSanitizer) {  // it does not know fences, and makes no atomic load pass another
      return __atomic_load_n(&word_, __ATOMIC_ACQUIRE) == version;
    } else {
      __atomic_thread_fence(__ATOMIC_ACQUIRE);
      return __atomic_load_n(&word_, __ATOMIC_RELAXED) == version;
    }
  }

  /// Turns a reader into the writer; false, and nothing done, when the version has moved on.
  bool lock_if(Version version) {
    if (!__atomic_compare_exchange_n(&word_, &version, version + 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
      return false;
    }
    if constexpr (!kThreadSanitizer) __atomic_thread_fence(__ATOMIC_RELEASE);  // the odd version before the data
    return true;
  }

  bool try_lock() {
    const Version version = __atomic_load_n(&word_, __ATOMIC_RELAXED);
    return version % 2 == 0 && lock_if(version);
  }

  /// Waits for whoever holds it.
  void lock() {
    for (unsigned spins = 0; !try_lock(); ++spins) pause(spins);
  }

  /// Publishes what was written under a new version.
  void unlock() { __atomic_store_n(&word_, __atomic_load_n(&word_, __ATOMIC_RELAXED) + 1, __ATOMIC_RELEASE); }

  /// Gives way to whoever holds a lock: a short wait at first, then the processor.
  static void pause(unsigned spins) {
    if (spins % 64 == 63) {
      std::this_thread::yield();
    } else {
#if defined(__x86_64__)
      _mm_pause();
#elif defined(__aarch64__)
      asm volatile("isb");  // waits for some ten cycles; yield is no wait on most processors
#endif
    }
  }

 private:
  Version word_ = 0;
};

/// Access to a word that readers may read while it is written: a relaxed atomic when shared, else a plain one. (A
/// sanitizer that does not know fences is shown the order that they make.)
template <bool kShared, class T>
inline T load_word(const T& word) {
  if constexpr (kShared) {
    return __atomic_load_n(&word, kThreadSanitizer ? __ATOMIC_ACQUIRE : __ATOMIC_RELAXED);
  } else {
    return word;
  }
}
template <bool kShared, class T>
inline void store_word(T& word, T value) {
  if constexpr (kShared) {
    __atomic_store_n(&word, value, kThreadSanitizer ? __ATOMIC_RELEASE : __ATOMIC_RELAXED);
  } else {
    word = value;
  }
}

/// Between what store_word wrote and the pointer by which others find it.
template <bool kShared>
inline void publish_words() {
  if constexpr (kShared && !kThreadSanitizer) __atomic_thread_fence(__ATOMIC_RELEASE);
}

/// words[0, count) to words + distance, which may overlap.
template <bool kShared, class T>
inline void move_words(T* words, std::size_t count, std::ptrdiff_t distance) {
  if constexpr (!kShared) {
    std::memmove(words + distance, words, count * sizeof(T));
  } else if (distance > 0) {
    for (std::size_t i = count; i-- > 0;) store_word<true>(words[static_cast<std::ptrdiff_t>(i) + distance], words[i]);
  } else {
    for (std::size_t i = 0; i < count; ++i)
      store_word<true>(words[static_cast<std::ptrdiff_t>(i) + distance], words[i]);
  }
}

/// `to` and `from`: pointers, arrays or what acts as they do.
template <bool kShared, class To, class From>
inline void copy_words(To&& to, From&& from, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) store_word<kShared>(to[i], from[i]);
}

}  // namespace omenbench
