// Registers the floor of every read of 64-bit keys.
#include "harness/register.h"
#include "indexes/reference/gather.h"
#include "indexes/static_index.h"

namespace omenbench {
namespace {

/// Keeps both columns, like every other array.
const bool registered = add_index<Gather<Key, SortedColumns>>({.name = "oracle-gather",
                                                               .display = "reads at known positions",
                                                               .family = Family::kReference,
                                                               .citation = "a lower limit, not an index",
                                                               .peak_bytes_per_key = 16});

}  // namespace
}  // namespace omenbench
