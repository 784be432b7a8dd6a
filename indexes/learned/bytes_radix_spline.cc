// RadixStringSpline over sorted byte strings; see radix_string_spline.h.
#include "harness/register.h"
#include "indexes/learned/radix_string_spline.h"

namespace omenbench {
namespace {

constexpr std::int64_t kError = 15;

const bool registered = add_index<StaticBytesIndex<RadixStringSpline<kError>>>(
    {.name = "bytes-radix-spline",
     .display = "RadixStringSpline",
     .family = Family::kLearned,
     .citation = "Spector et al.: Bounding the last mile, arXiv 2111.14905",
     .parameters = {{"error", std::to_string(kError)}, {"bytes a node", "7"}},
     .peak_bytes_per_key = 64});

}  // namespace
}  // namespace omenbench
