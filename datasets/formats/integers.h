// Binary integers: SOSD files (Kipf et al., "SOSD: a benchmark for learned indexes", 2019: a little-endian 64-bit
// count, then that many keys; 32 or 64 bits wide as the file's name ends in _uint32 or _uint64) and raw arrays without
// any head, as access traces come.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "datasets/byte_source.h"

namespace omenbench::datasets {

/// 64 or 32 by the suffix of `name` (without compression suffixes), 0 when it has neither.
int sosd_width_by_name(std::string_view name);

/// Appends the keys. Throws Error stating both sizes when the count does not match the bytes there are.
void read_sosd(ByteSource& bytes, int width_bits, const Place& place, std::vector<std::uint64_t>& keys);

/// Appends the integers. Throws Error when the bytes are no whole number of them.
void read_raw(ByteSource& bytes, int width_bits, bool big_endian, const Place& place, std::vector<std::uint64_t>& keys);

}  // namespace omenbench::datasets
