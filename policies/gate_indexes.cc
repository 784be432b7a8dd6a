// See the header.
#include "policies/gate_indexes.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "results/verdicts.h"

namespace omenbench {
namespace {

std::string failure_of(const TrialRecord& trial) {
  if (trial.status == TrialStatus::kOk) return "";
  return fmt::format("{}{}{}", to_string(trial.status), trial.reason.empty() ? "" : ": ", trial.reason);
}

/// The indexes of one row.
class RowGroup final : public GateGroup {
 public:
  RowGroup(Session& session, std::size_t number, const GateRow& row, const std::vector<Metric>& metrics,
           double timer_cost_ns)
      : row_(row), metrics_(metrics), timer_cost_ns_(timer_cost_ns), rounds_(session, number, row.plan, row.input) {
    refuse_seconds(row.plan, row.input.workload);
    for (const GatePair& pair : row.pairs) {
      std::vector<GateCell>& cells = contenders_.emplace_back();
      for (const Metric metric : metrics) {
        cells.push_back(gate_cell(row.plan, pair.head->info.name, std::string(to_string(metric))));
      }
      streams_.push_back(contestant(pair, true));
    }
  }

  const std::vector<std::vector<GateCell>>& contenders() const override { return contenders_; }
  std::uint64_t seed() const override { return rounds_.seed(); }
  void begin(std::uint64_t round) override { round_.emplace(rounds_.begin(round, streams_)); }

  std::optional<GateTrial> trial(std::size_t contender, bool is_head) override {
    const std::optional<TrialRecord> record = round_->trial(contestant(row_.pairs[contender], is_head));
    if (!record) return std::nullopt;
    GateTrial trial{.failure = failure_of(*record)};
    if (!trial.failure.empty()) return trial;
    for (const Metric metric : metrics_) {
      const bool timed = metric == Metric::kP50 || metric == Metric::kP99;
      const double value = metric_value(*record, metric);
      trial.values.push_back({.value = value, .bound = timed && below_timer(value, timer_cost_ns_)});
    }
    return trial;
  }

 private:
  Contestant contestant(const GatePair& pair, bool is_head) const {
    return {.index = is_head ? pair.head : pair.base,
            .operations = pair.operations,
            .throughput_only = throughput_only(),
            .side = is_head ? "head" : "base"};
  }

  /// Whether no metric comes from another pass.
  bool throughput_only() const {
    return std::ranges::none_of(metrics_, [](Metric metric) {
      return metric == Metric::kDependent || metric == Metric::kP50 || metric == Metric::kP99;
    });
  }

  const GateRow& row_;
  const std::vector<Metric>& metrics_;
  double timer_cost_ns_;
  RowRounds rounds_;
  std::vector<std::vector<GateCell>> contenders_;
  std::vector<Contestant> streams_;
  std::optional<Round> round_;
};

}  // namespace

GateCell gate_cell(const RowPlan& plan, const std::string& index, const std::string& metric) {
  return {.dataset = plan.dataset,
          .workload = plan.workload,
          .index = index,
          .metric = metric,
          .keys = plan.keys,
          .threads = plan.threads};
}

std::vector<GateCell> gone_cells(const GateRow& row, const std::vector<std::string>& metrics) {
  std::vector<GateCell> cells;
  for (const std::string& index : row.gone) {
    for (const std::string& metric : metrics) {
      cells.push_back(gate_cell(row.plan, index, metric));
      cells.back().word = GateWord::kNewFailure;
      cells.back().head_failure = "it has no such index";
    }
  }
  return cells;
}

std::string IndexGate::title(std::size_t group) const {
  const RowPlan& plan = rows_[group].plan;
  return fmt::format("{} {} keys {}", plan.dataset, plan.keys, plan.workload);
}

std::unique_ptr<GateGroup> IndexGate::open(std::size_t group) {
  return std::make_unique<RowGroup>(session_, group, rows_[group], metrics_, timer_cost_ns_);
}

std::vector<GateCell> IndexGate::gone(std::size_t group) const {
  std::vector<std::string> metrics;
  for (const Metric metric : metrics_) metrics.emplace_back(to_string(metric));
  return gone_cells(rows_[group], metrics);
}

std::vector<std::string> IndexGate::notes() const {
  std::vector<std::string> notes;
  for (const GateRow& row : rows_) {
    const Workload& workload = row.input.workload;
    const bool open = std::ranges::any_of(workload.phases, [](const WorkloadPhase& phase) { return phase.rate > 0; });
    const std::string note =
        fmt::format("{}: compared as a closed loop, without the rates of its phases", workload.name);
    if (open && std::ranges::find(notes, note) == notes.end()) notes.push_back(note);
  }
  std::ranges::move(session_.notes(), std::back_inserter(notes));
  return notes;
}

}  // namespace omenbench
