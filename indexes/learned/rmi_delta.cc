// Registers the RMI that is made updatable by a delta and retraining.
#include "harness/register.h"
#include "indexes/learned/rebuilt.h"
#include "indexes/learned/rmi.h"
#include "indexes/learned/rmi_piecewise.h"

namespace omenbench {
namespace {

// Entries twice is 16 bytes a key, before the first rebuild.
const bool registered = add_index<Rebuilt<RmiLocator<PiecewiseRoot, 8>, 10, Retraining::kInline>>(
    {.name = "rmi-delta",
     .display = "RMI with delta, retrained inline",
     .family = Family::kLearned,
     .citation = "Kraska et al., The case for learned index structures, SIGMOD 2018, appendix D.1",
     .parameters = {{"leaves", "linear, 8 keys each"}, {"delta", "B-tree, retrain at 10 %"}},
     .peak_bytes_per_key = 20});

}  // namespace
}  // namespace omenbench
