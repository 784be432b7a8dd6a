// The page of several runs: machines or commits side by side.
#pragma once

#include <span>
#include <string>

#include "results/result.h"

namespace omenbench {

struct NamedResult {
  std::string name;  ///< of the file or folder
  Result result;
};

/// One self-contained page: which runs, how their machines and programs differ, and every row with each run's values
/// and their ratios to the first run. Every text is escaped. REQUIRES: at least two results.
std::string render_several(std::span<const NamedResult> runs);

}  // namespace omenbench
