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

/// From now on this process starts private servers by the programs in `folder`. Returns their version. Throws Error
/// when they are none.
using UsePrograms = std::string (*)(const std::string& folder);

/// Who takes them, by the kind of server (IndexInfo::server).
inline std::map<std::string, UsePrograms>& takers_of_programs() {
  static std::map<std::string, UsePrograms> takers;
  return takers;
}

}  // namespace omenbench
