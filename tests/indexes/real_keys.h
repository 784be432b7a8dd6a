// Real key sets for tests, decoded by the xz program; never copied into the repository.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "core/types.h"

namespace omenbench {

/// The folder of real data, or an empty path when there is none.
inline std::filesystem::path real_data_folder() {
  const char* const given = std::getenv("OMENBENCH_TEST_DATA");
  const std::filesystem::path folder =
      given != nullptr ? given : std::filesystem::path(OMENBENCH_SOURCE_DIR) / ".." / "shared" / "data";
  return std::filesystem::is_directory(folder) ? folder : std::filesystem::path();
}

/// The decoded bytes of an .xz file below the folder of real data; empty when it is not there.
inline std::string real_file(const std::string& name) {
  const std::filesystem::path path = real_data_folder() / name;
  if (!std::filesystem::is_regular_file(path)) return {};
  std::FILE* const pipe = popen(("xz -dc '" + path.string() + "'").c_str(), "r");
  if (pipe == nullptr) return {};
  std::string bytes;
  char buffer[1 << 16];
  while (const std::size_t count = std::fread(buffer, 1, sizeof buffer, pipe)) bytes.append(buffer, count);
  pclose(pipe);
  return bytes;
}

/// Distinct keys of a SOSD binary below sosd/: a count, then that many sorted 64-bit keys. Empty when it is not there.
inline std::vector<Key> real_sosd_keys(const std::string& name) {
  const std::string bytes = real_file("sosd/" + name);
  if (bytes.size() < 16) return {};
  std::vector<Key> keys(bytes.size() / 8 - 1);
  std::memcpy(keys.data(), bytes.data() + 8, keys.size() * 8);
  std::size_t kept = 0;
  for (const Key key : keys) {
    if (kept == 0 || keys[kept - 1] != key) keys[kept++] = key;
  }
  keys.resize(kept);
  return keys;
}

}  // namespace omenbench
