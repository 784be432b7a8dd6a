// The smallest level of the dynamic PGM-index: a sorted array of a few hundred entries that takes every insert.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "core/types.h"
#include "indexes/search.h"

namespace omenbench {

/// Inserting costs moving half of the `kCapacity` entries, which is what keeps it small.
template <std::size_t kCapacity>
class SortedBuffer {
 public:
  SortedBuffer() { keys_.fill(~Key{0}); }

  std::size_t size() const { return size_; }
  bool full() const { return size_ == kCapacity; }
  const Key* keys() const { return keys_.data(); }
  const Payload* payloads() const { return payloads_.data(); }

  std::size_t lower_bound(Key key) const {
    return std::min(halving_lower_bound<false>(keys_.data(), kCapacity, key), size_);
  }
  bool holds(std::size_t i, Key key) const { return keys_[i] == key && i < size_; }
  void set_payload(std::size_t i, Payload payload) { payloads_[i] = payload; }

  /// REQUIRES: not full; `i` is the lower bound of the absent `key`.
  void insert(std::size_t i, Key key, Payload payload) {
    std::copy_backward(keys_.begin() + i, keys_.begin() + size_, keys_.begin() + size_ + 1);
    std::copy_backward(payloads_.begin() + i, payloads_.begin() + size_, payloads_.begin() + size_ + 1);
    keys_[i] = key;
    payloads_[i] = payload;
    ++size_;
  }

  void erase(std::size_t i) {
    std::copy(keys_.begin() + i + 1, keys_.begin() + size_, keys_.begin() + i);
    std::copy(payloads_.begin() + i + 1, payloads_.begin() + size_, payloads_.begin() + i);
    keys_[--size_] = ~Key{0};
  }

  void clear() {
    keys_.fill(~Key{0});
    size_ = 0;
  }

 private:
  std::array<Key, kCapacity + 1> keys_;  ///< 2^64-1 from size_ on
  std::array<Payload, kCapacity> payloads_{};
  std::size_t size_ = 0;
};

}  // namespace omenbench
