// Runs made up for tests: seeded, so that they are the same everywhere.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/rng.h"
#include "harness/trial_record.h"

namespace omenbench::testing {

/// An index description of that family; tier in-process unless engine.
IndexSummary index_summary(const std::string& name, const std::string& family, const std::string& tier = "in-process");

/// One row "data / lookup", read-only, with these indexes planned, no trials yet; timer cost 20 ns.
Run empty_run(const std::vector<IndexSummary>& indexes);

/// An ok trial whose every time is a multiple of `ns_per_op` (dependent 2x, p50 10x, p99 20x), all tails resolved.
TrialRecord ok_trial(std::uint64_t row, std::uint64_t round, const std::string& index, double ns_per_op);

/// Adds `rounds` rounds to row 0: an ok trial per planned index, ns/op from `time(index, round)`.
void add_rounds(Run& run, std::uint64_t rounds,
                const std::function<double(const std::string& index, std::uint64_t round)>& time);

/// Two datasets, three workloads, every family and tier, failures of several kinds, 12 rounds: the golden tables.
Run example_run();

/// Anything goes: random rows, cells, statuses, missing passes, NaN, split rounds.
Run random_run(std::uint64_t seed);

/// Standard normal by Box and Muller.
double normal(Rng& rng);

/// How many of the runs that a simulation wants it gets: sanitizers make each some ten times slower.
constexpr int simulated_runs(int wanted) {
#ifdef OMENBENCH_SANITIZED
  return wanted / 10;
#else
  return wanted;
#endif
}

}  // namespace omenbench::testing
