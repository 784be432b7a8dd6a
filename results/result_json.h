// Results as JSON, the form in which they are kept and exchanged.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "results/result.h"

namespace omenbench {

nlohmann::ordered_json to_json(const Result& result);

/// Throws Error that says what keeps `document` from being a result, such as "rows[0].cells[2].status: ...". What can
/// be derived (the summary) is derived again, so that no document disagrees with itself.
Result result_from_json(const nlohmann::ordered_json& document);

/// As a reader of its JSON gets it: of a journal from elsewhere, which may contradict itself like any document. Throws
/// Error likewise.
Result checked(const Result& result);

}  // namespace omenbench
