// The datasets of a run: loaded under memory's limits, with what a reader of the result must know of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "datasets/dataset.h"
#include "harness/trial_record.h"
#include "tools/omenbench/plan.h"
#include "tools/omenbench/prepare.h"

namespace omenbench {

/// A dataset and what it was loaded by.
struct LoadedDataset {
  Dataset dataset;
  DatasetRequest request;
};

/// The first of `alternatives` that loads. The others' errors are only shown when none does. Throws Error.
LoadedDataset load_first(const std::vector<std::string>& alternatives, std::optional<std::uint64_t> keys,
                         const Plan& plan, const Announce& announce);

DatasetSummary summary_of(const DatasetInfo& info);

}  // namespace omenbench
