// What was built, from what, and how: travels with every result.
#pragma once

#include <string>

#include "harness/run_facts.h"

namespace omenbench {

/// "omenbench 0.2.0 (commit 3f2a..., g++ 12.2.0, Release)".
std::string version_text();

/// This build; isa, build_id and plugins are added by the run.
ToolInfo tool_info();

}  // namespace omenbench
