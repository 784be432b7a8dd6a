// The JSON Schema (2020-12) of structs that list their fields (base/fields.h): types, ranges and sentences come from
// the same list that writes and reads documents.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "base/fields_json.h"

namespace omenbench {
namespace fields_detail {

void add_rule(Json& schema, const FieldRule& rule, bool numeric);

/// What a type looks like; structs with a name are put into `definitions` and referred to.
template <class T>
Json schema_type(Json& definitions, const FieldRule& rule);
Json or_null(Json schema);

struct SchemaWriter {
  Json& schema;
  Json& definitions;
  template <class T>
  void field(std::string_view name, T&, const FieldRule& rule = {}) {
    Json described = schema_type<T>(definitions, rule);
    if (rule.null_if_empty) described = or_null(std::move(described));
    if (!rule.about.empty()) described["description"] = std::string(rule.about);
    schema["properties"][std::string(name)] = std::move(described);
    if (!rule.may_miss && !rule.omit_empty) schema["required"].push_back(std::string(name));
  }
};

template <class T>
Json schema_struct(Json& definitions) {
  Json schema = {{"type", "object"}};
  if (!kTypeText<T>.open) schema["additionalProperties"] = false;
  if (!kTypeText<T>.about.empty()) schema["description"] = std::string(kTypeText<T>.about);
  schema["required"] = Json::array();
  schema["properties"] = Json::object();
  SchemaWriter writer{schema, definitions};
  T blank{};
  visit_fields(writer, blank);
  if constexpr (requires { schema_rule(blank); }) schema.update(Json::parse(schema_rule(blank)));
  return schema;
}

template <class... T>
Json schema_items(Json& definitions, const FieldRule& rule, std::type_identity<std::tuple<T...>>) {
  Json items = Json::array();
  (items.push_back(schema_type<T>(definitions, rule)), ...);
  return items;
}
template <class A, class B>
Json schema_items(Json& definitions, const FieldRule& rule, std::type_identity<std::pair<A, B>>) {
  return schema_items(definitions, rule, std::type_identity<std::tuple<A, B>>());
}

template <class T>
Json schema_type(Json& definitions, const FieldRule& rule) {
  if constexpr (std::is_same_v<T, Json>) {
    return {{"type", "object"}};
  } else if constexpr (std::is_same_v<T, Scalar>) {
    return {{"type", {"null", "boolean", "number", "string"}}};
  } else if constexpr (std::is_same_v<T, bool>) {
    return {{"type", "boolean"}};
  } else if constexpr (std::is_arithmetic_v<T>) {
    Json schema = {{"type", std::is_integral_v<T> ? "integer" : "number"}};
    if (std::is_unsigned_v<T> && !rule.least && !rule.above) schema["minimum"] = 0;
    add_rule(schema, rule, true);
    return rule.nan ? or_null(std::move(schema)) : schema;
  } else if constexpr (std::is_enum_v<T>) {
    Json words = Json::array();
    for (std::size_t i = 0; i < kEnumSize<T>; ++i) words.push_back(std::string(to_string(static_cast<T>(i))));
    return {{"enum", words}};
  } else if constexpr (std::is_convertible_v<T, std::string_view>) {
    return {{"type", "string"}};
  } else if constexpr (kIsOptional<T>) {
    return or_null(schema_type<typename T::value_type>(definitions, rule));
  } else if constexpr (kIsMembers<T>) {
    return {{"type", "object"},
            {"additionalProperties", schema_type<typename T::value_type::second_type>(definitions, rule)}};
  } else if constexpr (kIsVector<T> || kIsArray<T>) {
    return {{"type", "array"}, {"items", schema_type<typename T::value_type>(definitions, rule)}};
  } else if constexpr (kIsTuple<T>) {
    return {{"type", "array"},
            {"prefixItems", schema_items(definitions, rule, std::type_identity<T>())},
            {"minItems", std::tuple_size_v<T>},
            {"maxItems", std::tuple_size_v<T>}};
  } else {
    if (kTypeText<T>.name.empty()) return schema_struct<T>(definitions);
    const std::string name(kTypeText<T>.name);
    if (!definitions.contains(name)) {
      definitions[name] = Json::object();  // holds its place, should it refer to itself
      definitions[name] = schema_struct<T>(definitions);
    }
    return {{"$ref", "#/$defs/" + name}};
  }
}

}  // namespace fields_detail

/// The schema of documents that write_json makes of a T.
template <class T>
nlohmann::ordered_json json_schema(const std::string& title) {
  nlohmann::ordered_json definitions = nlohmann::ordered_json::object();
  nlohmann::ordered_json body = fields_detail::schema_struct<T>(definitions);
  nlohmann::ordered_json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", title}};
  schema.update(body);
  schema["$defs"] = std::move(definitions);
  return schema;
}

}  // namespace omenbench
