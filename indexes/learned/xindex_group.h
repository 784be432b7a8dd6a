// One group of XIndex: a range of keys in a sorted array with piecewise linear models, and the buffer of its inserts
// (XIndex, PPoPP 2020, section 3.2). Array, models and range never change; a compaction replaces the whole group.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "core/types.h"
#include "indexes/learned/linear_model.h"
#include "indexes/learned/xindex_buffer.h"
#include "indexes/learned/xindex_record.h"
#include "indexes/search.h"

namespace omenbench::xindex {

/// Linear models of equal shares of an array: the fewest, up to kMost, that keep every window short.
class PiecewiseModel {
 public:
  static constexpr std::size_t kMost = 8;
  /// Keys are counted in blocks of this many, which may reach past the last.
  static constexpr std::size_t kCounted = 16;

  void train(const Key* keys, std::size_t size) {
    constexpr std::uint32_t kShort = 32;
    std::uint32_t longest = ~0U;
    for (pieces_ = 1; longest > kShort && pieces_ <= kMost && pieces_ <= std::max<std::size_t>(size, 1); pieces_ *= 2) {
      longest = 0;
      for (std::size_t p = 0; p < kMost; ++p) firsts_[p] = ~Key{0};
      for (std::size_t p = 0; p < pieces_; ++p) {
        fit(p, keys, size * p / pieces_, size * (p + 1) / pieces_);
        longest = std::max(longest, lines_[p].window);
      }
    }
    pieces_ /= 2;
  }

  /// Position of the first of keys[0, size) that is not below `key`.
  std::size_t lower_bound(const Key* keys, Key key) const {
    const std::size_t p = pieces_ == 1 ? 0 : std::max<std::size_t>(std::min(firsts_not_above(key), pieces_), 1) - 1;
    const Line& line = lines_[p];
    if (key <= firsts_[p]) return line.begin;
    const std::int64_t rise = static_cast<std::int64_t>(multiply_high(key - firsts_[p], line.slope) & ~(1ULL << 63));
    const std::int64_t guess = std::min<std::int64_t>(std::max<std::int64_t>(rise + line.shift, line.begin), line.end);
    const auto start = static_cast<std::size_t>(guess);
    std::size_t length = std::min<std::size_t>(line.window, line.end - start);
    const Key* base = keys + start;
    while (length > kCounted) {
      const std::size_t half = length / 2;
      base += static_cast<std::size_t>(base[half - 1] < key) * half;
      length -= half;
    }
    return static_cast<std::size_t>(base - keys) + count_below<kCounted>(base, key);
  }

 private:
  /// A lower bound is in [rise + shift, rise + shift + window] and in [begin, end].
  struct Line {
    std::uint64_t slope = 0;
    std::int32_t shift = 0;
    std::uint32_t window = 0;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
  };

  std::size_t firsts_not_above(Key key) const { return count_not_above<kMost>(firsts_, key); }

  /// A line from the first to the last key; shift and window from the errors of all keys, evaluated as lookups do. A
  /// lower bound between two keys is one more than the position of the first at most, hence the window's one.
  void fit(std::size_t p, const Key* keys, std::size_t begin, std::size_t end) {
    lines_[p] = {.slope = 0, .begin = static_cast<std::uint32_t>(begin), .end = static_cast<std::uint32_t>(end)};
    if (begin == end) return;
    firsts_[p] = keys[begin];
    const std::uint64_t run = keys[end - 1] - keys[begin];
    const std::uint64_t slope = run == 0 ? 0 : fixed_point_slope(static_cast<__int128>(end - 1 - begin), run);
    std::int64_t lowest = INT64_MAX;
    std::int64_t highest = INT64_MIN;
    for (std::size_t i = begin; i < end; ++i) {
      const auto residual = static_cast<std::int64_t>(i - multiply_high(keys[i] - keys[begin], slope));
      lowest = std::min(lowest, residual);
      highest = std::max(highest, residual);
    }
    lines_[p].slope = slope;
    lines_[p].shift = static_cast<std::int32_t>(lowest);
    lines_[p].window = static_cast<std::uint32_t>(highest - lowest + 1);
  }

  std::size_t pieces_ = 1;
  Key firsts_[kMost];  ///< then 2^64-1
  Line lines_[kMost];
};

/// A key and where its value is.
struct Reference {
  Key key;
  Record* record;
};

class Group {
 public:
  /// `pivot`: the smallest key that belongs here. Takes the buffer, which a predecessor may be filling already.
  Group(Key pivot, std::size_t size, Buffer* buffer)
      : pivot_(pivot),
        size_(size),
        keys_(std::make_unique_for_overwrite<Key[]>(size + PiecewiseModel::kCounted)),
        records_(std::make_unique<Record[]>(size)),
        buffer_(buffer) {}

  /// With the entries themselves.
  static std::unique_ptr<Group> of_entries(Key pivot, const Entry* entries, std::size_t size) {
    auto group = std::make_unique<Group>(pivot, size, new Buffer);
    for (std::size_t i = 0; i < size; ++i) {
      group->keys_[i] = entries[i].key;
      group->records_[i].set_payload(entries[i].payload);
    }
    group->train();
    return group;
  }
  /// With references, which `resolve` replaces.
  static std::unique_ptr<Group> of_references(Key pivot, const Reference* references, std::size_t size,
                                              Buffer* buffer) {
    auto group = std::make_unique<Group>(pivot, size, buffer);
    for (std::size_t i = 0; i < size; ++i) {
      group->keys_[i] = references[i].key;
      group->records_[i].refer_to(references[i].record);
    }
    group->train();
    return group;
  }

  Key pivot() const { return pivot_; }
  std::size_t size() const { return size_; }
  Key key(std::size_t i) const { return keys_[i]; }
  Record& record(std::size_t i) const { return records_[i]; }
  Buffer& buffer() const { return *buffer_; }
  std::size_t lower_bound(Key key) const { return model_.lower_bound(keys_.get(), key); }

  /// The array's record of the key, or nullptr.
  Record* find_in_array(Key key) const {
    const std::size_t i = lower_bound(key);
    return keys_[i] == key && i < size_ ? &records_[i] : nullptr;
  }

  /// From now on inserts go to `low` or, from `border` on, to `high`; they may be the same.
  void freeze(Buffer* low, Buffer* high, Key border) {
    temporary_[0] = low;
    temporary_[1] = high;
    border_ = border;
    buffer_->freeze();
  }
  /// Calls `visit(buffer)` for every buffer that may hold keys of the group, the oldest first.
  template <class Visit>
  void for_each_buffer(Visit visit) const {
    visit(*buffer_);
    if (!buffer_->frozen()) return;
    visit(*temporary_[0]);
    if (temporary_[1] != temporary_[0]) visit(*temporary_[1]);
  }
  /// REQUIRES: the buffer is frozen.
  Buffer& temporary(Key key) const { return *temporary_[key >= border_]; }

  /// Copies what the records refer to.
  void resolve() {
    for (std::size_t i = 0; i < size_; ++i) records_[i].resolve();
  }

  /// Removals from the array, counted to know when the group is worth compacting.
  std::size_t count_removal() { return removed_.fetch_add(1, std::memory_order_relaxed) + 1; }
  /// Whether a compaction pays off.
  bool due() const { return buffer_->size() >= Buffer::kDue || removed() * 2 > size_; }
  /// Roughly how many keys are live.
  std::size_t living() const { return size_ - std::min(removed(), size_) + buffer_->size(); }

  /// The next group of the same slot of the root, or nullptr.
  Group* next() const { return next_.load(std::memory_order_acquire); }
  void set_next(Group* next) { next_.store(next, std::memory_order_release); }

 private:
  std::size_t removed() const { return removed_.load(std::memory_order_relaxed); }

  void train() {
    std::fill_n(keys_.get() + size_, PiecewiseModel::kCounted, ~Key{0});
    model_.train(keys_.get(), size_);
  }

  Key pivot_;
  std::size_t size_;
  std::atomic<Group*> next_{nullptr};
  std::unique_ptr<Key[]> keys_;
  std::unique_ptr<Record[]> records_;
  std::unique_ptr<Buffer> buffer_;
  PiecewiseModel model_;
  std::atomic<std::size_t> removed_{0};
  Buffer* temporary_[2] = {};  ///< of the successors
  Key border_ = 0;
};

}  // namespace omenbench::xindex
