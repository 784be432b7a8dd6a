// The floor of every read: loads from the arrays at a position that was computed beforehand. A reference line in tables
// and the yardstick for `implausible`, never a contender.
#include <algorithm>

#include "harness/register.h"
#include "indexes/static_index.h"

namespace omenbench {
namespace {

/// Keeps both columns, like every other array. `answer` is what is measured.
class OracleGather {
 public:
  void build(std::span<const Entry> entries) { columns_.assign(entries); }

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

  bool find(Key key, Payload& payload) const {
    const Key* const keys = columns_.keys();
    const auto i = static_cast<std::size_t>(std::lower_bound(keys, keys + columns_.size(), key) - keys);
    if (i == columns_.size() || keys[i] != key) return false;
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

  SortedColumns columns_;
};

const bool registered = add_index<OracleGather>({.name = "oracle-gather",
                                                 .display = "reads at known positions",
                                                 .family = Family::kReference,
                                                 .citation = "a lower limit, not an index",
                                                 .peak_bytes_per_key = 16});

}  // namespace
}  // namespace omenbench
