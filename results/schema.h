// The JSON Schema of a result, built into the program (`omenbench schema`).
#pragma once

#include <string_view>

namespace omenbench {

std::string_view result_schema();

}  // namespace omenbench
