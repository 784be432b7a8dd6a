// The JSON Schemas of what omenbench writes (`omenbench schema`). That of results is made from the lists of fields in
// results/result.h, the others are files that are built into the program.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace omenbench {

std::string result_schema();

/// The newest schema of that name: "result", "decision", "hunt". Throws Error with a suggestion.
std::string schema_of(const std::string& name);

/// Names that schema_of takes.
std::vector<std::string> schema_names();

}  // namespace omenbench
