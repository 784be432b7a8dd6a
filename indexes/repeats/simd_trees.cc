// The SIMD search trees where keys repeat.
#include "harness/register.h"
#include "indexes/repeats/static_runs.h"
#include "indexes/trees/simd_tree.h"

namespace omenbench {
namespace {

const bool registered[] = {
    add_repeats<StaticRuns<SimdTreeLocator<BestCountKernel, false>>>("simd-tree"),
    add_repeats<StaticRuns<SimdTreeLocator<BestCountKernel, true>>>("simd-tree-prefetch"),
};

}  // namespace
}  // namespace omenbench
