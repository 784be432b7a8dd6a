// See the header.
#include "results/result_json.h"

#include <fmt/format.h>

#include "base/fields_json.h"
#include "results/summary.h"

namespace omenbench {

using Json = nlohmann::ordered_json;

Json to_json(const Result& result) { return write_json(result); }

Result result_from_json(const Json& document) {
  const Json schema = document.is_object() && document.contains("schema") ? document["schema"] : Json();
  if (schema != kResultSchema) {
    throw Error(fmt::format("its \"schema\" is {} and not \"{}\"", schema.is_null() ? "missing" : schema.dump(),
                            kResultSchema));
  }
  Result result;
  read_json(document, result);
  // Derived again, as the summary is: older documents say it of cold rows alone.
  for (Row& row : result.rows) {
    for (Verdict& verdict : row.verdicts) verdict.headline = verdict.metric == row.headline_metric();
  }
  result.summary = summary_of(result);
  return result;
}

}  // namespace omenbench
