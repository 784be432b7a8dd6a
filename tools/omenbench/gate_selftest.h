// Does the gate itself work on this machine?
#pragma once

#include "tools/omenbench/command.h"
#include "tools/omenbench/gate_rows.h"

namespace omenbench {

/// Runs the selftest (policies/gate_rounds.h) and prints what it found, at an interrupt what it had found by then.
ExitCode run_gate_selftest(const GateRows& rows, LiveGateOptions options, const CommonOptions& common,
                           const Announce& announce);

}  // namespace omenbench
