// Checks a document that comes from a file against the schema of results, so that whatever reads it afterwards may take
// its members for granted.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace omenbench {

/// What keeps `document` from being a result, such as "rows[0].cells[2].status: ..."; empty when nothing does. Members
/// that the schema does not know are taken: later versions add some.
std::string why_no_result(const nlohmann::ordered_json& document);

}  // namespace omenbench
