// See the header.
#include "results/validate.h"

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "results/schema.h"

namespace omenbench {
namespace {

using Json = nlohmann::json;
using Adapter = valijson::adapters::NlohmannJsonAdapter;

/// Without "additionalProperties": false.
void take_unknown_members(Json& schema) {
  if (schema.is_object() && schema.value("additionalProperties", Json()) == false) schema.erase("additionalProperties");
  for (Json& part : schema) {
    if (part.is_structured()) take_unknown_members(part);
  }
}

/// "<root>[rows][0][cells]" as "rows[0].cells".
std::string readable_path(const std::vector<std::string>& context) {
  std::string path;
  for (std::size_t i = 1; i < context.size(); ++i) {
    const std::string& part = context[i];
    const bool position = part.find_first_not_of("[]0123456789") == std::string::npos;
    const std::string name = part.starts_with('[') && part.ends_with(']') ? part.substr(1, part.size() - 2) : part;
    path += position ? "[" + name + "]" : (path.empty() ? "" : ".") + name;
  }
  return path.empty() ? "the document" : path;
}

}  // namespace

std::string why_no_result(const nlohmann::ordered_json& document) {
  Json rules = Json::parse(result_schema());
  take_unknown_members(rules);
  valijson::Schema schema;
  valijson::SchemaParser parser;
  const Adapter rules_adapter(rules);
  parser.populateSchema(rules_adapter, schema);
  valijson::Validator validator;
  valijson::ValidationResults results;
  const Json plain = document;
  const Adapter adapter(plain);
  if (validator.validate(schema, adapter, &results)) return "";
  // The deepest complaint is the cause of the others.
  valijson::ValidationResults::Error error;
  std::string found;
  std::size_t depth = 0;
  while (results.popError(error)) {
    if (!found.empty() && error.context.size() < depth) continue;
    depth = error.context.size();
    found = readable_path(error.context) + ": " + error.description;
  }
  return found;
}

}  // namespace omenbench
