// What `omenbench gate` may be asked to compare: saved runs, installations of omenbench, plugins.
#pragma once

#include <filesystem>
#include <string>

#include "harness/workers.h"
#include "tools/omenbench/plan.h"

namespace omenbench {

struct GateSide {
  enum class Kind { kSavedRun, kInstallation, kPlugin };
  Kind kind = Kind::kSavedRun;
  std::string text;            ///< as it was given
  std::filesystem::path path;  ///< installation: the folder that holds or belongs to its executables
};

/// Recognises a run directory or result file, a folder or executable of an installation, and a shared object. Throws
/// Error saying what was expected.
GateSide recognise_side(const std::string& text, const std::string& option);

/// The workers of a live side.
WorkerSet workers_of(const GateSide& side, const Plan& plan);

}  // namespace omenbench
