// See the header.
#include "results/rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "core/error.h"
#include "core/oracles.h"
#include "results/statistics.h"

namespace omenbench {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

double percentile(const TrialRecord& trial, std::string_view name) {
  if (!trial.passes[static_cast<int>(Pass::kLatency)].present) return kMissing;
  for (std::size_t i = 0; i < kPercentiles.size(); ++i) {
    if (kPercentiles[i].first == name) return trial.latency.percentiles[i];
  }
  return kMissing;
}

double pass_value(const TrialRecord& trial, Pass pass) {
  const PassRecord& record = trial.passes[static_cast<int>(pass)];
  return record.present ? record.ns_per_op : kMissing;
}

const IndexSummary& summary_of(std::span<const IndexSummary> indexes, const std::string& name) {
  const auto found = std::ranges::find(indexes, name, &IndexSummary::name);
  if (found == indexes.end()) throw Error(fmt::format("the run's header does not describe index '{}'", name));
  return *found;
}

std::vector<const TrialRecord*> trials_of_row(const Run& run, std::uint64_t row) {
  std::vector<const TrialRecord*> trials;
  for (const TrialRecord& trial : run.trials) {
    if (trial.row == row) trials.push_back(&trial);
  }
  return trials;
}

/// Status and reason from the plan and the trials; trials of complete rounds when ok.
void settle_status(CellView& cell, std::span<const TrialRecord* const> trials, const std::vector<std::uint64_t>& rounds,
                   bool interrupted) {
  cell.status = cell.plan->status;
  cell.reason = cell.plan->reason;
  bool any = false;
  for (const TrialRecord* trial : trials) {
    if (trial->index != cell.plan->index) continue;
    any = true;
    if (severity(trial->status) > severity(cell.status)) {
      cell.status = trial->status;
      cell.reason = trial->reason;
    }
    if (std::ranges::binary_search(rounds, trial->round)) cell.trials.push_back(trial);
  }
  std::ranges::sort(cell.trials, {}, &TrialRecord::round);
  if (cell.ok() && cell.trials.empty()) {
    cell.status = interrupted ? TrialStatus::kInterrupted : TrialStatus::kNotRun;
    cell.reason = any ? "the run ended before a round was complete" : "the run ended before this cell's turn";
  }
  if (!cell.ok() && cell.reason.empty()) cell.reason = fmt::format("{}, without a reason", to_string(cell.status));
  if (cell.ok()) cell.reason.clear();
}

/// Half the time of summing payloads at known positions cannot be had honestly. That time is the least that any round
/// of the row saw, in whichever pass: what disturbs a trial makes it slower, and a slow bound would condemn the honest.
void mark_implausible(RowView& row) {
  const auto oracle =
      std::ranges::find_if(row.cells, [](const CellView& cell) { return cell.ok() && is_oracle(cell.index->name); });
  if (oracle == row.cells.end()) return;
  double least = kMissing;
  for (const Metric metric : {Metric::kThroughput, Metric::kDependent, Metric::kP50}) {
    for (const double value : oracle->values(metric)) least = std::fmin(least, value);
  }
  for (CellView& cell : row.cells) {
    if (!cell.ok() || !cell.in_process() || cell.reference()) continue;
    std::vector<double> values = cell.values(headline_metric(row.plan->cold, row.plan->passes));
    std::erase_if(values, [](double value) { return std::isnan(value); });
    if (values.empty() || !(median(values) < least / 2)) continue;
    cell.status = TrialStatus::kImplausible;
    // Without the numbers: a failed cell shows none.
    cell.reason =
        fmt::format("faster than half of {}'s time, which only sums payloads at known positions", oracle->index->name);
  }
}

/// Why the bytes of a cell cannot be what its index takes; empty when they can. An allocator of its own, or one that is
/// preloaded, hides what it hands out from the count.
std::string doubt_of_bytes(const CellView& cell, std::uint64_t least_bytes) {
  if (!cell.ok() || !cell.in_process()) return "";
  std::uint64_t total = UINT64_MAX, growth = UINT64_MAX;
  for (const TrialRecord* trial : cell.trials) {
    if (trial->total_bytes == 0) continue;  // not counted at all, and shown as such
    total = std::min(total, trial->total_bytes);
    growth = std::min(growth, trial->rss_delta_bytes);
  }
  if (total == UINT64_MAX) return "";
  if (total < least_bytes) {
    return fmt::format("memory: {} bytes were counted when the entries alone take {}", total, least_bytes);
  }
  // What a build frees stays with the process for a while, so that honest indexes grow it by a third more.
  constexpr std::uint64_t kSlackBytes = std::uint64_t{16} << 20;
  if (growth > 2 * total + kSlackBytes) {
    return fmt::format(
        "memory: {} bytes were counted while the process grew by {}: an allocator of its own, or what a build freed "
        "and "
        "the C library kept (malloc_trim(0) at its end gives it back)",
        total, growth);
  }
  return "";
}

}  // namespace

double metric_value(const TrialRecord& trial, Metric metric) {
  double value = kMissing;
  switch (metric) {
    case Metric::kThroughput:
      value = pass_value(trial, Pass::kThroughput);
      break;
    case Metric::kDependent:
      value = pass_value(trial, Pass::kDependent);
      break;
    case Metric::kP50:
      value = percentile(trial, "p50");
      break;
    case Metric::kP99:
      value = percentile(trial, "p99");
      break;
    case Metric::kBytes:
      value = static_cast<double>(trial.total_bytes);
      break;
    case Metric::kBuild:
      value = static_cast<double>(trial.build_ns);
      break;
  }
  return std::isfinite(value) && value > 0 ? value : kMissing;
}

std::vector<double> CellView::values(Metric metric) const {
  const bool doubtful = metric == Metric::kBytes && !bytes_doubt.empty();
  std::vector<double> values;
  for (const TrialRecord* trial : trials) values.push_back(doubtful ? kMissing : metric_value(*trial, metric));
  values.resize(values.size() + rounds_without, kMissing);
  return values;
}

std::vector<double> CellView::throughput_over(std::uint64_t operations) const {
  if (operations == plan->operations) return values(Metric::kThroughput);
  std::vector<double> values;
  for (const TrialRecord* trial : trials) {
    const auto prefix = std::ranges::find(trial->prefixes, operations, &std::pair<std::uint64_t, double>::first);
    values.push_back(prefix == trial->prefixes.end() ? kMissing : prefix->second);
  }
  values.resize(values.size() + rounds_without, kMissing);
  return values;
}

std::vector<std::uint64_t> complete_rounds(std::span<const TrialRecord* const> trials, const RowPlan& row) {
  std::map<std::string_view, std::uint64_t> failed_in;  // first failing round of an index
  std::map<std::uint64_t, std::set<std::string_view>> seen;
  for (const TrialRecord* trial : trials) {
    seen[trial->round].insert(trial->index);
    if (trial->status == TrialStatus::kOk) continue;
    const auto [at, fresh] = failed_in.emplace(trial->index, trial->round);
    if (!fresh) at->second = std::min(at->second, trial->round);
  }
  std::vector<std::uint64_t> rounds;
  for (const auto& [round, indexes] : seen) {
    const bool complete = std::ranges::all_of(row.cells, [&, number = round, &present = indexes](const CellPlan& cell) {
      if (cell.status != TrialStatus::kOk || present.contains(cell.index)) return true;
      if (cell.left_after != 0 && number >= cell.left_after) return true;
      const auto failed = failed_in.find(cell.index);
      return failed != failed_in.end() && failed->second < number;
    });
    if (complete) rounds.push_back(round);
  }
  return rounds;
}

RowView view_row(const RowPlan& plan, std::span<const TrialRecord* const> trials, std::span<const IndexSummary> indexes,
                 bool interrupted) {
  RowView row;
  row.plan = &plan;
  row.rounds = complete_rounds(trials, plan);
  for (const CellPlan& cell_plan : plan.cells) {
    CellView cell{.plan = &cell_plan,
                  .index = &summary_of(indexes, cell_plan.index),
                  .reason = {},
                  .bytes_doubt = {},
                  .trials = {}};
    settle_status(cell, trials, row.rounds, interrupted);
    if (cell_plan.left_after != 0 && cell.ok()) cell.rounds_without = row.rounds.size() - cell.trials.size();
    row.cells.push_back(std::move(cell));
  }
  mark_implausible(row);
  for (CellView& cell : row.cells) {
    cell.bytes_doubt = doubt_of_bytes(cell, row.least_bytes());
    if (!cell.ok()) cell.trials.clear();
  }
  const bool measured = std::ranges::any_of(row.cells, &CellView::ok);
  if (!measured) row.rounds.clear();
  return row;
}

std::vector<RowView> view_rows(const Run& run) {
  std::vector<RowView> rows;
  for (std::uint64_t number = 0; number < run.header.rows.size(); ++number) {
    rows.push_back(view_row(run.header.rows[number], trials_of_row(run, number), run.header.indexes, run.interrupted));
  }
  return rows;
}

}  // namespace omenbench
