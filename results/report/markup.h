// Escaping and number formatting of the report, and lenient reading of the result document: an absent or null member is
// an empty value here, because failed cells carry no numbers.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace omenbench::report {

using Json = nlohmann::json;

/// Member `name` of an object; a null value when there is none or `object` is no object.
const Json& member(const Json& object, std::string_view name);
/// A string as it is, null as "", anything else as compact JSON.
std::string text(const Json& value);
std::optional<double> number(const Json& value);
bool truth(const Json& value);

/// A median with its interval; lo and hi equal the median where the document gives none.
struct Estimate {
  double median = 0, lo = 0, hi = 0;
  bool has_interval = false;
};
/// Reads {"median", "lo", "hi"}; empty when there is no median.
std::optional<Estimate> estimate(const Json& value);

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
/// "1.8 - 2.0" as "[1.80, 2.00]"; "" without interval.
std::string interval(const Estimate& value);

}  // namespace omenbench::report
