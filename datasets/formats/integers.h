// Binary numbers: SOSD files (Kipf et al., "SOSD: a benchmark for learned indexes", 2019: a little-endian 64-bit count,
// then that many keys, whose type the file's name ends in) and raw arrays without any head, as access traces and the
// data of ALEX come. Unsigned and signed integers and floating-point numbers, of 32 or 64 bits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/byte_source.h"

namespace omenbench::datasets {

enum class Numbers : std::uint8_t { kUnsigned, kSigned, kFloating };

struct BinaryForm {
  int bits = 64;  ///< 32 or 64
  Numbers numbers = Numbers::kUnsigned;
  bool big_endian = false;
  bool operator==(const BinaryForm&) const = default;
  /// "uint64", "int32", "float64".
  std::string name() const;
};

/// What `name` (without compression suffixes) ends in, after "_" or ".": "uint64", "int32", "double", "f64", ...
std::optional<BinaryForm> binary_form_by_name(std::string_view name);

/// Appends the numbers as keys in their order, signed ones as two's complement. Throws Error stating both sizes when
/// the count does not match the bytes there are, and at what is not finite.
void read_sosd(ByteSource& bytes, const BinaryForm& form, const Place& place, std::vector<std::uint64_t>& keys);

/// Likewise. Throws Error when the bytes are no whole number of them.
void read_raw(ByteSource& bytes, const BinaryForm& form, const Place& place, std::vector<std::uint64_t>& keys);

}  // namespace omenbench::datasets
