// Shards of one plan (`omenbench run --shard`), put together: every row as its machine measured it, in the order of the
// plan, and all verdicts corrected for the number of rows again. Nothing is computed across rows of two machines.
#pragma once

#include <string>
#include <vector>

#include "harness/trial_record.h"

namespace omenbench {

struct Shard {
  std::string name;  ///< where it lies, for messages
  Run run;
};

/// REQUIRES: not empty. Throws Error naming the shards that are missing, given twice, unfinished, or of another plan,
/// program or keys.
Run merge_shards(std::vector<Shard> shards);

}  // namespace omenbench
