// See write_sosd.h.
#include "datasets/write_sosd.h"

#include <fmt/format.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>

#include "core/error.h"

namespace omenbench::datasets {

void write_sosd(const std::filesystem::path& file, std::span<const Key> keys, bool replace) {
  static_assert(std::endian::native == std::endian::little);
  if (!file.filename().string().ends_with("_uint64")) {
    throw Error(
        fmt::format("file '{0}': a name of a SOSD file says how wide its keys are: '{0}_uint64'", file.string()));
  }
  std::error_code error;
  if (!replace && std::filesystem::exists(file, error)) {
    throw Error(fmt::format("file '{}' exists; --force replaces it", file.string()));
  }
  const std::filesystem::path temporary = fmt::format("{}.{}.tmp", file.string(), getpid());
  std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
  const std::uint64_t count = keys.size();
  out.write(reinterpret_cast<const char*>(&count), sizeof count);
  out.write(reinterpret_cast<const char*>(keys.data()), static_cast<std::streamsize>(keys.size_bytes()));
  out.close();
  const int reason = errno;
  if (out) std::filesystem::rename(temporary, file, error);
  if (out && !error) return;
  const std::string message = out ? error.message() : std::strerror(reason);
  std::filesystem::remove(temporary, error);
  throw Error(fmt::format("file '{}': {}", file.string(), message));
}

}  // namespace omenbench::datasets
