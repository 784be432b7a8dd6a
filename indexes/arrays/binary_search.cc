// Registers binary search over a sorted array of integers.
#include "indexes/arrays/binary_search.h"

#include "harness/register.h"
#include "indexes/static_index.h"

namespace omenbench {
namespace {

/// A type of this file alone: compilers inline what they know all callers of.
struct BinarySearch : Halving {};

const bool registered = add_index<StaticIndex<BinarySearch>>({.name = "binary-search",
                                                              .display = "std::lower_bound on a sorted array",
                                                              .family = Family::kArray,
                                                              .citation = "C++ standard library",
                                                              .peak_bytes_per_key = 16});

}  // namespace
}  // namespace omenbench
