// `omenbench decide --fit`: the cost model, from earlier exhaustive decisions.
#pragma once

#include <string>
#include <vector>

#include "tools/omenbench/command.h"

namespace omenbench {

/// Fits the cost model to decisions (directories written by --out, or decision.json files), prints its errors, and
/// writes it to `output` unless that is empty. Throws Error.
ExitCode fit_cost_model(const std::vector<std::string>& records, const std::string& output,
                        const CommonOptions& common);

}  // namespace omenbench
