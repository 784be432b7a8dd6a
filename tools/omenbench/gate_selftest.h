// Does the gate itself work on this machine?
#pragma once

#include "policies/gate_rounds.h"
#include "tools/omenbench/command.h"

namespace omenbench {

/// Prints what a selftest (policies/gate_rounds.h) found, at an interrupt what it had found by then.
ExitCode print_gate_selftest(const GateSelftest& test, const CommonOptions& common);

}  // namespace omenbench
