// See gzip_check.h. Eight bytes at a time through eight tables (Kounavis and Berry, "Novel table lookup-based
// algorithms for high-performance CRC generation", 2008, "slicing-by-8").
#include "datasets/gzip_check.h"

#include <fmt/format.h>

#include <cstring>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "base/files.h"
#include "core/error.h"

namespace omenbench::datasets {
namespace {

using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

/// tables[k][b] is the CRC of byte b followed by k zero bytes.
constexpr Tables make_tables() {
  Tables tables{};
  for (std::uint32_t b = 0; b < 256; ++b) {
    std::uint32_t crc = b;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) ? 0xEDB88320u : 0);
    tables[0][b] = crc;
  }
  for (std::size_t k = 1; k < 8; ++k) {
    for (std::size_t b = 0; b < 256; ++b) {
      tables[k][b] = (tables[k - 1][b] >> 8) ^ tables[0][tables[k - 1][b] & 0xFF];
    }
  }
  return tables;
}

constexpr Tables kTables = make_tables();

std::uint32_t little_endian_32(const char* bytes) {
  std::uint32_t value;
  std::memcpy(&value, bytes, 4);
  return value;
}

}  // namespace

std::uint32_t crc32(std::uint32_t crc, std::span<const char> bytes) {
  crc = ~crc;
  std::size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    const std::uint32_t low = little_endian_32(&bytes[i]) ^ crc;
    const std::uint32_t high = little_endian_32(&bytes[i + 4]);
    crc = kTables[7][low & 0xFF] ^ kTables[6][(low >> 8) & 0xFF] ^ kTables[5][(low >> 16) & 0xFF] ^
          kTables[4][low >> 24] ^ kTables[3][high & 0xFF] ^ kTables[2][(high >> 8) & 0xFF] ^
          kTables[1][(high >> 16) & 0xFF] ^ kTables[0][high >> 24];
  }
  for (; i < bytes.size(); ++i) crc = (crc >> 8) ^ kTables[0][(crc ^ static_cast<unsigned char>(bytes[i])) & 0xFF];
  return ~crc;
}

GzipCheck::GzipCheck(ByteSource& decoded, std::filesystem::path file) : decoded_(decoded), file_(std::move(file)) {
  std::ifstream in(file_, std::ios::binary);
  char start[2] = {};
  gzip_ = in.read(start, 2) && start[0] == '\x1F' && start[1] == '\x8B';
}

std::size_t GzipCheck::read(std::span<char> out) {
  const std::size_t got = decoded_.read(out);
  if (!gzip_) return got;
  if (got == 0) {
    check_trailer();
  } else {
    crc_ = crc32(crc_, out.first(got));
    bytes_ += got;
  }
  return got;
}

void GzipCheck::check_trailer() const {
  const std::string bytes = read_file(file_, "file", UINT64_MAX);
  if (bytes.size() < 18) return;  // decoding has already refused it
  const std::uint32_t crc = little_endian_32(bytes.data() + bytes.size() - 8);
  const std::uint32_t length = little_endian_32(bytes.data() + bytes.size() - 4);
  if (crc == crc_ && length == static_cast<std::uint32_t>(bytes_)) return;
  const bool maybe_several = bytes.find("\x1F\x8B\x08", 10) != std::string::npos;
  if (maybe_several && length != static_cast<std::uint32_t>(bytes_)) return;
  throw Error(fmt::format("file '{}': its gzip checksum does not match: truncated or corrupt", file_.string()));
}

}  // namespace omenbench::datasets
