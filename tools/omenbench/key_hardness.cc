// See the header.
#include "tools/omenbench/key_hardness.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "datasets/describe/hardness.h"

namespace omenbench {
namespace {

/// From about here on it takes seconds.
constexpr std::uint64_t kManyKeys = 20'000'000;
/// Measured: 40 for random keys, 60 for keys in clusters, all three passes together.
constexpr double kSecondsPerKey = 60e-9;

}  // namespace

void add_hardness(PreparedRun& run, const Announce& announce) {
  for (std::size_t i = 0; i < run.datasets.size(); ++i) {
    if (run.datasets[i].text()) continue;  // places in a text say nothing of how hard it is
    std::span<const Key> keys = run.datasets[i].keys();
    std::vector<Key> distinct;
    if (run.plan.duplicates == Duplicates::kKeep) {
      std::ranges::unique_copy(keys, std::back_inserter(distinct));
      keys = distinct;
    }
    DatasetSummary& summary = run.header.datasets[i];
    if (keys.size() >= kManyKeys) {
      announce(fmt::format("computing how hard the keys of {} are, about {:.0f} s", summary.name,
                           kSecondsPerKey * static_cast<double>(keys.size())));
    }
    summary.hardness = KeyHardness{.local_segments = datasets::count_segments(keys, datasets::kLocalEpsilon),
                                   .global_segments = datasets::count_segments(keys, datasets::kGlobalEpsilon),
                                   .rmi_log2_error = datasets::rmi_error(keys).log2_error};
  }
}

}  // namespace omenbench
