// See the header. A row is turned back into trials with what its cells keep of every round.
#include "results/decide_again.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>
#include <vector>

#include "results/rows.h"
#include "results/summarise.h"
#include "results/verdicts.h"

namespace omenbench {
namespace {

/// The row as it was measured, as far as its cells tell.
struct Remade {
  RowPlan plan;
  std::vector<IndexSummary> indexes;
  std::vector<TrialRecord> trials;
};

void set_pass(TrialRecord& trial, Pass pass, const BlockEstimate* estimate, std::size_t round, std::size_t rounds) {
  if (estimate == nullptr || estimate->blocks.size() != rounds) return;
  trial.passes[static_cast<int>(pass)] = {.present = true, .operations = 0, .ns_per_op = estimate->blocks[round]};
}

TrialRecord trial_of(const Cell& cell, std::size_t round, std::size_t rounds) {
  TrialRecord trial;
  trial.round = round;
  trial.index = cell.index;
  set_pass(trial, Pass::kThroughput, cell.throughput(), round, rounds);
  set_pass(trial, Pass::kDependent, cell.dependent(), round, rounds);
  for (const std::size_t place : {kLatencyP50, kLatencyP99}) {  // the places are those of kPercentiles
    const Percentile* percentile = cell.latency(place);
    set_pass(trial, Pass::kLatency, percentile, round, rounds);
    trial.latency.percentiles[place] = percentile != nullptr && percentile->blocks.size() == rounds
                                           ? percentile->blocks[round]
                                           : std::numeric_limits<double>::quiet_NaN();
  }
  if (cell.build_ns && cell.build_ns->blocks.size() == rounds) {
    trial.build_ns = static_cast<std::uint64_t>(cell.build_ns->blocks[round]);
  }
  trial.total_bytes = cell.total_bytes;
  trial.no_op_ns = cell.no_op_ns;
  return trial;
}

Remade remake(const Row& row) {
  Remade made;
  RowPlan& plan = made.plan;
  plan.keys = row.keys;
  plan.loaded_keys = row.loaded_keys;
  plan.threads = row.threads;
  plan.ordered = row.ordered;
  plan.mutates = row.mutates;
  plan.reshapes = row.reshapes;
  plan.cold = row.cold;
  plan.passes = row.passes;
  for (const Cell& cell : row.cells) {
    IndexSummary index;
    index.name = cell.index;
    index.display = cell.display;
    index.family = to_string(cell.family);
    index.tier = to_string(cell.tier);
    index.is_static = cell.is_static;
    made.indexes.push_back(std::move(index));
    CellPlan planned;
    planned.index = cell.index;
    planned.status = cell.status;
    planned.reason = cell.reason;
    planned.operations = cell.operations;
    plan.cells.push_back(std::move(planned));
    for (std::size_t round = 0; cell.ok() && round < row.rounds; ++round) {
      made.trials.push_back(trial_of(cell, round, row.rounds));
    }
  }
  return made;
}

std::vector<Verdict> verdicts_of(const Row& row, double timer_cost_ns) {
  const Remade made = remake(row);
  std::vector<const TrialRecord*> trials;
  for (const TrialRecord& trial : made.trials) trials.push_back(&trial);
  std::vector<Verdict> verdicts = decide_row(view_row(made.plan, trials, made.indexes, false), timer_cost_ns);
  const auto stays = [&](const Verdict& verdict) { return row.mutates && is_engine_class(verdict.opponents); };
  std::erase_if(verdicts, stays);
  std::ranges::copy_if(row.verdicts, std::back_inserter(verdicts), stays);
  return verdicts;
}

}  // namespace

void decide_again(Result& result) {
  std::vector<std::vector<Verdict>> verdicts;
  for (const Row& row : result.rows) verdicts.push_back(verdicts_of(row, timer_cost_of(result.environment_of(row))));
  correct_for_many_rows(verdicts);
  for (std::size_t i = 0; i < result.rows.size(); ++i) {
    Row& row = result.rows[i];
    row.verdicts = std::move(verdicts[i]);
    for (Verdict& verdict : row.verdicts) verdict.conditions = conditions_of(verdict, row);
  }
}

}  // namespace omenbench
