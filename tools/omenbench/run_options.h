// The command line of `omenbench run`: texts as they were given, and the plan they make.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tools/omenbench/connection.h"
#include "tools/omenbench/plan.h"

namespace omenbench {

struct RunOptions {
  std::optional<std::string> plan;
  std::vector<std::string> datasets, indexes, workloads, keys, threads;
  std::optional<std::string> operations, budget, timeout, memory_limit, pin, duplicates, isa;
  GivenServers servers;
  std::optional<std::string> rate, p99_limit, duration, timeline, cold, memory_pressure;
  std::optional<std::uint64_t> blocks, seed;
  std::vector<std::string> extra_workers, plugins;
  bool huge_pages = false;
  std::string out;
  std::string resume;
  bool retry_failed = false;
  bool dry_run = false;
  bool strict = false;
  bool silent = false;  ///< not an option: a run within a command that has its own result prints none
};

/// Declares the options on the command.
void add_run_options(CLI::App& app, RunOptions& options);

/// The named plan with the options on top. Throws Error.
Plan plan_of(const RunOptions& options);

/// Throws Error when an option that shapes the run is given together with --resume.
void refuse_shaping_options(const RunOptions& options);

}  // namespace omenbench
