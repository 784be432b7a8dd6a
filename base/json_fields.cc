// See the header.
#include "base/json_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace omenbench {

JsonFields::JsonFields(const JsonDocument& document, const Json& object, std::string where, std::string path)
    : document_(document), object_(object), where_(std::move(where)), path_(std::move(path)) {
  if (object.is_object()) return;
  if (path_.empty()) {
    throw Error(fmt::format("{}, line 1: expected an object, got {}", where_, object.type_name()));
  }
  throw Error(fmt::format("{}: expected an object at '{}', got {}", where_, path_, object.dump()));
}

JsonFields JsonFields::inner(const std::string& name) const {
  if (!value(name).is_object()) fail(name, fmt::format("expected an object, got {}", value(name).dump()));
  return {document_, value(name), where_, path_ + name + "."};
}

JsonFields JsonFields::element(const std::string& name, std::size_t i) const {
  return {document_, value(name)[i], where_, fmt::format("{}{}[{}].", path_, name, i)};
}

void JsonFields::fail(const std::string& name, const std::string& complaint) const {
  throw Error(
      fmt::format("{}, line {}: field '{}' {}", where_, document_.line_of(path_ + name), path_ + name, complaint));
}

void JsonFields::fail_missing(const std::string& name) const {
  throw Error(fmt::format("{}, line {}: field '{}' is missing", where_,
                          path_.empty() ? 1 : document_.line_of(path_.substr(0, path_.find('['))), path_ + name));
}

void JsonFields::refuse_unknown(const std::vector<std::string>& known) const {
  for (const auto& [name, ignored] : object_.items()) {
    if (std::ranges::find(known, name) == known.end()) fail(name, "is unknown" + did_you_mean(name, known));
  }
}

std::string JsonFields::text(const std::string& name) const {
  if (!value(name).is_string()) fail(name, fmt::format("expected a text, got {}", value(name).dump()));
  return value(name).get<std::string>();
}

std::string JsonFields::required_text(const std::string& name) const {
  if (!has(name)) fail_missing(name);
  return text(name);
}

std::vector<std::string> JsonFields::texts(const std::string& name) const {
  std::vector<std::string> all;
  for (const Json& one : value(name).is_array() ? value(name) : Json::array({value(name)})) {
    if (!one.is_string()) fail(name, fmt::format("expected a text or a list of texts, got {}", value(name).dump()));
    all.push_back(one.get<std::string>());
  }
  return all;
}

bool JsonFields::flag(const std::string& name) const {
  if (!value(name).is_boolean()) fail(name, fmt::format("expected true or false, got {}", value(name).dump()));
  return value(name).get<bool>();
}

double JsonFields::number_in(const Json& number, const std::string& name, double lowest, double highest) const {
  if (!number.is_number()) fail(name, fmt::format("expected a number, got {}", number.dump()));
  const double result = number.get<double>();
  if (!(result >= lowest && result <= highest)) {
    fail(name, fmt::format("must lie between {} and {}, got {}", lowest, highest, number.dump()));
  }
  return result;
}

double JsonFields::number(const std::string& name, double otherwise, double lowest, double highest) const {
  return has(name) ? number_in(value(name), name, lowest, highest) : otherwise;
}

double JsonFields::positive(const std::string& name, double otherwise, double highest) const {
  const double result = number(name, otherwise, 0, highest);
  if (has(name) && result == 0) fail(name, "must be above 0");
  return result;
}

std::uint64_t JsonFields::count(const std::string& name, std::uint64_t otherwise, double highest) const {
  if (!has(name)) return otherwise;
  const double result = number_in(value(name), name, 1, highest);
  if (result != std::floor(result)) fail(name, fmt::format("expected a whole number, got {}", value(name).dump()));
  return static_cast<std::uint64_t>(result);
}

}  // namespace omenbench
