// From a run to the document that everything else reads: report, table, exporters, gate. Its form is the JSON Schema in
// results/schema/; its meaning is explained in docs/results.md.
#pragma once

#include <nlohmann/json.hpp>

#include "harness/trial_record.h"

namespace omenbench {

/// The result document of a run, complete or interrupted: only complete rounds count. Throws Error when the run is
/// inconsistent (a cell of an index that the header does not describe).
nlohmann::ordered_json summarise(const Run& run);

}  // namespace omenbench
