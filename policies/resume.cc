// See the header. What a complete round is, results/rows.h says: the same for resuming and for summarising.
#include "policies/resume.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "core/server_programs.h"
#include "harness/machine_difference.h"
#include "results/rows.h"

namespace omenbench {
namespace {

void require_equal(const std::string& before, const std::string& now, const char* what) {
  if (before != now) {
    throw Error(
        fmt::format("--resume: {} is '{}' now and was '{}' when the run began; start a new run", what, now, before));
  }
}

/// "libmine.so <sha256>" for each plugin of a run.
std::string plugins_of(const RunHeader& header) {
  std::string text;
  for (const PluginInfo& plugin : header.tool.plugins) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", plugin.file, plugin.sha256);
  }
  return text;
}

/// "postgres@17 17.12" for each index that programs of a person's serve.
std::string programs_of(const RunHeader& header) {
  std::string text;
  for (const IndexSummary& index : header.indexes) {
    for (const auto& [name, value] : index.parameters) {
      if (name != kProgramsVersionParameter) continue;
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", index.name, value);
    }
  }
  return text;
}

std::vector<MachineDifference> differences(const RunHeader& before, const RunHeader& now) {
  Environment machine = now.environment;
  machine.memory_pressure = before.environment.memory_pressure;  // an option of the plan, not yet set up
  return machine_differences(before.environment, machine);
}

/// True when the trial says nothing about its index and is simply run again.
bool is_repeatable(TrialStatus status) { return status == TrialStatus::kNotRun || status == TrialStatus::kInterrupted; }

/// The first round of a row that is not complete.
std::uint64_t first_incomplete(const RowPlan& row, std::vector<const TrialRecord*> trials) {
  std::erase_if(trials, [](const TrialRecord* trial) { return is_repeatable(trial->status); });
  std::uint64_t next = 0;
  for (const std::uint64_t round : complete_rounds(trials, row)) next += round == next;
  return next;
}

}  // namespace

void require_same_program(const RunHeader& before, const RunHeader& now) {
  require_equal(before.tool.build_id, now.tool.build_id, "the build");
  require_equal(plugins_of(before), plugins_of(now), "a plugin's content");
  require_equal(programs_of(before), programs_of(now), "the version of --pg-bin's programs");
  for (const MachineDifference& difference : differences(before, now)) {
    if (difference.grave) require_equal(difference.first, difference.second, difference.what.c_str());
  }
  require_equal(before.sides.base, now.sides.base, "the build of --base");
  require_equal(before.sides.head, now.sides.head, "the build of --head");
}

void require_same_rows(const RunHeader& before, const RunHeader& now) {
  const auto describe = [search = now.rows.empty()](const RunHeader& header) {
    std::string text;
    for (const DatasetSummary& dataset : header.datasets) text += dataset.name + " " + dataset.sha256 + "; ";
    if (search) return text;
    for (const RowPlan& row : header.rows) {
      text += fmt::format("{} {} {} {}:", row.dataset, row.keys, row.workload, row.threads);
      // A probe counted the operations of timed rows; another would count others.
      for (const CellPlan& cell : row.cells) {
        text += fmt::format(" {}/{}", cell.index, row.timed ? "timed" : std::to_string(cell.operations));
      }
      text += "; ";
    }
    return text;
  };
  if (describe(before) != describe(now)) {
    throw Error("--resume: the plan's keys, rows or cells are no longer the same; start a new run");
  }
}

std::vector<std::string> changed_since(const RunHeader& before, const RunHeader& now) {
  std::vector<std::string> changed;
  for (const MachineDifference& difference : differences(before, now)) {
    changed.push_back(fmt::format("the {} was {} when the run began and {} when it was resumed", difference.what,
                                  difference.first, difference.second));
  }
  return changed;
}

Kept keep_complete_rounds(const RunHeader& header, const std::vector<TrialRecord>& trials, bool retry_failed) {
  std::vector<std::vector<const TrialRecord*>> by_row(header.rows.size());
  for (const TrialRecord& trial : trials) {
    if (trial.row < by_row.size()) by_row[trial.row].push_back(&trial);
  }
  Kept kept;
  for (std::size_t row = 0; row < by_row.size(); ++row) {
    const bool failed = std::ranges::any_of(by_row[row], [](const TrialRecord* trial) {
      return trial->status != TrialStatus::kOk && !is_repeatable(trial->status);
    });
    const std::uint64_t end = retry_failed && failed ? 0 : first_incomplete(header.rows[row], by_row[row]);
    for (const TrialRecord* trial : by_row[row]) {
      const bool stays = trial->round < end && !is_repeatable(trial->status);
      (stays ? kept.trials : kept.repeated).push_back(*trial);
    }
  }
  return kept;
}

Kept keep_what_led_on(const Run& run) {
  Kept kept;
  const auto same_round = [&](const TrialRecord& trial) {
    return trial.row == run.trials.back().row && trial.round == run.trials.back().round;
  };
  auto cut = run.trials.end();
  while (run.interrupted && cut != run.trials.begin() && same_round(*std::prev(cut))) --cut;
  kept.trials.assign(run.trials.begin(), cut);
  kept.repeated.assign(cut, run.trials.end());
  return kept;
}

}  // namespace omenbench
