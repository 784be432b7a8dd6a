// The floor of every read: loads from the columns at a position that was computed beforehand. A reference line in
// tables and the yardstick for `implausible`, never a contender.
#pragma once

#include <algorithm>
#include <cstdint>
#include <ranges>

#include "core/index.h"
#include "core/operation.h"

namespace omenbench {

/// `Columns`: keys and payloads of kind `K` as an index keeps them, with assign(entries), size(), entry(i), payloads()
/// and size_bytes(). A lookup of byte strings thus loads no text; lower bounds and scans load those that they return.
template <class K, class Columns>
class Gather {
 public:
  using KeyType = K;
  using Entries = typename KeyTraits<K>::EntriesType;

  void build(Entries entries) { columns_.assign(entries); }

  /// Reads what lies at the position and never searches. REQUIRES: a read of one of `operation`'s kinds.
  std::uint64_t answer(const Operation& operation, std::uint64_t position) const {
    switch (operation.kind) {
      case OpKind::kLowerBound:
        return position == columns_.size() ? kAbsentAnswer : entry_answer(columns_.entry(position));
      case OpKind::kScan:
        return scan(position, operation.argument);
      default:
        return position == kNoPosition ? kAbsentAnswer : columns_.payloads()[position];
    }
  }

  /// Nothing that is measured.
  bool find(K key, Payload& payload) const {
    const auto below = [&](std::size_t i) { return columns_.entry(i).key < key; };
    const auto all = std::views::iota(std::size_t{0}, columns_.size());
    const auto i = static_cast<std::size_t>(std::ranges::partition_point(all, below) - all.begin());
    if (i == columns_.size() || columns_.entry(i).key != key) return false;
    payload = columns_.payloads()[i];
    return true;
  }

  std::uint64_t size_bytes() const { return columns_.size_bytes(); }

 private:
  std::uint64_t scan(std::uint64_t position, std::size_t wanted) const {
    const std::size_t count = std::min(wanted, columns_.size() - position);
    std::uint64_t sum = 0;
    for (std::size_t i = position; i < position + count; ++i) sum += entry_answer(columns_.entry(i));
    return sum * kGoldenGamma + count;
  }

  Columns columns_;
};

}  // namespace omenbench
