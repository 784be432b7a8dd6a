// On which line each field of a JSON text stands, so that an error in a workload file can name it. JSON libraries give
// positions for syntax errors only; this one is asked to report keys while a counting iterator feeds it.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace omenbench {

struct JsonDocument {
  nlohmann::json value;
  /// Line, from 1, of each field's name; nested names are joined with dots ("mix.lookup",
  /// "phases[0].mix").
  std::map<std::string, std::uint64_t> lines;

  std::uint64_t line_of(const std::string& field) const {
    const auto found = lines.find(field);
    return found == lines.end() ? 1 : found->second;
  }
};

/// Parses `text`; `file` is named in errors. Throws Error with the line on broken syntax or on a field given twice.
JsonDocument parse_json_with_lines(std::string_view text, std::string_view file);

}  // namespace omenbench
