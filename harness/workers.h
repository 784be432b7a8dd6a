// The worker executables and what they can run. The coordinator contains no index: it asks each worker with `--list`.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/registry.h"
#include "core/server_programs.h"
#include "harness/trial_record.h"

namespace omenbench {

/// One index as a worker lists it.
struct WorkerIndex {
  IndexInfo info;  ///< without its functions
  bool engine = false;
  std::filesystem::path executable;
  std::filesystem::path plugin;  ///< that the worker loads first; empty: the index is built in
  std::string lacks;             ///< what this machine does not have of it (core/lacking.h); empty: nothing
  /// The command line of its worker: {executable, "--plugin", plugin, action} or {executable, action}.
  std::vector<std::string> command(const std::string& action) const;
  /// The programs of its private server; empty: it finds them by itself.
  std::filesystem::path programs{};
  /// The command line that serves or stops its private server in `directory`.
  std::vector<std::string> server_command(const std::string& action, const std::string& directory) const;
  /// Its name in its worker: "postgres" of "postgres@17".
  std::string name_in_worker() const { return info.name.substr(0, info.name.find(kProgramsSign)); }
  /// Only who writes its sign means it: it is another way to an index that has a name without.
  bool is_a_form() const { return info.name.find_first_of({kDoorSign, kProgramsSign}) != std::string::npos; }
  bool takes_pool() const { return std::ranges::find(info.parameters, kPoolParameter) != info.parameters.end(); }
  bool is_static() const { return !info.capabilities.insertable && !info.capabilities.erasable; }
};

/// Programs that start private servers of a kind, instead of those that are found.
struct ServerPrograms {
  std::string kind;   ///< IndexInfo::server, such as "postgres"
  std::string label;  ///< further engines are called "NAME@label" and served by them; empty: they serve the engines
  std::filesystem::path folder;
};

struct WorkerOptions {
  std::string isa;                                     ///< empty: the best this CPU supports
  std::vector<std::filesystem::path> extra_workers{};  ///< further executables, for tests
  std::vector<std::filesystem::path> plugins{};        ///< shared objects that the worker loads (core/plugin.h)
  std::filesystem::path installation{};                ///< where another omenbench lies; empty: this program's folder
  std::vector<ServerPrograms> programs{};
};

/// One plugin as its worker and its file describe it.
struct PluginFacts {
  std::filesystem::path file;  ///< absolute
  std::string sha256;
  std::string version, compiler, isa;  ///< of what it was compiled with
  std::vector<std::string> indexes;    ///< names
};

/// What was found beside this program (or in ../libexec/omenbench).
struct WorkerSet {
  std::string isa;                   ///< of the workers in use
  std::string build_id;              ///< hash of this program and its workers: what may be compared and resumed
  std::vector<WorkerIndex> indexes;  ///< sorted by name
  std::vector<WorkerIndex> lacking;  ///< indexes that need something that is not on this machine
  std::vector<PluginFacts> plugins;  ///< in the order they were given
  const WorkerIndex* find(std::string_view name) const;
};

/// Throws Error when a worker is missing, cannot start, a plugin cannot be loaded, or a name is offered twice.
WorkerSet discover_workers(const WorkerOptions& options);

/// Whether a name or glob means the index. What lies behind doors, or is served by programs that were named, is meant
/// by those alone that write the sign: "*" is every index once, "sqlite+*" every one behind that door, "*@17" every
/// engine that the programs called 17 serve.
bool means_index(const std::string& pattern, const std::string& name);

/// Parses one line of `--list`. Throws Error.
WorkerIndex parse_index_line(const std::string& line);

IndexSummary summary_of(const WorkerIndex& index);

}  // namespace omenbench
