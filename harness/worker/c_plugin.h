// Indexes of plugins in plain C (core/c_plugin.h): described for the registry, and run by the trial loop of the worker,
// which calls them through pointers.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/c_plugin.h"
#include "core/registry.h"

namespace omenbench {

/// The indexes of the table, in its order, not yet checked for their names. `refuse` throws.
std::vector<IndexInfo> indexes_of(const omb_c_plugin_v1& table,
                                  const std::function<void(const std::string& what)>& refuse);

}  // namespace omenbench
