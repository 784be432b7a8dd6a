// Does the gate itself work on this machine?
#pragma once

#include "tools/omenbench/command.h"
#include "tools/omenbench/gate_live.h"

namespace omenbench {

/// The program against itself must stay green; with one index made slower by three times what is tolerated, that index
/// and no other must be red. Prints what it found, at an interrupt what it had found by then.
ExitCode run_gate_selftest(const Plan& plan, const WorkerSet& workers, LiveGateOptions options,
                           const CommonOptions& common, const Announce& announce);

}  // namespace omenbench
