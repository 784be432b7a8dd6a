// Whether a table has room where a server's data lie, when that is on this machine.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <system_error>

#include "core/error.h"

namespace omenbench {

/// Throws Error when a table of `entries`, of up to `bytes_per_entry` each with all that is written beside it, has no
/// room. `data` empty, or not ours to look into: not known.
inline void require_room(const std::string& server, const std::filesystem::path& data, std::uint64_t entries,
                         std::uint64_t bytes_per_entry) {
  std::error_code unknown;
  const auto space = data.empty() ? std::filesystem::space_info{} : std::filesystem::space(data, unknown);
  if (data.empty() || unknown || space.available / bytes_per_entry >= entries) return;
  throw Error(server + ": a table of " + std::to_string(entries) + " rows takes up to " +
              std::to_string(bytes_per_entry) + " bytes each with its log and copy, and where the server's data lie " +
              std::to_string(space.available) + " bytes are free");
}

}  // namespace omenbench
