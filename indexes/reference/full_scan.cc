// No index at all: every operation reads all keys. Shows what an index is worth.
#include "harness/register.h"
#include "indexes/static_index.h"

namespace omenbench {
namespace {

/// O(n), at the speed of memory: the keys below are counted without leaving early.
struct FullScan {
  void train(const SortedColumns&) {}
  std::size_t lower_bound(const SortedColumns& columns, Key key) const {
    const Key* const keys = columns.keys();
    const std::size_t size = columns.size();
    constexpr std::size_t kBlock = 64;
    std::size_t count = 0;
    for (std::size_t i = 0; i < size; i += kBlock) count += count_below<kBlock>(keys + i, key);
    return count;
  }
  std::uint64_t size_bytes() const { return 0; }
};

const bool registered = add_index<StaticIndex<FullScan>>({.name = "full-scan",
                                                          .display = "scan of all keys",
                                                          .family = Family::kReference,
                                                          .citation = "an upper limit, not an index",
                                                          .peak_bytes_per_key = 16,
                                                          .max_operations = 200});

}  // namespace
}  // namespace omenbench
