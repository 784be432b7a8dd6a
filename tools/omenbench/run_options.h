// The command line of `omenbench run`: what was given, and the plan it makes.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "harness/run_facts.h"
#include "tools/omenbench/connection.h"
#include "tools/omenbench/plan.h"
#include "tools/omenbench/plan_options.h"

namespace omenbench {

struct RunOptions {
  std::optional<std::string> plan;
  GivenOptions given;
  GivenServers servers;
  std::string out;
  std::string resume;
  std::optional<ShardFacts> shard;  ///< only its rows of the plan
  bool retry_failed = false;
  bool dry_run = false;
  bool strict = false;
  bool everyone = false;  ///< not an option: nobody leaves the race, because each index is asked about
  bool silent = false;    ///< not an option: a run within a command that has its own result prints none
};

/// Declares the options on the command.
void add_run_options(CLI::App& app, RunOptions& options);

/// The plan called `plan`, or that file, with the options on top. Throws Error.
Plan plan_of(const std::string& plan, const GivenOptions& given);

/// The named plan, or quickstart, with the options on top. Throws Error.
Plan plan_of(const RunOptions& options);

/// Throws Error when an option that shapes the run is given together with --resume.
void refuse_shaping_options(const RunOptions& options);

}  // namespace omenbench
