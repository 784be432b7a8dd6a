// Registers the floor of every read of byte strings.
#include "harness/register.h"
#include "indexes/reference/gather.h"
#include "indexes/static_bytes_index.h"

namespace omenbench {
namespace {

const bool registered = add_index<Gather<Bytes, SortedTexts>>({.name = "bytes-oracle-gather",
                                                               .display = "reads at known positions",
                                                               .family = Family::kReference,
                                                               .citation = "a lower limit, not an index",
                                                               .peak_bytes_per_key = 16});

}  // namespace
}  // namespace omenbench
