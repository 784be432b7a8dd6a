// What was built, from what, and how: travels with every result.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace omenbench {

/// "omenbench 0.1.0 (commit 3f2a..., g++ 12.2.0, Release)".
std::string version_text();

/// {version, commit, compiler, flags, build_type, sanitized}; isa and build_id are added by the run.
nlohmann::ordered_json tool_info();

}  // namespace omenbench
