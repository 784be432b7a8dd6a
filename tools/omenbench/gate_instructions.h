// The lane of a gate that counts instead of timing: instructions of the throughput pass, by valgrind's callgrind.
//
// A count repeats to a fraction of a percent on any machine, however noisy, so one trial per side decides. It compares
// the same code before and after a change, and never ranks indexes: fewer instructions that miss the cache are slower.
#pragma once

#include "tools/omenbench/gate_rows.h"

namespace omenbench {

/// Longest stream that is counted: an instruction takes some fifty times as long there.
inline constexpr std::uint64_t kCountedOperations = 20'000;

/// Cells have the metric "instructions". Throws Error when valgrind is missing or cannot run the workers; at an
/// interrupt it returns what is counted so far.
GateReport run_instruction_gate(const GateRows& rows, const GateRules& rules, const Announce& announce);

}  // namespace omenbench
