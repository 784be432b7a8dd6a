// JSON as it comes in: strict, and with errors that name the file and the line. Deep nesting, a field given twice and a
// number that 64 bits cannot hold are refused, because the library would take each of them without a word or crash.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/error.h"

namespace omenbench {

/// How deep lists and objects may lie in each other. Our own documents need less than a dozen levels.
inline constexpr std::size_t kMaxJsonDepth = 100;

struct JsonRules {
  bool comments = false;         ///< allows // and /* */
  std::uint64_t first_line = 1;  ///< number of the text's first line in its file
};

/// `where` names the source in errors: "plan 'mine.json'" gives "plan 'mine.json', line 3: ...". Throws Error.
nlohmann::json parse_json(std::string_view text, const std::string& where, const JsonRules& rules = {});
/// The same, with the fields of objects in their order.
nlohmann::ordered_json parse_ordered_json(std::string_view text, const std::string& where, const JsonRules& rules = {});

/// None where it is not valid: for what may be cut off.
std::optional<nlohmann::ordered_json> try_parse_json(std::string_view text);

/// A value and on which line each field of it stands.
struct JsonDocument {
  nlohmann::json value;
  /// Line, from 1, of each field's name; nested names are joined with dots ("mix.lookup", "phases[0].mix").
  std::map<std::string, std::uint64_t> lines;

  std::uint64_t line_of(const std::string& field) const {
    const auto found = lines.find(field);
    return found == lines.end() ? 1 : found->second;
  }
};
JsonDocument parse_json_with_lines(std::string_view text, const std::string& where, const JsonRules& rules = {});

/// What the library says of a value that is not as expected, in words of ours: "field 'n' is missing", "expected
/// string, got number".
std::string plain_reason(const nlohmann::json::exception& error);

/// Calls `read`, and turns what the JSON library throws in it into an Error that begins with `where`.
template <class Read>
auto reading_json(const std::string& where, Read&& read) {
  try {
    return std::forward<Read>(read)();
  } catch (const nlohmann::json::exception& error) {
    throw Error(where + ": " + plain_reason(error));
  }
}

}  // namespace omenbench
