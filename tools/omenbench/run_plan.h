// A run from its plan to what it leaves behind: servers, journal, rounds, results; fresh, or where an earlier one
// stopped. `omenbench run` and `omenbench claims` measure by these.
#pragma once

#include <cstdint>
#include <string>

#include "tools/omenbench/command.h"
#include "tools/omenbench/prepare.h"
#include "tools/omenbench/run_options.h"

namespace omenbench {

/// The least number of rounds of every row, roughly, in seconds.
double estimate_s(const PreparedRun& run);

/// What the options ask for, ready to run. Throws Error before anything is measured: for what is wrong with them, and
/// for an --out that cannot be used.
PreparedRun prepare_fresh(const RunOptions& options, const Announce& announce);

/// Runs it in a directory of its own.
ExitCode start_run(PreparedRun run, const RunOptions& options, const CommonOptions& common);

/// Goes on with the run in `options.resume`. Throws Error when this program, machine or plan is another.
ExitCode resume_run(const RunOptions& options, const CommonOptions& common);

}  // namespace omenbench
