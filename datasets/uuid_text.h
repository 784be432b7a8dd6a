// UUIDs as generators make them (RFC 9562, section 4): 128 bits with a version and a variant, as sixteen bytes or as
// the 36 characters in which they are written.
#pragma once

#include <cstdint>
#include <string>

#include "datasets/generator.h"

namespace omenbench::datasets {

inline Parameter written_parameter() {
  return whole_parameter("written", 0, 0, 1, "1: the 36 characters instead of the 16 bytes");
}

inline void append_uuid(std::string& key, std::uint64_t high, std::uint64_t low, unsigned version, bool written) {
  high = (high & ~std::uint64_t{0xf000}) | std::uint64_t{version} << 12;
  low = (low & ~(std::uint64_t{3} << 62)) | std::uint64_t{2} << 62;
  for (int i = 0; i < 16; ++i) {
    const auto byte = static_cast<unsigned char>((i < 8 ? high : low) >> (56 - 8 * (i % 8)));
    if (!written) {
      key += static_cast<char>(byte);
      continue;
    }
    if (i == 4 || i == 6 || i == 8 || i == 10) key += '-';
    key += "0123456789abcdef"[byte >> 4];
    key += "0123456789abcdef"[byte & 15];
  }
}

}  // namespace omenbench::datasets
