// A server that a person gave, looked at before anything is measured.
#pragma once

#include <cstdint>
#include <string>

#include "harness/workers.h"

namespace omenbench {

/// Throws Error when the server cannot be reached or cannot take a table of so many entries; nothing on it is touched.
void look_at_given_server(const WorkerIndex& index, const std::string& connection, std::uint64_t entries);

}  // namespace omenbench
