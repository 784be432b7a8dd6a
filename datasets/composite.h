// Keys of several columns. Where that suffices they lie in one 64-bit word: each part takes as many bits as the range
// of its values needs, the first part the highest ones, so that words order as the tuples do. Else they become byte
// strings: of numbers as many whole bytes as their range needs, the highest first; of texts and bytes these themselves,
// with an end behind those that differ in length and are not the last part: two bytes, 0 and 1, for which a zero byte
// within is followed by 0xff. So byte strings order as the tuples do, and no two tuples become one.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "datasets/key_column.h"

namespace omenbench::datasets {

struct PackedKeys {
  std::vector<std::uint64_t> keys;
  std::string type;                   ///< "composite: station 4 bits (rank among 12 texts), ..."
  std::vector<std::string> notes;     ///< of the columns, which are named where there are several
  std::optional<std::string> text{};  ///< byte strings: what `keys` are places in
};

struct PackOptions {
  std::string where;          ///< begins messages
  bool byte_strings = false;  ///< what does not fit 64 bits becomes such
  /// Where the row of that number came from, "file 'x.csv', line 7"; "" where that is not known.
  std::function<std::string(std::size_t row)> place_of_row{};
};

/// REQUIRES: all columns equally long and named by `names`. A single column stays as it is; of several, each is
/// rebased to its smallest value. Throws Error saying how many bits would be needed when they are more than 64 and keys
/// are to be no byte strings, or which row makes one that is too long.
PackedKeys pack_columns(std::vector<EncodedColumn> columns, const std::vector<std::string>& names,
                        const PackOptions& options);

}  // namespace omenbench::datasets
