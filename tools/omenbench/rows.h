// Lists, in every format.
#pragma once

#include <nlohmann/json.hpp>

#include "tools/omenbench/command.h"

namespace omenbench {

/// Prints a table whose columns are the keys of the first row. REQUIRES: every row has the same keys with text values.
void print_rows(const nlohmann::ordered_json& rows, OutputFormat format);

}  // namespace omenbench
