// The keys of a row as its workload wants them: those of the dataset, or a mixture with another one, and the order of
// the dataset's rows where the workload replays it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "datasets/dataset.h"
#include "workloads/population.h"
#include "workloads/workload.h"

namespace omenbench {

struct RowKeys {
  std::span<const Key> keys;
  KeyHistory history;
  std::uint64_t loaded = 0;        ///< keys that are loaded before the operations start
  std::vector<std::string> notes;  ///< what a reader of the row must know

  MixedKeys mixed;  ///< what `keys` and `history` point into, where it is not the dataset
  std::vector<std::uint32_t> rows;
};

/// `request` is what `dataset` was loaded by. Throws Error when the workload cannot have what it needs. Not movable:
/// spans point into it.
std::unique_ptr<RowKeys> make_row_keys(const Dataset& dataset, const DatasetRequest& request, const Workload& workload,
                                       const std::function<void(const std::string&)>& announce);

}  // namespace omenbench
