// The worker's side of `run --explain`: counts what the processor does in the measured loop and nowhere else.
#pragma once

#include <cstdint>

#include "core/trial_io.h"

namespace omenbench {

/// Who counts.
enum class Counting : std::uint8_t {
  kNone,
  kPerf,       ///< the processor: hardware counters of each thread
  kCallgrind,  ///< valgrind, which the worker runs under, and which reports by itself
};

/// What a trial calls at its moments; null: nothing is counted.
void (*watch_for(Counting counting))(Moment);

/// Writes what was counted in this process.
void take_events(Counting counting, TrialOutput& output);

}  // namespace omenbench
