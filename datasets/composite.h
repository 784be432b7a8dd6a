// Keys of several columns in one 64-bit word: each part takes as many bits as the range of its values needs, the first
// part the highest ones, so that words order as the tuples do.
#pragma once

#include <cstdint>
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

/// REQUIRES: all columns equally long and named by `names`. A single column stays as it is; of several, each is
/// rebased to its smallest value. Throws Error, beginning with `where`, saying how many bits would be needed when they
/// are more than 64.
PackedKeys pack_columns(std::vector<EncodedColumn> columns, const std::vector<std::string>& names,
                        const std::string& where);

}  // namespace omenbench::datasets
