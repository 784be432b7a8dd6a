// The floor of reads where keys repeat: all entries of a key from a position that was computed beforehand.
#include <algorithm>

#include "harness/register.h"
#include "indexes/repeats/payload_runs.h"
#include "indexes/static_index.h"

namespace omenbench {
namespace {

/// As in reference/oracle_gather.cc, with every entry in the columns.
class OracleGather {
 public:
  static constexpr bool kKeysRepeat = true;

  void build(std::span<const Entry> entries) {
    columns_.assign(entries);
    ends_ = PageArray<std::uint64_t>(entries.size());
    for_each_run(entries,
                 [&](std::size_t begin, std::size_t end) { std::fill_n(ends_.begin() + begin, end - begin, end); });
  }

  /// `position` is that of the first entry not below the operation's key.
  std::uint64_t answer(const Operation& operation, std::uint64_t position) const {
    switch (operation.kind) {
      case OpKind::kLowerBound:
        return position == columns_.size() ? kAbsentAnswer : entry_answer(columns_.entry(position));
      case OpKind::kScan: {
        const std::uint64_t end = std::min<std::uint64_t>(columns_.size(), position + operation.argument);
        std::uint64_t sum = 0;
        for (std::uint64_t i = position; i < end; ++i) sum += entry_answer(columns_.entry(i));
        return sum * kGoldenGamma + (end - position);
      }
      default:
        return position == kNoPosition ? kAbsentAnswer : all_from(position);
    }
  }

  /// What an index must have; an oracle is never asked.
  bool find(Key, Payload&) const { return false; }

  std::uint64_t size_bytes() const { return columns_.size_bytes() + ends_.size() * sizeof(std::uint64_t); }

 private:
  std::uint64_t all_from(std::uint64_t first) const {
    const Payload* const payloads = columns_.payloads();
    const std::uint64_t end = ends_[first];
    Payload sum = 0;
    for (std::uint64_t i = first; i < end; ++i) sum += payloads[i];
    return repeated_answer(end - first, sum);
  }

  SortedColumns columns_;
  PageArray<std::uint64_t> ends_;  ///< of each entry's run: to look for it would cost more than to read it
};

const bool registered = add_repeats<OracleGather>("oracle-gather");

}  // namespace
}  // namespace omenbench
