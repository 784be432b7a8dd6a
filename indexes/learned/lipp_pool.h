// Small blocks for LIPP: conflict arrays and node headers come by the hundred thousand, so they are carved from pages
// without a header each and recycled through one free list per size class.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/page_allocator.h"
#include "core/types.h"

namespace omenbench::lipp {

/// Capacities, in entries, of the size classes. A block whose size is a multiple of a cache line starts at one.
inline constexpr std::array<std::uint8_t, 6> kCapacities{2, 4, 6, 8, 12, 16};
inline constexpr unsigned kClasses = kCapacities.size();

/// The smallest class that holds `entries`. REQUIRES: entries <= 16.
inline unsigned class_for(std::size_t entries) {
  unsigned c = 0;
  while (kCapacities[c] < entries) ++c;
  return c;
}

/// So many entries can be read from any slot and from the start of any block: short copies need no loop.
inline constexpr std::size_t kReadable = 4;

/// Not thread-safe. Pages are returned when the pool dies.
class BlockPool {
 public:
  /// An uninitialised block of kCapacities[c] entries.
  Entry* allocate(unsigned c) {
    if (Entry* const block = free_[c]; block != nullptr) {
      free_[c] = next(block);
      return block;
    }
    return carve(c);
  }

  void release(Entry* block, unsigned c) {
    set_next(block, free_[c]);
    free_[c] = block;
  }

  /// Of all pages, free blocks included.
  std::uint64_t size_bytes() const { return bytes_; }

 private:
  static constexpr std::size_t kLine = 4;  ///< entries in a cache line
  static constexpr std::size_t kFirstChunk = 256;
  static constexpr std::size_t kLargestChunk = std::size_t{1} << 17;

  /// Free blocks are chained through their first key.
  static Entry* next(const Entry* block) { return reinterpret_cast<Entry*>(block->key); }
  static void set_next(Entry* block, Entry* next) { block->key = reinterpret_cast<std::uint64_t>(next); }

  Entry* carve(unsigned c) {
    const std::size_t size = kCapacities[c];
    if (size % kLine == 0 && left_ % kLine != 0) release(take(2), 0);
    if (left_ < size) add_chunk();
    return take(size);
  }

  Entry* take(std::size_t size) {
    Entry* const block = bump_;
    bump_ += size;
    left_ -= size;
    return block;
  }

  /// Chunks grow with the pool, so that a small index stays small; the rest of the old one feeds the free lists.
  void add_chunk() {
    while (left_ >= 2) release(take(2), 0);
    const std::size_t size =
        std::clamp(bytes_ / sizeof(Entry) / 8, kFirstChunk, kLargestChunk) / kLine * kLine - kReadable;
    chunks_.emplace_back(size + kReadable);
    bump_ = chunks_.back().data();
    left_ = size;
    bytes_ += (size + kReadable) * sizeof(Entry);
  }

  std::array<Entry*, kClasses> free_{};
  Entry* bump_ = nullptr;
  std::size_t left_ = 0;  ///< entries from bump_ on; always even
  std::vector<PageArray<Entry>> chunks_;
  std::uint64_t bytes_ = 0;
};

}  // namespace omenbench::lipp
