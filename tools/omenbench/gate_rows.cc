// See the header.
#include "tools/omenbench/gate_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "core/temporary_directory.h"
#include "tools/omenbench/plan_rows.h"

namespace omenbench {
namespace {

/// What a gate does not measure must not be asked of it in silence.
void refuse_modes(const Plan& plan) {
  const char* mode = plan.rate > 0 || plan.search_rate ? "rate"
                     : plan.timeline != 0              ? "timeline"
                     : plan.cold                       ? "cold"
                     : plan.explain                    ? "explain"
                     : !plan.passes.empty()            ? "passes"
                     : plan.memory_pressure_bytes != 0 ? "memory_pressure_bytes"
                                                       : nullptr;
  if (plan.record_bytes != 0) {
    throw Error(
        fmt::format("plan '{}', field 'record_bytes': a gate measures payloads of eight bytes; run both builds "
                    "with --record-size and give it the two results",
                    plan.name));
  }
  if (mode == nullptr) return;
  throw Error(fmt::format("plan '{}', field '{}': a gate compares closed loops with warm caches only, in every pass",
                          plan.name, mode));
}

/// Indexes that the plan asks for (of plugins: all), that base has and head has no longer.
std::vector<const WorkerIndex*> gone_from_head(const Plan& plan, const WorkerSet& base, const WorkerSet& head) {
  std::vector<const WorkerIndex*> gone;
  for (const WorkerIndex& index : base.indexes) {
    const std::string& name = index.info.name;
    const bool wanted =
        std::ranges::any_of(plan.indexes, [&](const std::string& pattern) { return means_index(pattern, name); });
    if (!wanted && index.plugin.empty()) continue;
    if (index.info.family == Family::kReference || head.find(name) != nullptr) continue;
    gone.push_back(&index);
  }
  return gone;
}

/// The plan without the patterns that name nothing but what is gone.
Plan without_gone(Plan plan, const WorkerSet& head, const std::vector<const WorkerIndex*>& gone) {
  std::erase_if(plan.indexes, [&](const std::string& pattern) {
    const auto matches = [&](const std::string& name) { return means_index(pattern, name); };
    return std::ranges::any_of(gone, [&](const WorkerIndex* index) { return matches(index->info.name); }) &&
           std::ranges::none_of(head.indexes, [&](const WorkerIndex& index) { return matches(index.info.name); });
  });
  return plan;
}

/// The indexes of a row that both sides have; `notes` learns, once each, what is left out.
std::vector<GatePair> pairs_of(const RowPlan& row, const WorkerSet& base, const WorkerSet& head, GateLane lane,
                               std::vector<std::string>& notes) {
  std::vector<GatePair> pairs;
  for (const CellPlan& cell : row.cells) {
    const WorkerIndex* on_head = head.find(cell.index);
    const WorkerIndex* on_base = base.find(cell.index);
    if (on_head == nullptr || on_head->info.family == Family::kReference || cell.status != TrialStatus::kOk) continue;
    std::string note;
    if (on_head->engine && lane == GateLane::kInstructions) {
      note = fmt::format("{} is an engine: instructions are counted of indexes inside the process", cell.index);
    }
    if (on_base == nullptr) note = fmt::format("{} is new on head", cell.index);
    if (note.empty()) {
      pairs.push_back({.base = on_base, .head = on_head, .operations = cell.operations});
    } else if (std::ranges::find(notes, note) == notes.end()) {
      notes.push_back(note);
    }
  }
  return pairs;
}

/// The executables and the plugin of a side.
std::string build_of(const WorkerSet& side) {
  std::string build = side.build_id;
  for (const PluginFacts& plugin : side.plugins) build += " " + plugin.sha256;
  return build;
}

struct LiveIndexes {
  LiveIndexes(const GateRows& rows, const std::vector<Metric>& metrics, const Announce& announce,
              const std::filesystem::path& scratch)
      : session(runner, session_options(rows.run, scratch)),
        source(session, rows.rows, metrics, timer_cost_of(rows.run.header.environment)) {
    announce_repeats(session, announce);
  }
  ProcessRunner runner;
  Session session;
  IndexGate source;
};

}  // namespace

GateRows prepare_gate(const Plan& plan, const WorkerSet& base, const WorkerSet& head, GateLane lane,
                      const Announce& announce) {
  refuse_modes(plan);
  const std::vector<const WorkerIndex*> gone = gone_from_head(plan, base, head);
  GateRows result{.run = prepare_run(without_gone(plan, head, gone), announce), .rows = {}, .notes = {}};
  result.run.header.sides = {build_of(base), build_of(head)};
  for (std::size_t r = 0; r < result.run.header.rows.size(); ++r) {
    const RowPlan& row = result.run.header.rows[r];
    const RowInput& input = result.run.inputs[r];
    GateRow& gate_row = result.rows.emplace_back(GateRow{.plan = row, .input = input});
    gate_row.pairs = pairs_of(row, base, head, lane, result.notes);
    for (const WorkerIndex* index : gone) {
      if (unsupported_reason(*index, input.workload, row.threads).empty()) gate_row.gone.push_back(index->info.name);
    }
  }
  return result;
}

GateReport run_live_gate(const GateRows& rows, const std::vector<Metric>& metrics, LiveGateOptions options,
                         const Announce& announce, Record& record) {
  LiveIndexes live(rows, metrics, announce, record.scratch());
  record.open(rows.run.header, live.session);
  start_servers(live.session, rows.run, {}, announce);
  try {
    GateReport report = measure_gate(live.source, options, announce);
    report.notes.insert(report.notes.begin(), rows.notes.begin(), rows.notes.end());
    return report;
  } catch (const Error&) {
    record.discard();
    throw;
  }
}

GateSelftest selftest_gate(const GateRows& rows, const std::vector<Metric>& metrics, LiveGateOptions options,
                           const Announce& announce) {
  const TemporaryDirectory scratch("omenbench-gate");
  LiveIndexes live(rows, metrics, announce, scratch.path());
  start_servers(live.session, rows.run, {}, announce);
  return test_gate(live.source, std::move(options), announce);
}

}  // namespace omenbench
