// Escaping of the report.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "results/result.h"

namespace omenbench::report {

using Json = nlohmann::json;

/// Escapes for element content and for quoted attributes.
std::string escape(std::string_view raw);
/// JSON that can stand inside a <script> element: no '<', '>', '&' or line separator remains as such.
std::string script_json(const Json& value);

}  // namespace omenbench::report
