// The floor of every read of byte strings, as oracle_gather.cc is of 64-bit keys: a lookup loads its payload and no
// text, lower bounds and scans also the texts that they return.
#include <algorithm>

#include "harness/register.h"
#include "indexes/static_bytes_index.h"

namespace omenbench {
namespace {

class BytesOracleGather {
 public:
  using KeyType = Bytes;

  void build(const BytesEntries& entries) { texts_.assign(entries); }

  /// As OracleGather::answer.
  std::uint64_t answer(const Operation& operation, std::uint64_t position) const {
    switch (operation.kind) {
      case OpKind::kLowerBound:
        return position == texts_.size() ? kAbsentAnswer : entry_answer(texts_.entry(position));
      case OpKind::kScan:
        return scan(position, operation.argument);
      default:
        return position == kNoPosition ? kAbsentAnswer : texts_.payloads()[position];
    }
  }

  bool find(Bytes key, Payload& payload) const {
    const std::size_t i = texts_.lower_bound(key, 0, texts_.size());
    if (i == texts_.size() || texts_.key(i) != key) return false;
    payload = texts_.payloads()[i];
    return true;
  }

  std::uint64_t size_bytes() const { return texts_.size_bytes(); }

 private:
  std::uint64_t scan(std::uint64_t position, std::size_t wanted) const {
    const std::size_t count = std::min(wanted, texts_.size() - position);
    std::uint64_t sum = 0;
    for (std::size_t i = position; i < position + count; ++i) sum += entry_answer(texts_.entry(i));
    return sum * kGoldenGamma + count;
  }

  SortedTexts texts_;
};

const bool registered = add_index<BytesOracleGather>({.name = "bytes-oracle-gather",
                                                      .display = "reads at known positions",
                                                      .family = Family::kReference,
                                                      .citation = "a lower limit, not an index",
                                                      .peak_bytes_per_key = 16});

}  // namespace
}  // namespace omenbench
