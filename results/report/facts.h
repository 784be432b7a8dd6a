// Everything that a result says of program, machine and plan, as names and texts: "timer.cost_ns" -> "22.4".
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "results/result.h"

namespace omenbench::report {

using Facts = std::vector<std::pair<std::string, std::string>>;

/// A setting as a person reads it. `name` tells sizes ("..._bytes") apart.
std::string fact_text(const std::string& name, const Scalar& value);

Facts machine_facts(const Environment& machine);
Facts program_facts(const Result& result);
Facts plan_facts(const Result& result);

}  // namespace omenbench::report
