// Plan files: strict about names and types, because a misspelt field that is ignored is a flag that does nothing.
#include "tools/omenbench/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>

#include "base/files.h"
#include "base/json.h"
#include "core/error.h"
#include "core/suggest.h"
#include "embedded/plans.h"
#include "tools/omenbench/plan_options.h"

namespace omenbench {
namespace {

using Json = nlohmann::json;

std::string stem(std::string_view file) { return std::string(file.substr(0, file.rfind('.'))); }

/// `where` says where a field stands.
Plan read_plan(const Json& json, const std::function<std::string(const std::string&)>& where) {
  if (!json.is_object()) throw Error(where("") + ": expected a JSON object");
  Plan plan;
  for (const auto& [name, value] : json.items()) {
    const auto option = std::ranges::find(plan_options(), name, &PlanOption::field);
    if (option == plan_options().end()) {
      std::vector<std::string> names;
      for (const PlanOption& known : plan_options()) names.push_back(known.field);
      throw Error(fmt::format("{}: unknown field '{}'{}", where(name), name, did_you_mean(name, names)));
    }
    try {
      option->read(plan, value);
    } catch (const Json::exception& error) {
      throw Error(fmt::format("{}, field '{}': {}", where(name), name, plain_reason(error)));
    } catch (const Error& error) {
      throw Error(fmt::format("{}, field '{}': {}", where(name), name, error.what()));
    }
  }
  return plan;
}

}  // namespace

Plan plan_from_json(const Json& json, const std::string& where) {
  return read_plan(json, [&](const std::string&) { return where; });
}

Plan load_plan(const std::string& name_or_file) {
  std::vector<std::string> names;
  for (const EmbeddedFile& file : embedded::plans()) {
    names.push_back(stem(file.name));
    if (names.back() == name_or_file) {
      const std::string where = fmt::format("built-in plan '{}'", name_or_file);
      return plan_from_json(parse_json(file.content, where), where);
    }
  }
  if (std::filesystem::is_regular_file(name_or_file)) {
    const std::string where = fmt::format("plan '{}'", name_or_file);
    const JsonDocument document = parse_json_with_lines(read_file(name_or_file, "plan"), where);
    return read_plan(document.value, [&](const std::string& field) {
      return fmt::format("{}, line {}", where, document.line_of(field));
    });
  }
  throw Error(fmt::format("unknown plan '{}'{}: neither a file nor one of 'omenbench list plans'", name_or_file,
                          did_you_mean(name_or_file, names)));
}

bool is_built_in_plan(const std::string& name) {
  return std::ranges::any_of(embedded::plans(), [&](const EmbeddedFile& file) { return stem(file.name) == name; });
}

std::vector<PlanListing> list_plans() {
  std::vector<PlanListing> listing;
  for (const EmbeddedFile& file : embedded::plans()) {
    const Plan plan = load_plan(stem(file.name));
    listing.push_back({plan.name, plan.description});
  }
  return listing;
}

nlohmann::ordered_json to_json(const Plan& plan) {
  nlohmann::ordered_json json;
  for (const PlanOption& option : plan_options()) {
    nlohmann::ordered_json value = option.write(plan);
    if (!value.is_null()) json[option.field] = std::move(value);
  }
  return json;
}

}  // namespace omenbench
