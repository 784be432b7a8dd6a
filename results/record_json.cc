// See the header.
#include "results/record_json.h"

#include "base/fields_json.h"

namespace omenbench {
namespace {

using Json = nlohmann::ordered_json;

template <class T>
T read_as(const Json& json) {
  T value;
  read_json(json, value);
  return value;
}

}  // namespace

Json trial_to_json(const TrialRecord& trial) { return write_json(trial); }
Json row_to_json(const RowPlan& row) { return write_json(row); }
Json header_to_json(const RunHeader& header) { return write_json(header); }

TrialRecord trial_from_json(const Json& json) { return read_as<TrialRecord>(json); }
RowPlan row_from_json(const Json& json) { return read_as<RowPlan>(json); }
RunHeader header_from_json(const Json& json) { return read_as<RunHeader>(json); }

std::string dump_line(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace omenbench
