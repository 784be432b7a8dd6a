// Trial records and run headers as JSON, one object each: the lines of the journal. Their fields are listed in
// harness/trial_record.h.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "harness/trial_record.h"

namespace omenbench {

nlohmann::ordered_json trial_to_json(const TrialRecord& trial);
nlohmann::ordered_json row_to_json(const RowPlan& row);
nlohmann::ordered_json header_to_json(const RunHeader& header);

/// The inverse. Throw Error with the place of what is missing, of another type, or out of range.
TrialRecord trial_from_json(const nlohmann::ordered_json& json);
RowPlan row_from_json(const nlohmann::ordered_json& json);
RunHeader header_from_json(const nlohmann::ordered_json& json);

/// One line without its end. Bytes that are no UTF-8 become U+FFFD.
std::string dump_line(const nlohmann::ordered_json& json);

}  // namespace omenbench
