// Both sides run the same operation stream in every round, in an order that alternates, each in a process of its own;
// what drifts on the machine meets both alike. See the header.
#include "tools/omenbench/gate_live.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/error.h"
#include "harness/environment.h"
#include "harness/interrupt.h"
#include "harness/round_order.h"
#include "harness/row_rounds.h"
#include "tools/omenbench/plan_rows.h"

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
          std::uint64_t seed)
      : plan_(plan), options_(options), rounds_(plan, input, limits, seed) {}

  void add(Contender contender) {
    contender.screen.resize(options_.metrics.size());
    contender.decision.resize(options_.metrics.size());
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
        // Fresh rounds count for the metrics that the screen sent there.
        if (!contender.failed() && is_suspicious(cell.screen, options_.rules)) cell.decision = contender.decision[m];
        cell.base_failure = contender.base_failure;
        cell.head_failure = contender.head_failure;
        cells.push_back(std::move(cell));
      }
    }
  }

 private:
  bool suspicious(const Contender& contender) const {
    return !contender.failed() && std::ranges::any_of(contender.screen, [this](const std::vector<double>& logs) {
      return is_suspicious(logs, options_.rules);
    });
  }

  bool run_round(std::uint64_t round, std::vector<Contender>& contenders, bool decisive) {
    std::vector<RowRounds::Contestant> streams;
    for (const Contender& contender : contenders) streams.push_back({contender.head, contender.operations});
    const RoundMaterial material = rounds_.material(round, streams);
    for (const std::uint64_t which : round_order(contenders.size(), round, rounds_.seed())) {
      Contender& contender = contenders[which];
      if (contender.failed()) continue;
      TrialRecord sides[2];
      const bool base_first = (round + which) % 2 == 0;
      for (const bool head : {!base_first, base_first}) {
        std::optional<TrialRecord> trial =
            rounds_.trial({head ? contender.head : contender.base, contender.operations, throughput_only()}, material);
        if (!trial) return false;
        sides[head] = *std::move(trial);
      }
      contender.base_failure = failure_of(sides[0]);
      contender.head_failure = failure_of(sides[1]);
      if (!contender.failed()) note_ratios(contender, sides, decisive);
    }
    return true;
  }

  void note_ratios(Contender& contender, const TrialRecord (&sides)[2], bool decisive) const {
    const bool planted = options_.planted_index.empty() || options_.planted_index == contender.head->info.name;
    for (std::size_t m = 0; m < options_.metrics.size(); ++m) {
      const double base = metric_value(sides[0], options_.metrics[m]);
      const double head = metric_value(sides[1], options_.metrics[m]) * (planted ? options_.planted : 1);
      if (!(base > 0 && head > 0)) continue;
      (decisive ? contender.decision : contender.screen)[m].push_back(std::log(head / base));
    }
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

/// What a gate does not measure must not be asked of it in silence.
void refuse_modes(const Plan& plan) {
  const char* mode = plan.rate > 0 || plan.search_rate ? "rate"
                     : plan.timeline != 0              ? "timeline"
                     : plan.cold                       ? "cold"
                     : plan.memory_pressure_bytes != 0 ? "memory_pressure_bytes"
                                                       : nullptr;
  if (mode == nullptr) return;
  throw Error(
      fmt::format("plan '{}', field '{}': a gate compares closed loops with warm caches only", plan.name, mode));
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

/// In-process indexes that the plan asks for (of plugins: all), that base has and head has no longer.
std::vector<const WorkerIndex*> gone_from_head(const Plan& plan, const WorkerSet& base, const WorkerSet& head) {
  std::vector<const WorkerIndex*> gone;
  for (const WorkerIndex& index : base.indexes) {
    const std::string& name = index.info.name;
    const bool wanted = std::ranges::any_of(
        plan.indexes, [&](const std::string& pattern) { return fnmatch(pattern.c_str(), name.c_str(), 0) == 0; });
    if (!wanted && index.plugin.empty()) continue;
    if (index.engine || index.info.family == Family::kReference || head.find(name) != nullptr) continue;
    gone.push_back(&index);
  }
  return gone;
}

/// The plan without the patterns that name nothing but what is gone.
Plan without_gone(Plan plan, const WorkerSet& head, const std::vector<const WorkerIndex*>& gone) {
  std::erase_if(plan.indexes, [&](const std::string& pattern) {
    const auto matches = [&](const std::string& name) { return fnmatch(pattern.c_str(), name.c_str(), 0) == 0; };
    return std::ranges::any_of(gone, [&](const WorkerIndex* index) { return matches(index->info.name); }) &&
           std::ranges::none_of(head.indexes, [&](const WorkerIndex& index) { return matches(index.info.name); });
  });
  return plan;
}

/// An index that head lost fails there, as one that crashes there does.
void add_gone(const RowPlan& row, const Workload& workload, const std::vector<const WorkerIndex*>& gone,
              const std::vector<Metric>& metrics, std::vector<GateCell>& cells) {
  for (const WorkerIndex* index : gone) {
    if (!unsupported_reason(*index, workload, row.threads).empty()) continue;
    for (const Metric metric : metrics) {
      GateCell cell{.dataset = row.dataset,
                    .workload = row.workload,
                    .index = index->info.name,
                    .metric = std::string(to_string(metric)),
                    .keys = row.keys,
                    .threads = row.threads};
      cell.head_failure = "it has no such index";
      cells.push_back(std::move(cell));
    }
  }
}

/// The indexes of a row that both sides have and that run inside the process; notes what is left out.
void add_contenders(RowGate& gate, const RowPlan& row, const WorkerSet& base, const WorkerSet& head,
                    std::vector<std::string>& notes) {
  for (const CellPlan& cell : row.cells) {
    const WorkerIndex* on_head = head.find(cell.index);
    const WorkerIndex* on_base = base.find(cell.index);
    if (on_head == nullptr || on_head->info.family == Family::kReference || cell.status != TrialStatus::kOk) continue;
    std::string note;
    if (on_head->engine) note = fmt::format("{} is an engine: a gate compares indexes inside the process", cell.index);
    if (on_base == nullptr) note = fmt::format("{} is new on head", cell.index);
    if (note.empty()) {
      gate.add({.base = on_base, .head = on_head, .operations = cell.operations});
    } else if (std::ranges::find(notes, note) == notes.end()) {
      notes.push_back(note);
    }
  }
}

}  // namespace

GateReport run_live_gate(const Plan& plan, const WorkerSet& base, const WorkerSet& head, const LiveGateOptions& options,
                         const Announce& announce) {
  refuse_modes(plan);
  const std::vector<const WorkerIndex*> gone = gone_from_head(plan, base, head);
  const PreparedRun run = prepare_run(without_gone(plan, head, gone), announce);
  const TrialLimits limits{.timeout_ms = static_cast<std::uint64_t>(plan.timeout_s * 1000),
                           .memory_limit_bytes = run.memory_limit_bytes,
                           .cpus = plan.pin,
                           .huge_pages = plan.huge_pages,
                           .ns_per_tick = calibrate_ns_per_tick()};
  GateReport report{.base = {}, .head = {}, .rules = options.rules};
  note_rates(run, report.notes);
  for (std::size_t r = 0; r < run.header.rows.size(); ++r) {
    const RowPlan& row = run.header.rows[r];
    RowGate gate(row, run.inputs[r], options, limits, plan.seed);
    add_contenders(gate, row, base, head, report.notes);
    announce(fmt::format("{}/{} {} {} keys {}: {} rounds to screen", r + 1, run.header.rows.size(), row.dataset,
                         row.keys, row.workload, options.rules.screen_rounds));
    bool complete = gate.screen();
    if (complete && gate.suspects() > 0) {
      announce(fmt::format("  {} looked slower: {} fresh rounds decide", gate.suspects(), options.rules.decide_rounds));
      complete = gate.decide();
    }
    if (!complete) {
      report.notes.push_back(fmt::format("interrupted: {} of {} rows were measured", r, run.header.rows.size()));
      break;
    }
    gate.report(report.cells);
    add_gone(row, run.inputs[r].workload, gone, options.metrics, report.cells);
  }
  if (report.cells.empty() && interrupted_by() == 0) throw Error("the two sides have no index in common that can run");
  decide_gate(report.cells, options.rules);
  return report;
}

}  // namespace omenbench
