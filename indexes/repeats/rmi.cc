// The recursive model indexes where keys repeat.
#include "indexes/learned/rmi.h"

#include "harness/register.h"
#include "indexes/learned/rmi_auto.h"
#include "indexes/learned/rmi_layers.h"
#include "indexes/learned/rmi_piecewise.h"
#include "indexes/repeats/static_runs.h"

namespace omenbench {
namespace {

const bool registered[] = {
    add_repeats<StaticRuns<RmiLocator<PiecewiseRoot, 8>>>("rmi"),
    add_repeats<StaticRuns<RmiLocator<LayeredRoot<PiecewiseRoot>, 8>>>("rmi-3"),
    add_repeats<StaticRuns<RmiAuto<4>>>("rmi-auto"),
    add_repeats<StaticRuns<RmiLocator<CubicRoot, 8>>>("rmi-cubic"),
    add_repeats<StaticRuns<RmiLocator<LinearRoot, 8>>>("rmi-linear"),
    add_repeats<StaticRuns<RmiLocator<LinearSplineRoot, 8>>>("rmi-linear-spline"),
    add_repeats<StaticRuns<RmiLocator<LognormalRoot, 8>>>("rmi-lognormal"),
    add_repeats<StaticRuns<RmiLocator<RadixRoot, 8>>>("rmi-radix"),
};

}  // namespace
}  // namespace omenbench
