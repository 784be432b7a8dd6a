// The splines where keys repeat.
#include "harness/register.h"
#include "indexes/learned/auto_epsilon.h"
#include "indexes/learned/greedy_spline.h"
#include "indexes/learned/plex.h"
#include "indexes/learned/radix_spline.h"
#include "indexes/repeats/static_runs.h"

namespace omenbench {
namespace {

const bool registered[] = {
    add_repeats<StaticRuns<RadixSplineLocator<18, 32>>>("radix-spline"),
    add_repeats<StaticRuns<AutoEpsilonLocator<SplineFit>>>("radix-spline-auto"),
    add_repeats<StaticRuns<PlexLocator<16>>>("plex"),
};

}  // namespace
}  // namespace omenbench
