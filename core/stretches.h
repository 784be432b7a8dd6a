// Engines that carry a whole stretch of reads out where their table lies, in a statement or two, so that no round trip
// stands between them.
#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/index.h"

namespace omenbench {

/// The throughput pass of such an engine goes through this instead of single calls:
///
///   hand_over(operations)  a stretch, copied; several follow each other         [not timed]
///   carry_out()            the next of the stretches handed over                [timed]
///   answers()              the answer words of all of them, in order            [not timed]
///   no_op()                does kIdleOperations' work, less the looking up      [timed on its own]
///
/// It reads only: writes are not offered.
template <class E>
concept TakesStretches = Engine<E> && requires(E& engine, std::span<const Operation> operations) {
  engine.hand_over(operations);
  engine.carry_out();
  { engine.answers() } -> std::same_as<std::vector<std::uint64_t>>;
  { E::kIdleOperations } -> std::convertible_to<std::uint64_t>;
};

/// The parameter by which the coordinator knows it: a stretch has one time for all of its operations, so that a trial
/// has no latency pass.
inline const std::pair<std::string, std::string> kTimedTogether = {"reads", "all of a pass in one statement"};

}  // namespace omenbench
