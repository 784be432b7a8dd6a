// Escaping and number formatting of the report.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "results/result.h"

namespace omenbench::report {

using Json = nlohmann::json;

/// Escapes for element content and for quoted attributes.
std::string escape(std::string_view raw);
/// JSON that can stand inside a <script> element: no '<', '>', '&' or line separator remains as such.
std::string script_json(const Json& value);

/// Digit groups, e.g. 1,036,094.
std::string grouped(double value);
/// Three or more significant digits: 0.620, 3.41, 47.9, 140, 41,200.
std::string significant(double value);
/// Nanoseconds with a unit a person reads: 47.9 ns, 4.21 ms, 1.50 s.
std::string duration(double ns);
/// Bytes with a binary unit: 8.4 MiB.
std::string bytes(double count);
/// "1 row", "3 rows".
std::string counted(std::size_t count, std::string_view noun);
/// "[1.80, 2.00]"; "" without interval.
std::string interval(const BlockEstimate& value);
/// The same of two ends.
std::string interval(double lo, double hi);

}  // namespace omenbench::report
