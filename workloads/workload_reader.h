// The fields of one workload file; see docs/workloads.md.
#pragma once

#include <string>
#include <string_view>

#include "workloads/workload.h"

namespace omenbench {

/// Reads `text`; `file` is named in errors, `default_name` is the workload's when it has none of its own. Throws Error
/// with file, line and field: a misspelt or meaningless field would silently measure something else.
Workload read_workload(std::string_view text, const std::string& file, const std::string& default_name);

}  // namespace omenbench
