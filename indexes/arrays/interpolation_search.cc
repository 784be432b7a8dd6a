// Registers the guarded interpolation search.
#include "indexes/arrays/interpolation_search.h"

#include "harness/register.h"

namespace omenbench {
namespace {

const bool registered =
    add_index<StaticIndex<InterpolationSearch>>({.name = "interpolation-search",
                                                 .display = "guarded interpolation search",
                                                 .family = Family::kArray,
                                                 .citation = "Van Sandt, Chronis and Patel, Efficiently searching "
                                                             "in-memory sorted arrays, SIGMOD 2019",
                                                 .peak_bytes_per_key = 16});

}  // namespace
}  // namespace omenbench
