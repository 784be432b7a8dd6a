// Programs of private servers that a person named, instead of those that an engine finds: a worker is told of them on
// its command line (tools/omenbench-worker), before it starts a server or lists who is served. An engine that takes
// such a folder says so beside its service.
#pragma once

#include <map>
#include <string>

namespace omenbench {

/// Stands between an engine's name and that of the programs that serve it: "postgres@17". The coordinator alone knows
/// such names (harness/workers.h).
inline constexpr char kProgramsSign = '@';

/// An index's parameters that say which programs serve it: their folder, and the version they say of themselves.
inline constexpr char kProgramsParameter[] = "programs";
inline constexpr char kProgramsVersionParameter[] = "programs_version";

/// Who takes a folder of programs, and starts servers of a kind by them.
struct ProgramsTaker {
  std::string server;  ///< IndexInfo::server
  /// From now on this process starts such servers by the programs in `folder`. Returns their version. Throws Error
  /// when they are none.
  std::string (*use)(const std::string& folder) = nullptr;
};

/// By the kind of the programs, such as "postgres": servers of several kinds may be started by the same ones.
inline std::multimap<std::string, ProgramsTaker>& takers_of_programs() {
  static std::multimap<std::string, ProgramsTaker> takers;
  return takers;
}

}  // namespace omenbench
