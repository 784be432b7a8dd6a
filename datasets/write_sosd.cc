// See write_sosd.h.
#include "datasets/write_sosd.h"

#include <fmt/format.h>

#include <bit>
#include <cstdint>
#include <optional>

#include "base/files.h"
#include "base/held_signals.h"
#include "core/error.h"

namespace omenbench::datasets {

void require_sosd_file(const std::filesystem::path& file, bool replace) {
  if (!file.filename().string().ends_with("_uint64")) {
    throw Error(
        fmt::format("file '{0}': a name of a SOSD file says how wide its keys are: '{0}_uint64'", file.string()));
  }
  std::error_code error;
  if (!replace && std::filesystem::exists(file, error)) {
    throw Error(fmt::format("file '{}' exists; --force replaces it", file.string()));
  }
}

void write_sosd(const std::filesystem::path& file, std::span<const Key> keys, bool replace) {
  static_assert(std::endian::native == std::endian::little);
  require_sosd_file(file, replace);
  std::optional<HeldSignals> held;
  if (is_replaced(file)) held.emplace();  // whoever waits for the reader of a pipe must be able to end it
  AtomicFile out(file);
  const std::uint64_t count = keys.size();
  out.write({reinterpret_cast<const char*>(&count), sizeof count});
  out.write({reinterpret_cast<const char*>(keys.data()), keys.size_bytes()});
  out.commit();
}

}  // namespace omenbench::datasets
