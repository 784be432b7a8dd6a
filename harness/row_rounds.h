// Rounds of one row for those who decide from round to round which indexes go on (gates, recommendations, searches).
// In-process indexes only: an engine's table is the scheduler's business.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "harness/scheduler.h"
#include "harness/trial_material.h"
#include "harness/trial_process.h"
#include "harness/trial_record.h"
#include "harness/workers.h"
#include "workloads/stream.h"

namespace omenbench {

class RowRounds {
 public:
  /// An index that takes part in a round, with the operations of its prefix.
  struct Contestant {
    const WorkerIndex* index = nullptr;
    std::uint64_t operations = 0;
    bool throughput_only = false;  ///< for those who need no other metric: takes a third of the time
  };

  /// Copies the row's entries into shared memory. `plan` and `input` must outlive this object.
  RowRounds(const RowPlan& plan, const RowInput& input, TrialLimits limits, std::uint64_t seed);

  /// The operation stream of a round, with a reference for every contestant's prefix. The same round has the same
  /// stream whoever takes part.
  RoundMaterial material(std::uint64_t round, std::span<const Contestant> contestants) const;

  /// One trial; one that was killed from outside is repeated once. Nothing when the user interrupted.
  std::optional<TrialRecord> trial(const Contestant& contestant, const RoundMaterial& material) const;

  /// One trial of every contestant in the order of the round, as `round_order`; `result[i]` is that of
  /// `contestants[i]`. Nothing when the user interrupted.
  std::optional<std::vector<TrialRecord>> run(std::uint64_t round, std::span<const Contestant> contestants) const;

  std::uint64_t seed() const { return seed_; }

 private:
  const RowPlan& plan_;
  const RowInput& input_;
  TrialLimits limits_;
  std::uint64_t seed_;
  std::uint64_t payload_seed_;
  Population population_;
  RowMaterial material_;
};

}  // namespace omenbench
