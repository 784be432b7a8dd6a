// JSON of structs that list their fields (base/fields.h): written in the order of the list, read strictly. A wrong
// document is refused with the place, such as "rows[0].cells[2].status: expected one of ok, crash, ..., got 'fine'";
// members that no list knows are passed over, because later versions add some.
#pragma once

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <tuple>

#include "base/fields.h"
#include "core/error.h"

namespace omenbench {

/// Where in a document a value stands: a chain from the value up to the whole.
struct JsonPlace {
  const JsonPlace* parent = nullptr;
  std::string_view name{};  ///< of a member; empty: an element
  std::size_t position = 0;

  /// "rows[0].cells[2].status"; "the document" for the whole.
  std::string text() const;
};

/// Throws Error "PLACE: expected WHAT, got ...".
[[noreturn]] void refuse_json(const JsonPlace& place, const std::string& expected, const nlohmann::ordered_json& found);

namespace fields_detail {

using Json = nlohmann::ordered_json;

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <class T>
inline constexpr bool kIsVector = false;
template <class T>
inline constexpr bool kIsVector<std::vector<T>> = true;
template <class T>
inline constexpr bool kIsArray = false;
template <class T, std::size_t N>
inline constexpr bool kIsArray<std::array<T, N>> = true;
template <class T>
inline constexpr bool kIsMembers = false;
template <class T>
inline constexpr bool kIsMembers<Members<T>> = true;
template <class T>
inline constexpr bool kIsTuple = false;
template <class... T>
inline constexpr bool kIsTuple<std::tuple<T...>> = true;
template <class A, class B>
inline constexpr bool kIsTuple<std::pair<A, B>> = true;

/// A struct that is written as a list of its values: an as_tuple(value) gives references to them.
template <class T>
concept IsList = requires(T& value) {
  as_tuple(value);
};

template <class T>
bool is_empty(const T& value) {
  if constexpr (kIsOptional<T>) {
    return !value.has_value();
  } else if constexpr (std::is_same_v<T, bool>) {
    return !value;
  } else if constexpr (std::is_same_v<T, Json>) {
    return value.empty();
  } else if constexpr (std::is_arithmetic_v<T>) {
    return value == 0;
  } else if constexpr (requires { value.empty(); }) {
    return value.empty();
  } else {
    return false;
  }
}

Json write_number(double value);
Json write_scalar(const Scalar& value);
Scalar read_scalar(const Json& json);

template <class T>
Json write(const T& value);

struct Writer {
  Json& object;
  template <class T>
  void field(std::string_view name, const T& value, const FieldRule& rule = {}) {
    if (rule.omit_empty && is_empty(value)) return;
    object.push_back({std::string(name), rule.null_if_empty && is_empty(value) ? Json() : write(value)});
  }
};

template <class T>
Json write(const T& value) {
  if constexpr (std::is_same_v<T, Json> || std::is_same_v<T, bool> || std::is_integral_v<T>) {
    return value;
  } else if constexpr (std::is_same_v<T, Scalar>) {
    return write_scalar(value);
  } else if constexpr (std::is_floating_point_v<T>) {
    return write_number(value);
  } else if constexpr (std::is_enum_v<T>) {
    return std::string(to_string(value));
  } else if constexpr (std::is_convertible_v<T, std::string_view>) {
    return std::string(std::string_view(value));
  } else if constexpr (kIsOptional<T>) {
    return value ? write(*value) : Json();
  } else if constexpr (kIsMembers<T>) {
    Json object = Json::object();
    for (const auto& [name, member] : value) object[name] = write(member);
    return object;
  } else if constexpr (kIsVector<T> || kIsArray<T>) {
    Json list = Json::array();
    for (const auto& item : value) list.push_back(write(item));
    return list;
  } else if constexpr (IsList<const T>) {
    return write(as_tuple(value));
  } else if constexpr (kIsTuple<T>) {
    Json list = Json::array();
    std::apply([&](const auto&... item) { (list.push_back(write(item)), ...); }, value);
    return list;
  } else {
    Json object = Json::object();
    Writer writer{object};
    visit_fields(writer, value);
    return object;
  }
}

void check_range(double value, const FieldRule& rule, const JsonPlace& place, const Json& found);
double read_double(const Json& json, const FieldRule& rule, const JsonPlace& place);
std::uint64_t read_unsigned(const Json& json, std::uint64_t most, const FieldRule& rule, const JsonPlace& place);
std::int64_t read_signed(const Json& json, std::int64_t least, std::int64_t most, const FieldRule& rule,
                         const JsonPlace& place);
std::string read_text(const Json& json, const JsonPlace& place);
const Json& need_object(const Json& json, const JsonPlace& place);
const Json& need_list(const Json& json, const JsonPlace& place, std::optional<std::size_t> size = std::nullopt);

template <class T>
void read(const Json& json, T& value, const FieldRule& rule, const JsonPlace& place);

struct Reader {
  const Json& object;
  const JsonPlace& place;
  template <class T>
  void field(std::string_view name, T& value, const FieldRule& rule = {}) {
    const JsonPlace here{&place, name};
    const auto found = object.find(name);
    if (found != object.end() && found->is_null() && rule.null_if_empty) {
      if constexpr (std::is_default_constructible_v<T>) value = T{};
    } else if (found != object.end()) {
      read(*found, value, rule, here);
    } else if (!rule.may_miss && !rule.omit_empty) {
      throw Error(here.text() + " is missing");
    }
  }
};

template <class E>
void read_enum(const Json& json, E& value, const JsonPlace& place) {
  const std::string text = read_text(json, place);
  std::string known;
  for (std::size_t i = 0; i < kEnumSize<E>; ++i) {
    const std::string_view word = to_string(static_cast<E>(i));
    if (word == text) {
      value = static_cast<E>(i);
      return;
    }
    known += (i == 0 ? "" : ", ") + std::string(word);
  }
  refuse_json(place, "one of " + known, json);
}

template <class T>
void read_struct(const Json& json, T& value, const JsonPlace& place) {
  Reader reader{need_object(json, place), place};
  visit_fields(reader, value);
  if constexpr (requires { why_invalid(value); }) {
    const std::string problem = why_invalid(value);
    if (!problem.empty()) throw Error(place.text() + ": " + problem);
  }
}

template <class T>
void read(const Json& json, T& value, const FieldRule& rule, const JsonPlace& place) {
  if constexpr (std::is_same_v<T, Json>) {
    value = json;
  } else if constexpr (std::is_same_v<T, Scalar>) {
    value = read_scalar(json);
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!json.is_boolean()) refuse_json(place, "true or false", json);
    value = json.get<bool>();
  } else if constexpr (std::is_enum_v<T>) {
    read_enum(json, value, place);
  } else if constexpr (std::is_floating_point_v<T>) {
    value = read_double(json, rule, place);
  } else if constexpr (std::is_unsigned_v<T>) {
    value = static_cast<T>(read_unsigned(json, std::numeric_limits<T>::max(), rule, place));
  } else if constexpr (std::is_signed_v<T>) {
    value =
        static_cast<T>(read_signed(json, std::numeric_limits<T>::min(), std::numeric_limits<T>::max(), rule, place));
  } else if constexpr (std::is_same_v<T, std::string>) {
    value = read_text(json, place);
  } else if constexpr (kIsOptional<T>) {
    value.reset();
    if (!json.is_null()) read(json, value.emplace(), rule, place);
  } else if constexpr (kIsMembers<T>) {
    value.clear();
    for (const auto& [name, member] : need_object(json, place).items()) {
      value.emplace_back(name, typename T::value_type::second_type{});
      read(member, value.back().second, rule, JsonPlace{&place, name});
    }
  } else if constexpr (kIsVector<T>) {
    value.clear();
    for (const Json& item : need_list(json, place)) {
      const std::size_t position = value.size();
      read(item, value.emplace_back(), rule, JsonPlace{&place, {}, position});
    }
  } else if constexpr (kIsArray<T>) {
    need_list(json, place, value.size());
    for (std::size_t i = 0; i < value.size(); ++i) read(json[i], value[i], rule, JsonPlace{&place, {}, i});
  } else if constexpr (IsList<T>) {
    auto values = as_tuple(value);
    read(json, values, rule, place);
  } else if constexpr (kIsTuple<T>) {
    need_list(json, place, std::tuple_size_v<T>);
    std::size_t at = 0;
    std::apply([&](auto&... item) { ((read(json[at], item, rule, JsonPlace{&place, {}, at}), ++at), ...); }, value);
  } else {
    read_struct(json, value, place);
  }
}

}  // namespace fields_detail

/// The JSON of a value.
template <class T>
nlohmann::ordered_json write_json(const T& value) {
  return fields_detail::write(value);
}

/// Fills `value` from JSON. Throws Error that names the place.
template <class T>
void read_json(const nlohmann::ordered_json& json, T& value) {
  fields_detail::read(json, value, FieldRule{}, JsonPlace{});
}

}  // namespace omenbench
