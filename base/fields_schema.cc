// See the header.
#include "base/fields_schema.h"

namespace omenbench::fields_detail {

void add_rule(Json& schema, const FieldRule& rule, bool numeric) {
  if (!numeric) return;
  const auto put = [&](const char* name, const std::optional<double>& value) {
    if (value) schema[name] = write_number(*value);
  };
  put("minimum", rule.least);
  put("exclusiveMinimum", rule.above);
  put("maximum", rule.most);
}

/// A schema of one simple type takes null as another type; anything else becomes a choice.
Json or_null(Json schema) {
  const auto type = schema.find("type");
  if (type != schema.end() && type->is_string() && *type != "object" && *type != "array") {
    *type = Json::array({*type, "null"});
    return schema;
  }
  return {{"oneOf", Json::array({Json{{"type", "null"}}, std::move(schema)})}};
}

}  // namespace omenbench::fields_detail
