// See the header.
#include "policies/gate_rounds.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/error.h"
#include "harness/session/round_order.h"
#include "results/text.h"
#include "results/verdicts.h"

namespace omenbench {
namespace {

/// One index of a row while it is measured.
struct Contender {
  GatePair pair;
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
  RowGate(Session& session, std::size_t number, const GateRow& row, const LiveGateOptions& options)
      : plan_(row.plan), options_(options), rounds_(session, number, row.plan, row.input) {
    refuse_seconds(row.plan, row.input.workload);
    const std::size_t metrics = options.metrics.size();
    for (const GatePair& pair : row.pairs) {
      Contender& contender = contenders_.emplace_back(Contender{.pair = pair});
      contender.screen.resize(metrics);
      contender.decision.resize(metrics);
      contender.below_timer.resize(metrics);
    }
  }

  /// False when the user interrupted.
  bool screen() {
    if (contenders_.empty()) return true;  // all that was asked for is gone from head
    for (std::uint64_t round = 0; round < options_.rules.screen_rounds; ++round) {
      if (!run_round(round, false)) return false;
    }
    return true;
  }

  bool decide() {
    for (std::uint64_t round = 0; round < options_.rules.decide_rounds && suspects() > 0; ++round) {
      if (!run_round(options_.rules.screen_rounds + round, true)) return false;
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
        GateCell cell = gate_cell(plan_, contender.pair.head->info.name, std::string(to_string(options_.metrics[m])));
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

  bool run_round(std::uint64_t number, bool decisive) {
    std::vector<Contestant> streams;
    for (const Contender& contender : contenders_) streams.push_back(contestant(contender, true));
    Round round = rounds_.begin(number, streams);
    for (const std::uint64_t which : round_order(contenders_.size(), number, rounds_.seed())) {
      Contender& contender = contenders_[which];
      if (contender.failed() || (decisive && !suspicious(contender))) continue;
      const std::size_t trials = decisive ? options_.rules.decide_trials : 1;
      if (!run_sides(contender, round, (number + which) % 2 == 0, trials, decisive)) return false;
    }
    return true;
  }

  Contestant contestant(const Contender& contender, bool is_head) const {
    const GatePair& pair = contender.pair;
    return {is_head ? pair.head : pair.base, pair.operations, throughput_only()};
  }

  /// `trials` of both sides, base first in every other one of them. False when the user interrupted.
  bool run_sides(Contender& contender, Round& round, bool base_first, std::size_t trials, bool decisive) {
    std::vector<TrialRecord> base, head;
    for (std::size_t t = 0; t < trials && !contender.failed(); ++t, base_first = !base_first) {
      for (const bool is_head : {!base_first, base_first}) {
        std::optional<TrialRecord> trial = round.trial(contestant(contender, is_head));
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
    const bool planted = options_.planted_index.empty() || options_.planted_index == contender.pair.head->info.name;
    for (std::size_t m = 0; m < options_.metrics.size(); ++m) {
      const double base_value = least_disturbed(base, options_.metrics[m]);
      const double head_value = least_disturbed(head, options_.metrics[m]) * (planted ? options_.planted : 1);
      if (!(base_value > 0 && head_value > 0)) continue;
      const bool timed = options_.metrics[m] == Metric::kP50 || options_.metrics[m] == Metric::kP99;
      if (!decisive && timed)
        contender.below_timer[m] += below_timer(std::min(base_value, head_value), options_.timer_cost_ns);
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
  RowRounds rounds_;
  std::vector<Contender> contenders_;
};

/// What the rows to come take when they are like those that are done; nothing before the first.
std::string time_left(double spent_s, std::size_t done, std::size_t rows) {
  if (done == 0) return "";
  return fmt::format(", about {} left",
                     duration(1e9 * spent_s / static_cast<double>(done) * static_cast<double>(rows - done)));
}

void note_rates(std::span<const GateRow> rows, std::vector<std::string>& notes) {
  for (const GateRow& row : rows) {
    const Workload& workload = row.input.workload;
    const bool open = std::ranges::any_of(workload.phases, [](const WorkloadPhase& phase) { return phase.rate > 0; });
    const std::string note =
        fmt::format("{}: compared as a closed loop, without the rates of its phases", workload.name);
    if (open && std::ranges::find(notes, note) == notes.end()) notes.push_back(note);
  }
}

/// False when the user interrupted.
bool measure_row(RowGate& gate, const GateRules& rules, const Announce& announce) {
  if (!gate.screen()) return false;
  if (gate.suspects() == 0) return true;
  announce(fmt::format("  {} looked slower: {} fresh rounds decide", gate.suspects(), rules.decide_rounds));
  return gate.decide();
}

void count_found(GateSelftest& test) {
  test.false_red = test.same.count(GateWord::kRegression);
  test.clean = test.same.cells.size();
  if (!test.planted) return;
  for (const GateCell& cell : test.planted->cells) {
    const bool slow = cell.index == test.slow_index && cell.word != GateWord::kUnresolved;
    test.planted_cells += slow;
    test.clean += !slow;
    test.found += slow && cell.red();
    test.false_red += !slow && cell.red();
    if (cell.detectable > 0 && cell.word != GateWord::kUnresolved) test.detectable.push_back(cell.detectable);
  }
}

}  // namespace

GateCell gate_cell(const RowPlan& plan, const std::string& index, const std::string& metric) {
  return {.dataset = plan.dataset,
          .workload = plan.workload,
          .index = index,
          .metric = metric,
          .keys = plan.keys,
          .threads = plan.threads};
}

void add_gone(const GateRow& row, const std::vector<std::string>& metrics, std::vector<GateCell>& cells) {
  for (const std::string& index : row.gone) {
    for (const std::string& metric : metrics) {
      GateCell& cell = cells.emplace_back(gate_cell(row.plan, index, metric));
      cell.word = GateWord::kNewFailure;
      cell.head_failure = "it has no such index";
    }
  }
}

GateReport measure_gate(Session& session, std::span<const GateRow> rows, const LiveGateOptions& options,
                        const Announce& announce) {
  std::vector<std::string> metrics;
  for (const Metric metric : options.metrics) metrics.emplace_back(to_string(metric));
  GateReport report{.base = {}, .head = {}, .rules = options.rules};
  note_rates(rows, report.notes);
  const double start_s = session.now_s();
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const RowPlan& plan = rows[r].plan;
    RowGate gate(session, r, rows[r], options);
    announce(fmt::format("{}/{} {} {} keys {}: {} rounds to screen{}", r + 1, rows.size(), plan.dataset, plan.keys,
                         plan.workload, options.rules.screen_rounds,
                         time_left(session.now_s() - start_s, r, rows.size())));
    if (!measure_row(gate, options.rules, announce)) {
      report.notes.push_back(fmt::format("interrupted: {} of {} rows were measured", r, rows.size()));
      break;
    }
    gate.report(report.cells);
    add_gone(rows[r], metrics, report.cells);
  }
  report.interrupted = session.interrupted();
  if (report.cells.empty() && !report.interrupted) {
    throw Error("the two sides have no index in common that can run");
  }
  decide_gate(report.cells, options.rules);
  return report;
}

GateSelftest test_gate(Session& session, std::span<const GateRow> rows, LiveGateOptions options,
                       const Announce& announce) {
  const auto stage = [&](const std::string& name) {
    return [&announce, name](const std::string& text) { announce(name + ": " + text); };
  };
  GateSelftest test{.slow_down = 1 + 3 * options.rules.max_regression};
  announce("1/2: this program against itself");
  test.same = measure_gate(session, rows, options, stage("1/2"));
  if (!test.same.interrupted) {
    if (!test.same.decided()) {
      throw Error("nothing could be judged: what was measured failed, or is too close to the timer's cost");
    }
    options.planted = test.slow_down;
    options.planted_index = test.slow_index = test.same.cells.front().index;
    announce(fmt::format("2/2: {} made {:.0f} % slower by multiplying its times", test.slow_index,
                         100 * (test.slow_down - 1)));
    test.planted = measure_gate(session, rows, options, stage("2/2"));
  }
  count_found(test);
  return test;
}

}  // namespace omenbench
