// See the header.
#include "harness/row_rounds.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/error.h"
#include "core/rng.h"
#include "harness/interrupt.h"
#include "harness/round_order.h"

namespace omenbench {

RowRounds::RowRounds(const RowPlan& plan, const RowInput& input, TrialLimits limits, std::uint64_t seed)
    : plan_(plan),
      input_(input),
      limits_(std::move(limits)),
      seed_(row_seed(seed, plan, input.dataset_sha256)),
      payload_seed_(mix64(seed, std::string_view(input.dataset_sha256))),
      population_(input.workload, input.keys, seed_, input.history),
      material_(population_.entries(payload_seed_), payload_seed_) {
  limits_.oversubscribed = plan.oversubscribed;
  if (plan.timed) {
    throw Error(
        fmt::format("workload '{}': phases that last seconds are for 'omenbench run'; give it 'operations', or "
                    "--ops",
                    input.workload.name));
  }
}

RoundMaterial RowRounds::material(std::uint64_t round, std::span<const Contestant> contestants) const {
  std::vector<std::uint64_t> prefixes;
  for (const Contestant& contestant : contestants) prefixes.push_back(contestant.operations);
  std::ranges::sort(prefixes);
  prefixes.erase(std::ranges::unique(prefixes).begin(), prefixes.end());
  return RoundMaterial(generate_stream(input_.workload, population_,
                                       {.payload_seed = payload_seed_,
                                        .seed = mix64(seed_, round + 1),
                                        .row_seed = seed_,
                                        .operations = plan_.operations,
                                        .prefixes = prefixes,
                                        .threads = plan_.threads,
                                        .warmup_share = 0.1}));
}

std::optional<TrialRecord> RowRounds::trial(const Contestant& contestant, const RoundMaterial& material) const {
  TrialRecord record;
  for (int attempt = 0; attempt < 2; ++attempt) {
    record = run_trial_process(*contestant.index, material_, material,
                               {.operations = contestant.operations, .throughput_only = contestant.throughput_only},
                               plan_.mutates, {}, limits_);
    if (interrupted_by() != 0) return std::nullopt;
    if (record.status != TrialStatus::kInterrupted) break;
  }
  return record;
}

std::optional<std::vector<TrialRecord>> RowRounds::run(std::uint64_t round,
                                                       std::span<const Contestant> contestants) const {
  const RoundMaterial stream = material(round, contestants);
  std::vector<TrialRecord> records(contestants.size());
  std::uint64_t position = 0;
  for (const std::uint64_t which : round_order(contestants.size(), round, seed_)) {
    std::optional<TrialRecord> record = trial(contestants[which], stream);
    if (!record) return std::nullopt;
    record->round = round;
    record->position = position++;
    records[which] = *std::move(record);
  }
  return records;
}

}  // namespace omenbench
