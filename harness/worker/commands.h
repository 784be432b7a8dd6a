// The commands of a worker executable; each returns the exit code.
#pragma once

namespace omenbench {

/// Prints one line per registered index: tab-separated fields in the order of `parse_index_line` (harness/workers.h).
int list_indexes();

/// Runs the request in the control segment. The result lies in shared memory; the exit code is 0 whenever it does.
int run_requested_trial();

/// The guardian of a private server: outlives a killed coordinator just long enough to stop what it started.
int serve(const char* index, const char* directory);

}  // namespace omenbench
