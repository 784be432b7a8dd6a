// The checksum of gzip files, which libarchive skips: without it a flipped bit would become wrong keys silently. The
// trailer (RFC 1952, section 2.3.1) holds CRC-32 and length of the last stream; a file of several concatenated streams
// cannot be told from outside, so those are checked only as far as decoding does.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>

#include "datasets/byte_source.h"

namespace omenbench::datasets {

/// CRC-32 as of RFC 1952, section 8, continued from `crc` (0 at the start).
std::uint32_t crc32(std::uint32_t crc, std::span<const char> bytes);

/// Passes the decoded bytes of `file` through; at their end throws Error if they contradict the trailer. Files that
/// are not gzip pass unchecked.
class GzipCheck : public ByteSource {
 public:
  GzipCheck(ByteSource& decoded, std::filesystem::path file);
  std::size_t read(std::span<char> out) override;

 private:
  void check_trailer() const;

  ByteSource& decoded_;
  std::filesystem::path file_;
  bool gzip_ = false;
  std::uint32_t crc_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace omenbench::datasets
