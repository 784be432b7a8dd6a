// From a plan to rows that are ready to run: names resolved, datasets loaded, cells decided.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "datasets/dataset.h"
#include "harness/session/row_rounds.h"
#include "harness/trial_record.h"
#include "harness/workers.h"
#include "tools/omenbench/command.h"
#include "tools/omenbench/connection.h"
#include "tools/omenbench/explain.h"
#include "tools/omenbench/plan.h"
#include "tools/omenbench/row_keys.h"
#include "workloads/workload.h"

namespace omenbench {

struct PreparedRun {
  Plan plan;  ///< with names instead of globs, but for the workloads, whose globs leave out what keys do not suit
  WorkerSet workers;
  std::vector<Dataset> datasets;
  std::vector<std::unique_ptr<RowKeys>> row_keys;  ///< one per dataset and workload
  RunHeader header;
  std::vector<RowInput> inputs;  ///< one per header.rows; keys point into `datasets` and `row_keys`
  std::uint64_t min_rounds = 12;
  std::uint64_t max_rounds = 24;
  std::uint64_t memory_limit_bytes = 0;  ///< per trial
  double budget_s = 0;                   ///< for the rows that are here
  std::optional<Explainer> explainer;    ///< of plans that explain
};

/// What takes the place of the plan's datasets and workloads where it is already at hand; empty: the plan's.
struct GivenParts {
  std::vector<Dataset> datasets;
  std::vector<Workload> workloads;
};

/// Throws Error for unknown names, impossible combinations, and runs that cannot fit in memory.
PreparedRun prepare_run(const Plan& plan, const Announce& announce, GivenParts given = {});

/// Leaves the rows of shard `number` of `of`, with their part of the budget; what the plan asks of every row stays.
/// Throws Error when it has none.
void keep_shard(PreparedRun& run, std::uint64_t number, std::uint64_t of);

/// Indexes of the plan that need a private or given server and can run at least once: server kind -> any such index.
std::vector<const WorkerIndex*> needed_servers(const PreparedRun& run);

/// Takes the given servers and starts private ones for what else the run needs; what cannot be started fails in its
/// cells. Returns kind and origin ("given", "private") of each that is there.
std::vector<std::pair<std::string, std::string>> start_servers(Session& session, const PreparedRun& run,
                                                               const GivenServers& given, const Announce& announce);

/// What of the plan holds for every trial, the same for every command. `scratch`: for engines' files; empty: no engine
/// takes part.
SessionOptions session_options(const PreparedRun& run, const std::filesystem::path& scratch = {});

/// The plan's passes of a closed loop, as bits.
std::uint32_t passes_of(const Plan& plan);

/// Says things on stderr, unless --quiet.
Announce announcer(const CommonOptions& common);

/// Warns of what makes numbers of this machine doubtful: the first that a command that measures says.
void announce_doubts(const Environment& machine, const Announce& announce);

/// Says which trials are repeated, and why; of those that lost the processor the first few, as a busy machine takes it
/// from hundreds.
std::function<void(const TrialRecord&)> teller_of_repeats(Announce announce);

/// Lets a session say so.
void announce_repeats(Session& session, const Announce& announce);

/// Throws Error when one is named that this machine lacks something of: with what that is and how to get it.
void refuse_lacking(const std::vector<std::string>& patterns, const WorkerSet& workers);

/// Names in `known` that match a name or glob. Throws Error with a suggestion when nothing matches; `what` is
/// "index", "workload", ...
std::vector<std::string> match_names(const std::vector<std::string>& patterns, const std::vector<std::string>& known,
                                     const std::string& what);

}  // namespace omenbench
