// Byte strings without zero bytes for structures whose keys end at the first one: 0 becomes 1 1, and 1 becomes 1 2.
// Bytes above stay as they are, so that texts keep their order, a prefix before what it begins.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/key_kind.h"

namespace omenbench::zero_free {

/// Whether one of eight bytes is 0 or 1.
constexpr bool has_low_byte(std::uint64_t word) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  return ((word - 2 * kOnes) & ~word & (kOnes << 7)) != 0;
}

/// Appends what stands for the key.
inline void append(std::string& out, Bytes key) {
  std::size_t begin = 0;
  while (begin + 8 <= key.size() && !has_low_byte(load_word(key.data() + begin))) begin += 8;
  out.append(key.data(), begin);
  for (std::size_t i = begin; i < key.size(); ++i) {
    const auto byte = static_cast<unsigned char>(key[i]);
    if (byte <= 1) out += '\1';
    out += static_cast<char>(byte <= 1 ? byte + 1 : byte);
  }
}

/// Inverse of `append`: writes the key that `text` stands for to `out`, at most text.size() bytes, and returns how
/// many. REQUIRES: `append` made the text.
inline std::size_t decode(Bytes text, char* out) {
  std::size_t size = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    out[size++] = text[i] == '\1' ? static_cast<char>(text[++i] - 1) : text[i];
  }
  return size;
}

}  // namespace omenbench::zero_free
