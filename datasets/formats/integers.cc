// See integers.h.
#include "datasets/formats/integers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <span>

#include "core/error.h"

namespace omenbench::datasets {
namespace {

constexpr std::size_t kChunkBytes = 1 << 20;

/// Fills `out` unless the bytes end before; returns how many there were.
std::size_t read_fully(ByteSource& bytes, std::span<char> out) {
  std::size_t got = 0;
  while (got < out.size()) {
    const std::size_t more = bytes.read(out.subspan(got));
    if (more == 0) break;
    got += more;
  }
  return got;
}

std::uint64_t decode(const char* at, int width_bits, bool big_endian) {
  if (width_bits == 64) {
    std::uint64_t value;
    std::memcpy(&value, at, 8);
    return big_endian ? __builtin_bswap64(value) : value;
  }
  std::uint32_t value;
  std::memcpy(&value, at, 4);
  return big_endian ? __builtin_bswap32(value) : value;
}

/// Appends all integers to the end of the bytes; returns how many bytes there were.
std::uint64_t append_all(ByteSource& bytes, int width_bits, bool big_endian, std::vector<std::uint64_t>& keys) {
  assert(width_bits == 32 || width_bits == 64);
  const std::size_t width = static_cast<std::size_t>(width_bits) / 8;
  std::vector<char> chunk(kChunkBytes);
  std::uint64_t total = 0;
  while (const std::size_t got = read_fully(bytes, chunk)) {
    total += got;
    for (std::size_t at = 0; at + width <= got; at += width) {
      keys.push_back(decode(&chunk[at], width_bits, big_endian));
    }
  }
  return total;
}

}  // namespace

int sosd_width_by_name(std::string_view name) {
  if (name.ends_with("_uint64")) return 64;
  return name.ends_with("_uint32") ? 32 : 0;
}

void read_sosd(ByteSource& bytes, int width_bits, const Place& place, std::vector<std::uint64_t>& keys) {
  char head[8];
  if (const std::size_t got = read_fully(bytes, head); got != sizeof head) {
    throw Error(fmt::format("{}: expected a SOSD count of 8 bytes, the file has {}", place.text(), got));
  }
  std::uint64_t count = 0;
  std::memcpy(&count, head, sizeof count);
  // The count is not to be trusted with memory before the bytes are there.
  keys.reserve(keys.size() + std::min<std::uint64_t>(count, 1 << 20));
  const std::uint64_t got = append_all(bytes, width_bits, false, keys);
  const auto expected = static_cast<unsigned __int128>(count) * static_cast<unsigned>(width_bits / 8);
  if (got != expected) {
    throw Error(fmt::format("{}: its count says {} keys of {} bits, but {} bytes ({} keys) follow", place.text(), count,
                            width_bits, got, got / static_cast<unsigned>(width_bits / 8)));
  }
}

void read_raw(ByteSource& bytes, int width_bits, bool big_endian, const Place& place,
              std::vector<std::uint64_t>& keys) {
  const std::uint64_t got = append_all(bytes, width_bits, big_endian, keys);
  if (got % static_cast<unsigned>(width_bits / 8) != 0) {
    throw Error(fmt::format("{}: expected integers of {} bits, but {} bytes are no whole number of them", place.text(),
                            width_bits, got));
  }
}

}  // namespace omenbench::datasets
