// How `run --explain` counts on this machine: by whom, and which workers that can run.
#pragma once

#include <memory>
#include <string>

#include "harness/session/counting_runner.h"
#include "harness/workers.h"

namespace omenbench {

struct Explainer {
  Counting counting = Counting::kNone;
  std::string valgrind;  ///< its path; kCallgrind only
  WorkerSet workers;
};

/// The processor's counters where they can be read, else valgrind; `options` chose `workers`, which are used if they
/// can be. Throws Error with what to install or to build.
Explainer choose_explainer(const WorkerOptions& options, const WorkerSet& workers);

/// "callgrind, x86-64-v3 workers".
std::string to_string(const Explainer& explainer);

}  // namespace omenbench
