// The adaptive radix table where keys repeat.
#include "harness/register.h"
#include "indexes/learned/adaptive_radix_or_tree.h"
#include "indexes/repeats/static_runs.h"

namespace omenbench {
namespace {

const bool registered[] = {
    add_repeats<StaticRuns<AdaptiveRadixOrTree>>("adaptive-radix"),
};

}  // namespace
}  // namespace omenbench
