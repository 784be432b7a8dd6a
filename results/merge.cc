// See the header.
#include "results/merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "core/error.h"
#include "harness/machine_difference.h"
#include "results/text.h"

namespace omenbench {
namespace {

const ShardFacts& facts_of(const Shard& shard) { return *shard.run.header.facts.shard; }

void refuse_what_is_no_shard(const Shard& shard) {
  if (!shard.run.header.facts.shard) {
    throw Error(fmt::format("'{}' is a run of its whole plan and no shard; merge takes runs of 'omenbench run --shard'",
                            shard.name));
  }
  if (shard.run.interrupted) {
    throw Error(fmt::format("'{}' (shard {}) did not come to its end; finish it with 'omenbench run --resume {}'",
                            shard.name, facts_of(shard).number, shard.name));
  }
}

[[noreturn]] void refuse(const Shard& first, const Shard& other, const std::string& difference) {
  throw Error(fmt::format("'{}' and '{}' are no shards of one run: {}", first.name, other.name, difference));
}

void require_same_plan(const Shard& first, const Shard& other) {
  const auto& plan = first.run.header.plan;
  for (const auto& [option, value] : other.run.header.plan.items()) {
    const auto ours = plan.find(option);
    if (ours != plan.end() && *ours == value) continue;
    refuse(first, other,
           fmt::format("of the plan, '{}' is {} and {}", option, ours == plan.end() ? "nothing" : ours->dump(),
                       value.dump()));
  }
  const ShardFacts& a = facts_of(first);
  const ShardFacts& b = facts_of(other);
  if (a.of != b.of) refuse(first, other, fmt::format("one is of {} shards, the other of {}", a.of, b.of));
  if (a.plan_rows != b.plan_rows) {
    refuse(first, other, fmt::format("the plan has {} rows in one and {} in the other", a.plan_rows, b.plan_rows));
  }
}

/// Workers may be built for the instruction set of their machine; what they are built from must be the same.
void require_same_program(const Shard& first, const Shard& other) {
  const ToolInfo& a = first.run.header.tool;
  const ToolInfo& b = other.run.header.tool;
  const auto require = [&](const char* what, const std::string& ours, const std::string& theirs) {
    if (ours != theirs) refuse(first, other, fmt::format("{}: '{}' and '{}'", what, ours, theirs));
  };
  require("omenbench", a.version + " " + a.commit, b.version + " " + b.commit);
  require("the compiler", a.compiler, b.compiler);
  require("the kind of build", a.build_type, b.build_type);
  const auto plugins = [](const ToolInfo& tool) {
    std::string text;
    for (const PluginInfo& plugin : tool.plugins) text += plugin.file + " " + plugin.sha256 + " ";
    return text;
  };
  require("plugins", plugins(a), plugins(b));
}

void require_same_keys(const Shard& first, const Shard& other) {
  const auto& ours = first.run.header.datasets;
  const auto& theirs = other.run.header.datasets;
  for (std::size_t i = 0; i < std::max(ours.size(), theirs.size()); ++i) {
    if (i >= ours.size() || i >= theirs.size()) refuse(first, other, "one has more datasets than the other");
    if (ours[i].name == theirs[i].name && ours[i].sha256 == theirs[i].sha256) continue;
    refuse(first, other,
           fmt::format("dataset '{}' has keys of sha256 {:.12}, '{}' of {:.12}", ours[i].name, ours[i].sha256,
                       theirs[i].name, theirs[i].sha256));
  }
}

/// Each number once, and all of those that have rows.
void require_all(const std::vector<Shard>& shards) {
  std::map<std::uint64_t, const Shard*> seen;
  for (const Shard& shard : shards) {
    const auto [before, fresh] = seen.emplace(facts_of(shard).number, &shard);
    if (fresh) continue;
    throw Error(fmt::format("shard {} is there twice: '{}' and '{}'; leave one of them out", facts_of(shard).number,
                            before->second->name, shard.name));
  }
  const ShardFacts& any = facts_of(shards.front());
  std::vector<std::uint64_t> missing;
  for (std::uint64_t number = 1; number <= std::min(any.of, any.plan_rows); ++number) {
    if (!seen.contains(number)) missing.push_back(number);
  }
  if (missing.empty()) return;
  throw Error(fmt::format("{} of {} {} missing: {}", missing.size() == 1 ? "shard" : "shards", any.of,
                          missing.size() == 1 ? "is" : "are", fmt::join(missing, ", ")));
}

/// The number of the shard's machine in the merged header, which gets it where it is new.
std::uint64_t machine_of(RunHeader& merged, const Environment& machine) {
  const std::string name = fingerprint_of(machine);
  if (name == fingerprint_of(merged.environment)) return 0;
  const auto found = std::ranges::find(merged.machines, name, fingerprint_of);
  if (found != merged.machines.end()) return static_cast<std::uint64_t>(found - merged.machines.begin()) + 1;
  merged.machines.push_back(machine);
  return merged.machines.size();
}

void add_shard(Run& merged, Shard& shard) {
  RunHeader& header = shard.run.header;
  const ShardFacts& place = facts_of(shard);
  const std::uint64_t machine = machine_of(merged.header, header.environment);
  for (std::size_t row = 0; row < header.rows.size(); ++row) {
    header.rows[row].machine = machine;
    merged.header.rows[place.place_of(row)] = std::move(header.rows[row]);
  }
  for (auto* trials : {&shard.run.trials, &shard.run.superseded, &shard.run.explaining}) {
    for (TrialRecord& trial : *trials) trial.row = place.place_of(trial.row);
  }
  std::ranges::move(shard.run.trials, std::back_inserter(merged.trials));
  std::ranges::move(shard.run.superseded, std::back_inserter(merged.superseded));
  std::ranges::move(shard.run.explaining, std::back_inserter(merged.explaining));
  merged.header.started = std::min(merged.header.started, header.started);
  for (const auto& server : header.facts.servers) {
    auto& servers = merged.header.facts.servers;
    if (std::ranges::find(servers, server) == servers.end()) servers.push_back(server);
  }
}

/// A reader of a row must know where it was measured, when that is not where the others were.
void note_machines(RunHeader& header) {
  if (header.machines.empty()) return;
  for (RowPlan& row : header.rows) {
    row.notes.push_back(
        fmt::format("measured on machine {}: {}", row.machine + 1, fingerprint_of(header.environment_of(row))));
  }
}

}  // namespace

Run merge_shards(std::vector<Shard> shards) {
  std::ranges::for_each(shards, refuse_what_is_no_shard);
  for (const Shard& other : shards) {
    require_same_plan(shards.front(), other);
    require_same_program(shards.front(), other);
    require_same_keys(shards.front(), other);
  }
  require_all(shards);
  std::ranges::sort(shards, {}, [](const Shard& shard) { return facts_of(shard).number; });
  Run merged{.header = shards.front().run.header, .trials = {}, .superseded = {}, .explaining = {}};
  const ShardFacts place = facts_of(shards.front());
  merged.header.rows.assign(place.plan_rows, {});
  merged.header.facts.shard.reset();
  merged.header.facts.merged_shards = shards.size();
  for (Shard& shard : shards) {
    if (shard.run.header.rows.size() != (place.plan_rows - facts_of(shard).number) / place.of + 1) {
      throw Error(fmt::format("'{}' does not hold the rows of shard {}", shard.name, facts_of(shard).number));
    }
    add_shard(merged, shard);
  }
  note_machines(merged.header);
  return merged;
}

}  // namespace omenbench
