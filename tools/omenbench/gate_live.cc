// Both sides run the same operation stream in every round, in an order that alternates, each in a process of its own;
// what drifts on the machine meets both alike. A round that decides takes the fastest of several trials of each side:
// what disturbs a trial only ever slows it down. See the header.
#include "tools/omenbench/gate_live.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/error.h"
#include "harness/clock.h"
#include "harness/environment.h"
#include "harness/interrupt.h"
#include "harness/round_order.h"
#include "harness/row_rounds.h"
#include "results/text.h"
#include "results/verdicts.h"
#include "tools/omenbench/gate_rows.h"

namespace omenbench {
namespace {

/// One index of a row while it is measured.
struct Contender {
  const WorkerIndex* base = nullptr;
  const WorkerIndex* head = nullptr;
  std::uint64_t operations = 0;
  std::string base_failure{}, head_failure{};
  /// Per metric ln(head / base), one per round.
  std::vector<std::vector<double>> screen{}, decision{};
  /// Per metric, rounds of the screen in which a side was too close to the timer's cost.
  std::vector<std::size_t> below_timer{};

  bool failed() const { return !base_failure.empty() || !head_failure.empty(); }
};

std::string failure_of(const TrialRecord& trial) {
  if (trial.status == TrialStatus::kOk) return "";
  return fmt::format("{}{}{}", to_string(trial.status), trial.reason.empty() ? "" : ": ", trial.reason);
}

/// Runs the rounds of one row.
class RowGate {
 public:
  RowGate(const RowPlan& plan, const RowInput& input, const LiveGateOptions& options, const TrialLimits& limits,
          std::uint64_t seed, double timer_cost_ns)
      : plan_(plan), options_(options), timer_cost_ns_(timer_cost_ns), rounds_(plan, input, limits, seed) {}

  void add(Contender contender) {
    contender.screen.resize(options_.metrics.size());
    contender.decision.resize(options_.metrics.size());
    contender.below_timer.resize(options_.metrics.size());
    contenders_.push_back(std::move(contender));
  }

  /// False when the user interrupted.
  bool screen() {
    if (contenders_.empty()) return true;  // all that was asked for is gone from head
    for (std::uint64_t round = 0; round < options_.rules.screen_rounds; ++round) {
      if (!run_round(round, contenders_, false)) return false;
    }
    return true;
  }

  bool decide() {
    std::vector<Contender> suspects;
    for (Contender& contender : contenders_) {
      if (suspicious(contender)) suspects.push_back(contender);
    }
    for (std::uint64_t round = 0; round < options_.rules.decide_rounds && !suspects.empty(); ++round) {
      if (!run_round(options_.rules.screen_rounds + round, suspects, true)) return false;
    }
    for (const Contender& suspect : suspects) {
      const auto original = std::ranges::find(contenders_, suspect.head, &Contender::head);
      *original = suspect;
    }
    return true;
  }

  std::size_t suspects() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(contenders_, [this](const Contender& one) { return suspicious(one); }));
  }

  void report(std::vector<GateCell>& cells) const {
    for (const Contender& contender : contenders_) {
      for (std::size_t m = 0; m < options_.metrics.size(); ++m) {
        GateCell cell{.dataset = plan_.dataset,
                      .workload = plan_.workload,
                      .index = contender.head->info.name,
                      .metric = std::string(to_string(options_.metrics[m])),
                      .keys = plan_.keys,
                      .threads = plan_.threads};
        cell.screen = contender.screen[m];
        cell.upper_bound = upper_bound(contender, m);
        // Fresh rounds count for the metrics that the screen sent there.
        if (suspicious(contender, m)) cell.decision = contender.decision[m];
        cell.base_failure = contender.base_failure;
        cell.head_failure = contender.head_failure;
        cells.push_back(std::move(cell));
      }
    }
  }

 private:
  bool suspicious(const Contender& contender) const {
    for (std::size_t m = 0; m < options_.metrics.size(); ++m) {
      if (suspicious(contender, m)) return true;
    }
    return false;
  }
  bool suspicious(const Contender& contender, std::size_t metric) const {
    return !contender.failed() && !upper_bound(contender, metric) &&
           is_suspicious(contender.screen[metric], options_.rules);
  }
  static bool upper_bound(const Contender& contender, std::size_t metric) {
    return contender.below_timer[metric] * 2 > contender.screen[metric].size();
  }

  bool run_round(std::uint64_t round, std::vector<Contender>& contenders, bool decisive) {
    std::vector<RowRounds::Contestant> streams;
    for (const Contender& contender : contenders) streams.push_back({contender.head, contender.operations});
    const RoundMaterial material = rounds_.material(round, streams);
    for (const std::uint64_t which : round_order(contenders.size(), round, rounds_.seed())) {
      Contender& contender = contenders[which];
      if (contender.failed()) continue;
      const std::size_t trials = decisive ? options_.rules.decide_trials : 1;
      if (!run_sides(contender, material, (round + which) % 2 == 0, trials, decisive)) return false;
    }
    return true;
  }

  /// `trials` of both sides, base first in every other one of them. False when the user interrupted.
  bool run_sides(Contender& contender, const RoundMaterial& material, bool base_first, std::size_t trials,
                 bool decisive) {
    std::vector<TrialRecord> base, head;
    for (std::size_t t = 0; t < trials && !contender.failed(); ++t, base_first = !base_first) {
      for (const bool is_head : {!base_first, base_first}) {
        const WorkerIndex* index = is_head ? contender.head : contender.base;
        std::optional<TrialRecord> trial = rounds_.trial({index, contender.operations, throughput_only()}, material);
        if (!trial) return false;
        (is_head ? contender.head_failure : contender.base_failure) = failure_of(*trial);
        (is_head ? head : base).push_back(*std::move(trial));
      }
    }
    if (!contender.failed()) note_ratios(contender, base, head, decisive);
    return true;
  }

  void note_ratios(Contender& contender, const std::vector<TrialRecord>& base, const std::vector<TrialRecord>& head,
                   bool decisive) const {
    const bool planted = options_.planted_index.empty() || options_.planted_index == contender.head->info.name;
    for (std::size_t m = 0; m < options_.metrics.size(); ++m) {
      const double base_value = least_disturbed(base, options_.metrics[m]);
      const double head_value = least_disturbed(head, options_.metrics[m]) * (planted ? options_.planted : 1);
      if (!(base_value > 0 && head_value > 0)) continue;
      const bool timed = options_.metrics[m] == Metric::kP50 || options_.metrics[m] == Metric::kP99;
      if (!decisive && timed) contender.below_timer[m] += below_timer(std::min(base_value, head_value), timer_cost_ns_);
      (decisive ? contender.decision : contender.screen)[m].push_back(std::log(head_value / base_value));
    }
  }

  static double least_disturbed(const std::vector<TrialRecord>& trials, Metric metric) {
    double least = metric_value(trials.front(), metric);
    for (const TrialRecord& trial : trials) least = std::min(least, metric_value(trial, metric));
    return least;
  }

  /// Whether no metric comes from another pass.
  bool throughput_only() const {
    return std::ranges::none_of(options_.metrics, [](Metric metric) {
      return metric == Metric::kDependent || metric == Metric::kP50 || metric == Metric::kP99;
    });
  }

  const RowPlan& plan_;
  const LiveGateOptions& options_;
  double timer_cost_ns_;
  RowRounds rounds_;
  std::vector<Contender> contenders_;
};

/// What the rows to come take when they are like those that are done; nothing before the first.
std::string time_left(std::uint64_t start_ns, std::size_t done, std::size_t rows) {
  if (done == 0) return "";
  const double per_row = static_cast<double>(steady_now_ns() - start_ns) / static_cast<double>(done);
  return fmt::format(", about {} left", duration(per_row * static_cast<double>(rows - done)));
}

void note_rates(const PreparedRun& run, std::vector<std::string>& notes) {
  for (std::size_t r = 0; r < run.inputs.size(); ++r) {
    const Workload& workload = run.inputs[r].workload;
    const bool open = std::ranges::any_of(workload.phases, [](const WorkloadPhase& phase) { return phase.rate > 0; });
    const std::string note =
        fmt::format("{}: compared as a closed loop, without the rates of its phases", workload.name);
    if (open && std::ranges::find(notes, note) == notes.end()) notes.push_back(note);
  }
}

}  // namespace

GateReport run_live_gate(const Plan& plan, const WorkerSet& base, const WorkerSet& head, const LiveGateOptions& options,
                         const Announce& announce) {
  const GateRows rows(plan, base, head, announce);
  const PreparedRun& run = rows.run();
  const TrialLimits limits{.timeout_ms = static_cast<std::uint64_t>(plan.timeout_s * 1000),
                           .memory_limit_bytes = run.memory_limit_bytes,
                           .cpus = plan.pin,
                           .huge_pages = plan.huge_pages,
                           .ns_per_tick = calibrate_ns_per_tick()};
  const double timer_cost_ns = timer_cost_of(run.header.environment);
  std::vector<std::string> metrics;
  for (const Metric metric : options.metrics) metrics.emplace_back(to_string(metric));
  GateReport report{.base = {}, .head = {}, .rules = options.rules};
  note_rates(run, report.notes);
  const std::uint64_t start_ns = steady_now_ns();
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const RowPlan& row = run.header.rows[r];
    RowGate gate(row, run.inputs[r], options, limits, plan.seed, timer_cost_ns);
    for (const GatePair& pair : rows.pairs(r, report.notes)) {
      gate.add({.base = pair.base, .head = pair.head, .operations = pair.operations});
    }
    announce(fmt::format("{}/{} {} {} keys {}: {} rounds to screen{}", r + 1, rows.size(), row.dataset, row.keys,
                         row.workload, options.rules.screen_rounds, time_left(start_ns, r, rows.size())));
    bool complete = gate.screen();
    if (complete && gate.suspects() > 0) {
      announce(fmt::format("  {} looked slower: {} fresh rounds decide", gate.suspects(), options.rules.decide_rounds));
      complete = gate.decide();
    }
    if (!complete) {
      report.notes.push_back(fmt::format("interrupted: {} of {} rows were measured", r, rows.size()));
      break;
    }
    gate.report(report.cells);
    rows.add_gone(r, metrics, report.cells);
  }
  if (report.cells.empty() && interrupted_by() == 0) throw Error("the two sides have no index in common that can run");
  decide_gate(report.cells, options.rules);
  report.interrupted = interrupted_by() != 0;
  return report;
}

}  // namespace omenbench
