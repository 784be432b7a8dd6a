// Segments of the FITing-Tree: ShrinkingCone finds them, and each holds its entries, a line that predicts their
// positions within a known error, and a sorted buffer for entries that came later (Galakatos et al., "FITing-Tree: A
// Data-aware Index Structure", SIGMOD 2019, sections 3.2 and 4).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>
#include <vector>

#include "core/types.h"
#include "indexes/learned/linear_model.h"
#include "indexes/search.h"

namespace omenbench::fiting_tree {

/// Grows one segment from its first point on: keeps the cone of all lines through that point that pass within the error
/// of every other one, in exact integers. Not optimal in number, O(1) memory.
class ShrinkingCone {
 public:
  /// `first` is at position 0.
  ShrinkingCone(Key first, std::int64_t error) : first_(first), error_(error) {}

  /// Takes the next point in if it lies in the cone. REQUIRES: ascending keys, y = 1, 2, ... below 2^31.
  bool add(Key key, std::int64_t y) {
    const std::uint64_t x = key - first_;
    if (compare(y, x, lowest_) < 0 || compare(y, x, highest_) > 0) return false;
    if (compare(y - error_, x, lowest_) > 0) lowest_ = {y - error_, x};
    if (compare(y + error_, x, highest_) < 0) highest_ = {y + error_, x};
    return true;
  }

  /// A slope in the middle of the cone, times 2^64. Predictions with it, rounded down, lie in [y - error - 2, y +
  /// error].
  std::uint64_t slope() const {
    if (highest_.run == 0) return 0;
    const std::uint64_t low = fixed_point_slope(lowest_.rise, lowest_.run);
    const std::uint64_t high = fixed_point_slope(highest_.rise, highest_.run);
    return low + (high - low) / 2;
  }

 private:
  struct Slope {
    std::int64_t rise;
    std::uint64_t run;
  };

  /// Sign of rise / run - slope.
  static int compare(std::int64_t rise, std::uint64_t run, const Slope& slope) {
    const __int128 left = static_cast<__int128>(rise) * slope.run;
    const __int128 right = static_cast<__int128>(slope.rise) * run;
    return left < right ? -1 : left > right;
  }

  Key first_;
  std::int64_t error_;
  Slope lowest_{0, 1};
  Slope highest_{1, 0};  ///< vertical
};

/// A run of entries. Keys and payloads lie behind this header, in one allocation: room for at least kWindow keys (the
/// rest are 2^64-1), the payloads, a bit per entry that was erased.
class Segment {
 public:
  static constexpr std::size_t kError = 32;
  /// A lower bound lies in [prediction - kError, prediction + kError + 3], also of a key that is between two others.
  static constexpr std::size_t kWindow = (2 * kError + 3 + 7) / 8 * 8;

  struct Free {
    void operator()(Segment* segment) const {
      segment->~Segment();
      std::free(segment);
    }
  };
  using Owner = std::unique_ptr<Segment, Free>;

  /// A copy of the entries, with a line of that slope through the first.
  static Owner make(std::span<const Entry> entries, std::uint64_t slope) {
    void* const memory = std::calloc(1, sizeof(Segment) + body_bytes(entries.size()));
    if (memory == nullptr) throw std::bad_alloc();
    Owner segment(new (memory) Segment(entries.size(), slope));
    for (std::size_t i = 0; i < entries.size(); ++i) {
      segment->keys()[i] = entries[i].key;
      segment->payloads()[i] = entries[i].payload;
    }
    std::fill(segment->keys() + entries.size(), segment->keys() + segment->key_room() + kPadding, ~Key{0});
    return segment;
  }

  /// Position of the first key not below `key` among those that did not come later, erased ones included; in [0, size].
  std::size_t lower_bound(Key key) const {
    const Key* const all = keys();
    const std::uint64_t rise = multiply_high(key - std::min(key, all[0]), slope_);
    const std::size_t prediction = std::min<std::uint64_t>(rise, size_);
    const std::size_t begin = std::min(prediction - std::min(prediction, kError), key_room() - kWindow);
    // The window's own end is padding or another key: counting below `key` never passes the size.
    return begin + window_lower_bound<kWindow, 40>(all + begin, key);
  }

  bool holds(std::size_t i, Key key) const { return i < size_ && keys()[i] == key && !erased(i); }

  /// The payload of `key`, or nullptr.
  const Payload* find(Key key) const {
    const std::size_t i = lower_bound(key);
    if (i < size_ && keys()[i] == key) [[likely]]
      return erased(i) ? nullptr : payloads() + i;
    const std::size_t b = buffer_lower_bound(key);
    return b < buffer_.size() && buffer_[b].key == key ? &buffer_[b].payload : nullptr;
  }

  /// False when the key is there.
  bool insert(const Entry& entry) {
    const std::size_t i = lower_bound(entry.key);
    if (i < size_ && keys()[i] == entry.key) {
      if (!erased(i)) return false;
      erased_bits()[i / 64] ^= std::uint64_t{1} << (i % 64);
      --erased_;
      payloads()[i] = entry.payload;
      return true;
    }
    const std::size_t b = buffer_lower_bound(entry.key);
    if (b < buffer_.size() && buffer_[b].key == entry.key) return false;
    buffer_.insert(buffer_.begin() + static_cast<std::ptrdiff_t>(b), entry);
    return true;
  }

  bool erase(Key key) {
    const std::size_t i = lower_bound(key);
    if (i < size_ && keys()[i] == key) {
      if (erased(i)) return false;
      erased_bits()[i / 64] |= std::uint64_t{1} << (i % 64);
      ++erased_;
      return true;
    }
    const std::size_t b = buffer_lower_bound(key);
    if (b == buffer_.size() || buffer_[b].key != key) return false;
    buffer_.erase(buffer_.begin() + static_cast<std::ptrdiff_t>(b));
    return true;
  }

  /// Copies up to out.size() entries not below `from`, ascending; returns how many.
  std::size_t scan(Key from, std::span<Entry> out) const {
    std::size_t i = lower_bound(from);
    std::size_t b = buffer_lower_bound(from);
    std::size_t count = 0;
    while (count < out.size() && (i < size_ || b < buffer_.size())) {
      if (b < buffer_.size() && (i == size_ || buffer_[b].key < keys()[i])) {
        out[count++] = buffer_[b++];
      } else {
        out[count] = {keys()[i], payloads()[i]};
        count += !erased(i++);
      }
    }
    return count;
  }

  std::size_t entries() const { return size_ - erased_ + buffer_.size(); }
  std::size_t size() const { return size_; }
  std::size_t buffered() const { return buffer_.size(); }
  /// More than half of its entries were erased.
  bool sparse() const { return erased_ > size_ / 2; }
  const Key* keys() const { return reinterpret_cast<const Key*>(this + 1); }
  std::uint64_t slope() const { return slope_; }

  /// Without the buffer, whose size changes.
  std::uint64_t fixed_bytes() const { return sizeof(Segment) + body_bytes(size_) + kMallocHeader; }
  std::uint64_t buffer_bytes() const {
    return buffer_.capacity() == 0 ? 0 : buffer_.capacity() * sizeof(Entry) + kMallocHeader;
  }

 private:
  static constexpr std::uint64_t kMallocHeader = 8;

  Segment(std::size_t size, std::uint64_t slope) : slope_(slope), size_(static_cast<std::uint32_t>(size)) {}

  /// window_lower_bound reads 7 keys past its window.
  static std::size_t key_room(std::size_t size) { return std::max(size, kWindow); }
  static std::size_t body_bytes(std::size_t size) {
    return (key_room(size) + kPadding + size) * sizeof(Key) + (size + 63) / 64 * sizeof(std::uint64_t);
  }
  static constexpr std::size_t kPadding = 7;

  std::size_t key_room() const { return key_room(size_); }
  Key* keys() { return reinterpret_cast<Key*>(this + 1); }
  Payload* payloads() { return keys() + key_room() + kPadding; }
  const Payload* payloads() const { return keys() + key_room() + kPadding; }
  std::uint64_t* erased_bits() { return payloads() + size_; }
  const std::uint64_t* erased_bits() const { return payloads() + size_; }
  bool erased(std::size_t i) const { return erased_ != 0 && (erased_bits()[i / 64] >> (i % 64) & 1) != 0; }

  std::size_t buffer_lower_bound(Key key) const {
    const Entry* base = buffer_.data();
    std::size_t size = buffer_.size();
    if (size == 0) return 0;
    for (; size > 1; size -= size / 2) base += static_cast<std::size_t>(base[size / 2 - 1].key < key) * (size / 2);
    return static_cast<std::size_t>(base - buffer_.data()) + (base->key < key);
  }

  std::uint64_t slope_;
  std::uint32_t size_;
  std::uint32_t erased_ = 0;
  std::vector<Entry> buffer_;  ///< ascending, disjoint from the keys
};

/// Splits the entries into segments of at most `longest` and calls emit(first, Owner) for each, in order.
template <class Emit>
void for_each_cone(std::span<const Entry> entries, std::size_t longest, Emit emit) {
  for (std::size_t begin = 0; begin < entries.size();) {
    const Key first = entries[begin].key;
    const std::size_t limit = std::min(entries.size(), begin + longest);
    ShrinkingCone cone(first, Segment::kError);
    std::size_t end = begin + 1;
    while (end < limit && cone.add(entries[end].key, static_cast<std::int64_t>(end - begin))) ++end;
    emit(first, Segment::make(entries.subspan(begin, end - begin), cone.slope()));
    begin = end;
  }
}

}  // namespace omenbench::fiting_tree
