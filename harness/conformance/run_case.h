// Runs one case through the index's registered trial function, in a process of its own, and compares the folds of its
// answers with those of the model. Knows indexes only by their registry entry: whatever is registered, in whatever
// tier, is checked by the same code.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/registry.h"
#include "core/trial_io.h"
#include "harness/conformance/case.h"
#include "harness/conformance/diagnosis.h"

namespace omenbench::conformance {

struct Options {
  std::size_t steps = 100'000;  ///< operations of the long sequences; the others take a sixteenth
  bool everywhere = false;      ///< long sequences on every key set with every mix (a soak)
  std::uint64_t seed = 1;
  unsigned timeout_seconds = 60;  ///< of one trial
  int shrink_runs = 300;          ///< trials that shrinking one finding may spend ...
  double shrink_seconds = 30;     ///< ... and its time
  /// Where engines keep their tables.
  std::string engine_directory{};
  std::string engine_connection{};
  std::string engine_table = "omb_c4ec4";
  bool extremes = true;                ///< keys 0 and 2^64-1 occur; false: neither in key sets nor in operations
  std::vector<std::string> without{};  ///< names and globs of key sets that are left out
  Diagnosis* diagnosis = nullptr;      ///< which failures are looked into; null: all of them
  /// Called before every trial; shows that the suite is alive.
  std::function<void()> on_trial{};
};

/// 100,000 steps, or what OMENBENCH_CONFORMANCE_STEPS says (slow builds take fewer, a soak takes more), and
/// `everywhere` where OMENBENCH_CONFORMANCE_EVERYWHERE is set.
Options options_from_environment();

/// Runs one case. Returns an empty text when every answer is right, else what went wrong. `copy` may be null.
std::string run_case(const IndexInfo& info, const Case& c, const Options& options, TrialOutput* copy = nullptr);

/// Makes a failing case end with the operation that fails: fewer threads, and the shortest failing prefix.
Case shorten(const IndexInfo& info, Case c, Options options);

/// Makes a failing case small: fewer threads, the shortest failing prefix, then fewer entries and operations, chunk by
/// chunk, as far as the options' runs and seconds reach.
Case shrink(const IndexInfo& info, Case c, Options options);

}  // namespace omenbench::conformance
