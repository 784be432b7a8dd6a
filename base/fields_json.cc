// See the header.
#include "base/fields_json.h"

#include <cmath>

namespace omenbench {

std::string JsonPlace::text() const {
  if (parent == nullptr) return "the document";
  const std::string above = parent->parent == nullptr ? "" : parent->text();
  if (name.empty()) return fmt::format("{}[{}]", above, position);
  return fmt::format("{}{}{}", above, above.empty() ? "" : ".", name);
}

void refuse_json(const JsonPlace& place, const std::string& expected, const nlohmann::ordered_json& found) {
  std::string shown = found.is_object()  ? "an object"
                      : found.is_array() ? fmt::format("a list of {}", found.size())
                                         : found.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  constexpr std::size_t kLongest = 60;
  if (shown.size() > kLongest) shown = shown.substr(0, kLongest) + "...";
  throw Error(fmt::format("{}: expected {}, got {}", place.text(), expected, shown));
}

namespace fields_detail {

/// Whole numbers without a fraction, which take less room; what is not finite is null.
Json write_number(double value) {
  if (!std::isfinite(value)) return nullptr;
  if (value == std::floor(value) && std::abs(value) < 1e15) return static_cast<std::int64_t>(value);
  return value;
}

Json write_scalar(const Scalar& value) {
  return std::visit(
      [](const auto& held) -> Json {
        using Held = std::remove_cvref_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, std::monostate>) {
          return nullptr;
        } else if constexpr (std::is_same_v<Held, double>) {
          return write_number(held);
        } else {
          return held;
        }
      },
      value);
}

/// What is no scalar is kept as its text.
Scalar read_scalar(const Json& json) {
  if (json.is_null()) return std::monostate();
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_unsigned()) return json.get<std::uint64_t>();
  if (json.is_number_integer()) return json.get<std::int64_t>();
  if (json.is_number()) return json.get<double>();
  if (json.is_string()) return json.get<std::string>();
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void check_range(double value, const FieldRule& rule, const JsonPlace& place, const Json& found) {
  if (rule.least && !(value >= *rule.least)) refuse_json(place, fmt::format("at least {}", *rule.least), found);
  if (rule.above && !(value > *rule.above)) refuse_json(place, fmt::format("more than {}", *rule.above), found);
  if (rule.most && !(value <= *rule.most)) refuse_json(place, fmt::format("at most {}", *rule.most), found);
}

double read_double(const Json& json, const FieldRule& rule, const JsonPlace& place) {
  if (json.is_null() && rule.nan) return std::numeric_limits<double>::quiet_NaN();
  if (!json.is_number()) refuse_json(place, "a number", json);
  const double value = json.get<double>();
  if (!std::isfinite(value)) refuse_json(place, "a finite number", json);
  check_range(value, rule, place, json);
  return value;
}

std::uint64_t read_unsigned(const Json& json, std::uint64_t most, const FieldRule& rule, const JsonPlace& place) {
  const bool negative = json.is_number_integer() && !json.is_number_unsigned() && json.get<std::int64_t>() < 0;
  if (!json.is_number_integer() || negative) refuse_json(place, "a whole number that is not negative", json);
  const auto value = json.get<std::uint64_t>();
  if (value > most) refuse_json(place, fmt::format("at most {}", most), json);
  check_range(static_cast<double>(value), rule, place, json);
  return value;
}

std::int64_t read_signed(const Json& json, std::int64_t least, std::int64_t most, const FieldRule& rule,
                         const JsonPlace& place) {
  if (!json.is_number_integer()) refuse_json(place, "a whole number", json);
  const bool too_large = json.is_number_unsigned() && json.get<std::uint64_t>() > static_cast<std::uint64_t>(most);
  const auto value = too_large ? most : json.get<std::int64_t>();
  if (too_large || value < least || value > most) {
    refuse_json(place, fmt::format("a whole number from {} to {}", least, most), json);
  }
  check_range(static_cast<double>(value), rule, place, json);
  return value;
}

std::string read_text(const Json& json, const JsonPlace& place) {
  if (!json.is_string()) refuse_json(place, "a text", json);
  return json.get<std::string>();
}

const Json& need_object(const Json& json, const JsonPlace& place) {
  if (!json.is_object()) refuse_json(place, "an object", json);
  return json;
}

const Json& need_list(const Json& json, const JsonPlace& place, std::optional<std::size_t> size) {
  if (!json.is_array()) refuse_json(place, "a list", json);
  if (size && json.size() != *size) refuse_json(place, fmt::format("a list of {}", *size), json);
  return json;
}

}  // namespace fields_detail
}  // namespace omenbench
