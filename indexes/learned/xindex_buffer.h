// A group's delta: a few hundred entries in the order of their insertion. Entries are only ever added, each published
// by the counter, so that readers need neither locks nor versions; lookups compare all keys with SIMD. The authors use
// a concurrent B-tree (Masstree) here, which pays off for buffers far larger than these.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#if defined(__AVX512F__)
#include <immintrin.h>
#endif

#include "core/types.h"
#include "indexes/learned/xindex_record.h"

namespace omenbench::xindex {

class Buffer {
 public:
  static constexpr std::size_t kCapacity = 256;
  /// From so many entries on, the group is worth compacting.
  static constexpr std::size_t kDue = 128;
  /// kDoneAndDue: this append made the buffer due.
  enum class Append : std::uint8_t { kDone, kDoneAndDue, kPresent, kFrozen, kFull };

  std::size_t size() const { return size_.load(std::memory_order_acquire); }
  /// REQUIRES: i is below a size() that was read before.
  Key key(std::size_t i) const { return keys_[i]; }
  Record& record(std::size_t i) { return records_[i]; }
  const Record& record(std::size_t i) const { return records_[i]; }

  /// nullptr when absent.
  Record* find(Key key) {
    const std::size_t i = position(key, 0, size());
    return i == kCapacity ? nullptr : &records_[i];
  }

  /// kPresent: the record is there, whether live or removed.
  Append append(Key key, Payload payload) {
    const std::lock_guard lock(mutex_);
    const std::size_t size = size_.load(std::memory_order_relaxed);
    if (position(key, 0, size) != kCapacity) return Append::kPresent;
    if (frozen_.load(std::memory_order_relaxed)) return Append::kFrozen;
    if (size == kCapacity) return Append::kFull;
    keys_[size] = key;
    records_[size].set_payload(payload);
    size_.store(size + 1, std::memory_order_release);
    return size + 1 == kDue ? Append::kDoneAndDue : Append::kDone;
  }

  /// Nothing is appended any more; entries can still be overwritten and removed.
  void freeze() {
    const std::lock_guard lock(mutex_);
    frozen_.store(true, std::memory_order_release);
  }
  bool frozen() const { return frozen_.load(std::memory_order_acquire); }

 private:
  /// Where the key is among [begin, end), or kCapacity.
  std::size_t position(Key key, std::size_t begin, std::size_t end) const {
    std::size_t i = begin;
#if defined(__AVX512F__)
    const __m512i probe = _mm512_set1_epi64(static_cast<long long>(key));
    for (; i + 8 <= end; i += 8) {
      const unsigned equal = _mm512_cmpeq_epu64_mask(_mm512_loadu_si512(keys_ + i), probe);
      if (equal != 0) return i + static_cast<unsigned>(__builtin_ctz(equal));
    }
#endif
    for (; i < end; ++i) {
      if (keys_[i] == key) return i;
    }
    return kCapacity;
  }

  std::atomic<std::size_t> size_{0};
  std::atomic<bool> frozen_{false};
  std::mutex mutex_;
  Key keys_[kCapacity];
  Record records_[kCapacity];
};

}  // namespace omenbench::xindex
