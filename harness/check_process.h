// The conformance suite on one index, in its worker: the coordinator's side of `omenbench-worker --check`.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "harness/workers.h"

namespace omenbench {

struct CheckRequest {
  std::uint64_t steps = 100'000;  ///< operations of the long sequences
  bool everywhere = false;        ///< long sequences on every key set with every mix
  std::uint64_t seed = 1;
  std::uint64_t timeout_s = 10;              ///< of one trial
  std::uint64_t most_findings = UINT64_MAX;  ///< after so many the rest is not run
  std::vector<std::string> without{};        ///< key sets that are left out, and "extremes"
  std::uint64_t memory_limit_bytes = 0;
  std::string directory;   ///< engines: an empty directory for their files
  std::string connection;  ///< engines with a server
  bool given = false;      ///< a server that a person gave
};

struct CheckFinding {
  std::string keys, mix, what, smallest, cause, operation;  ///< as conformance::Finding
};

struct CheckOutcome {
  std::uint64_t checks = 0;   ///< of the whole suite
  std::uint64_t done = 0;     ///< that were run, or skipped
  std::uint64_t skipped = 0;  ///< because their mix hung too often
  std::vector<CheckFinding> findings;
  double seconds = 0;
  bool interrupted = false;
  bool conforms() const { return findings.empty() && done == checks && skipped == 0; }
};

/// Called before each check with its number, key set and mix, and `checks` filled in.
using CheckObserver = std::function<void(const CheckOutcome& so_far, const std::string& keys, const std::string& mix)>;

/// Runs the suite. Throws Error when the request names what there is not. A worker that dies, or says nothing for much
/// longer than a trial may take, is a finding too.
CheckOutcome run_check_process(const WorkerIndex& index, const CheckRequest& request, const CheckObserver& observer);

}  // namespace omenbench
