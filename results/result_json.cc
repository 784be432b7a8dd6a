// See the header.
#include "results/result_json.h"

#include <fmt/format.h>

#include "base/fields_json.h"
#include "harness/machine_difference.h"
#include "results/decide_again.h"
#include "results/summary.h"

namespace omenbench {

using Json = nlohmann::ordered_json;

namespace {

/// As versions wrote it that named champions by their first three rounds.
bool chosen_by_three_rounds(const Json& document) {
  for (const Json& row : document["rows"]) {
    for (const Json& verdict : row["verdicts"]) {
      if (verdict.contains("champions_chosen_on")) return true;
    }
  }
  return false;
}

}  // namespace

Json to_json(const Result& result) { return write_json(result); }

Result result_from_json(const Json& document) {
  const Json schema = document.is_object() && document.contains("schema") ? document["schema"] : Json();
  if (schema != kResultSchema) {
    throw Error(fmt::format("its \"schema\" is {} and not \"{}\"", schema.is_null() ? "missing" : schema.dump(),
                            kResultSchema));
  }
  Result result;
  read_json(document, result);
  // Derived again, as the summary is: in older documents it is a hash, and of the kernel's release, too.
  result.environment.fingerprint = fingerprint_of(result.environment);
  for (Environment& machine : result.machines) machine.fingerprint = fingerprint_of(machine);
  // Likewise: older documents say it of cold rows alone.
  for (Row& row : result.rows) {
    for (Verdict& verdict : row.verdicts) verdict.headline = verdict.metric == row.headline_metric();
  }
  if (chosen_by_three_rounds(document)) decide_again(result);
  result.summary = summary_of(result);
  return result;
}

Result checked(const Result& result) { return result_from_json(to_json(result)); }

}  // namespace omenbench
