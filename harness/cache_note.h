// Whether a pass is long enough to show what an index costs that is larger than the caches.
#pragma once

#include <cstdint>
#include <string>

#include "harness/trial_record.h"
#include "workloads/workload.h"

namespace omenbench {

/// What to say of a row whose index does not fit in a last-level cache of `cache_bytes`, while a pass touches fewer
/// lines than twice that cache holds: its time then depends on what lay in the cache before. Empty when there is
/// nothing to say, as where no cache is known (0).
std::string cache_note(const RowPlan& row, const Workload& workload, std::uint64_t cache_bytes);

}  // namespace omenbench
