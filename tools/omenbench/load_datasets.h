// The datasets of a run: loaded under memory's limits, with what a reader of the result must know of them.
#pragma once

#include <cstdint>
#include <map>
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
/// `names`: how to call them, by spec, where that is not as they are called alone.
LoadedDataset load_first(const std::vector<std::string>& alternatives, std::optional<std::uint64_t> keys,
                         const Plan& plan, const std::map<std::string, std::string>& names, const Announce& announce);

/// Names of all datasets of a plan, by spec: none stands for two.
std::map<std::string, std::string> names_of_datasets(const Plan& plan);

DatasetSummary summary_of(const DatasetInfo& info);

}  // namespace omenbench
