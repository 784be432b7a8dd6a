// Loads a plugin (core/plugin.h) into a worker: its indexes join the registry and are run like built-in ones. Workers
// do this and never the coordinator, so that a plugin can bring down nothing but its own trials.
#pragma once

#include <string>
#include <vector>

namespace omenbench {

struct LoadedPlugin {
  std::string version, compiler, isa;
  std::vector<std::string> names;  ///< of its indexes, now registered
  void (*request_huge_pages)(bool) = nullptr;
};

/// Throws std::runtime_error naming the file and what is wrong with it: not a shared object, no omb_plugin(), another
/// ABI, a malformed or taken name. The plugin stays loaded until the process ends.
LoadedPlugin load_plugin(const std::string& file);

}  // namespace omenbench
