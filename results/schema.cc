// See the header. Schemas are files "omenbench.NAME-VERSION.schema.json" and are reached by name.
#include "results/schema.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/fields_schema.h"
#include "core/error.h"
#include "core/suggest.h"
#include "embedded/schemas.h"
#include "results/result.h"

namespace omenbench {
namespace {

constexpr std::string_view kPrefix = "omenbench.";

std::string name_of(const EmbeddedFile& file) {
  return std::string(file.name.substr(kPrefix.size(), file.name.find('-') - kPrefix.size()));
}

}  // namespace

std::string result_schema() { return json_schema<Result>(std::string(kResultSchema)).dump(1) + "\n"; }

std::string schema_of(const std::string& name) {
  if (name == "result") return result_schema();
  if (name == "decide") return schema_of("decision");  // by the command as well, as for 'hunt'
  std::string_view newest;                             // files are sorted by name
  for (const EmbeddedFile& file : embedded::schemas()) {
    if (name_of(file) == name) newest = file.content;
  }
  if (newest.empty()) {
    throw Error(fmt::format("unknown schema '{}'{}; there are {}", name, did_you_mean(name, schema_names()),
                            fmt::join(schema_names(), ", ")));
  }
  return std::string(newest);
}

std::vector<std::string> schema_names() {
  std::vector<std::string> names = {"result"};
  for (const EmbeddedFile& file : embedded::schemas()) names.push_back(name_of(file));
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());
  return names;
}

}  // namespace omenbench
