// The commands of a worker executable; each returns the exit code.
#pragma once

#include <string>

namespace omenbench {

struct LoadedPlugin;

/// From now on private servers of this kind (IndexInfo::server) are started by the programs in `folder`. Throws Error
/// when they cannot be, else returns their version.
std::string use_programs(const std::string& kind, const std::string& folder);

/// Prints one line per registered index: tab-separated fields in the order of `parse_index_line` (harness/workers.h).
int list_indexes();

/// The same of the engines alone that programs of this kind and version serve, which stands in their parameters.
int list_served(const std::string& kind, const std::string& version);

/// Prints a line "plugin", version, compiler, instruction set, then the lines of the plugin's indexes.
int list_plugin(const LoadedPlugin& plugin);

/// Runs the request in the control segment. The result lies in shared memory; the exit code is 0 whenever it does.
/// `plugin` may be null.
int run_requested_trial(const LoadedPlugin* plugin);

/// Looks at the server whose connection string the pipe holds: 0 when it can take a table of so many entries, else 1
/// and the reason on stderr.
int look(const char* index, const char* entries);

/// The guardian of a private server: outlives a killed coordinator just long enough to stop what it started.
int serve(const char* index, const char* directory);

/// What a guardian does at its end, for one that was killed before.
int stop(const char* index, const char* directory);

}  // namespace omenbench
