// Registers binary search over a sorted array of 128-bit integers: whole keys, compared as the processor compares them
// (two subtractions).
#include "harness/register.h"
#include "indexes/arrays/binary_search.h"
#include "indexes/static_index.h"

namespace omenbench {
namespace {

const bool registered =
    add_index<StaticIndex<Halving, U128>>({.name = "u128-binary-search",
                                           .display = "std::lower_bound on a sorted array of 128-bit integers",
                                           .family = Family::kArray,
                                           .citation = "C++ standard library",
                                           .peak_bytes_per_key = 8});

}  // namespace
}  // namespace omenbench
