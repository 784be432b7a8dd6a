// See the header.
#include "tools/omenbench/gate_rows.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>

#include "core/error.h"
#include "tools/omenbench/plan_rows.h"

namespace omenbench {
namespace {

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

/// The plan as it can be prepared.
Plan checked(const Plan& plan, const WorkerSet& head, const std::vector<const WorkerIndex*>& gone) {
  refuse_modes(plan);
  return without_gone(plan, head, gone);
}

}  // namespace

GateRows::GateRows(const Plan& plan, const WorkerSet& base, const WorkerSet& head, const Announce& announce)
    : base_(base),
      head_(head),
      gone_(gone_from_head(plan, base, head)),
      run_(prepare_run(checked(plan, head, gone_), announce)) {}

std::vector<GatePair> GateRows::pairs(std::size_t row, std::vector<std::string>& notes) const {
  std::vector<GatePair> pairs;
  for (const CellPlan& cell : run_.header.rows[row].cells) {
    const WorkerIndex* on_head = head_.find(cell.index);
    const WorkerIndex* on_base = base_.find(cell.index);
    if (on_head == nullptr || on_head->info.family == Family::kReference || cell.status != TrialStatus::kOk) continue;
    std::string note;
    if (on_head->engine) note = fmt::format("{} is an engine: a gate compares indexes inside the process", cell.index);
    if (on_base == nullptr) note = fmt::format("{} is new on head", cell.index);
    if (note.empty()) {
      pairs.push_back({.base = on_base, .head = on_head, .operations = cell.operations});
    } else if (std::ranges::find(notes, note) == notes.end()) {
      notes.push_back(note);
    }
  }
  return pairs;
}

void GateRows::add_gone(std::size_t row, const std::vector<std::string>& metrics, std::vector<GateCell>& cells) const {
  const RowPlan& plan = run_.header.rows[row];
  for (const WorkerIndex* index : gone_) {
    if (!unsupported_reason(*index, run_.inputs[row].workload, plan.threads).empty()) continue;
    for (const std::string& metric : metrics) {
      GateCell cell{.dataset = plan.dataset,
                    .workload = plan.workload,
                    .index = index->info.name,
                    .metric = metric,
                    .keys = plan.keys,
                    .threads = plan.threads};
      cell.word = GateWord::kNewFailure;
      cell.head_failure = "it has no such index";
      cells.push_back(std::move(cell));
    }
  }
}

}  // namespace omenbench
