// The JSON Schemas of what omenbench writes, built into the program (`omenbench schema`).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace omenbench {

std::string_view result_schema();

/// The newest schema of that name: "result", "decision", "hunt". Throws Error with a suggestion.
std::string_view schema_of(const std::string& name);

/// Names that schema_of takes.
std::vector<std::string> schema_names();

}  // namespace omenbench
