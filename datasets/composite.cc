// See composite.h.
#include "datasets/composite.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cassert>

#include "core/error.h"

namespace omenbench::datasets {

PackedKeys pack_columns(std::vector<EncodedColumn> columns, const std::vector<std::string>& names,
                        const std::string& where) {
  assert(columns.size() == names.size() && !columns.empty());
  if (columns.size() == 1) {
    return {std::move(columns[0].values), std::move(columns[0].type), std::move(columns[0].notes),
            std::move(columns[0].text)};
  }

  std::vector<std::string> described, notes;
  std::vector<std::uint64_t> lowest(columns.size());
  std::vector<int> bits(columns.size());
  int total = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto& values = columns[i].values;
    if (values.empty()) return {{}, "composite", {}, {}};
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    lowest[i] = *low;
    bits[i] = static_cast<int>(std::bit_width(*high - *low));
    total += bits[i];
    for (const std::string& note : columns[i].notes) notes.push_back(fmt::format("{}: {}", names[i], note));
    described.push_back(fmt::format("{} {} bits ({})", names[i], bits[i], columns[i].type));
  }
  if (total > 64) {
    throw Error(
        fmt::format("{}: the composite key needs {} bits, 64 are there: {}", where, total, fmt::join(described, ", ")));
  }
  std::vector<std::uint64_t> keys(columns[0].values.size(), 0);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    // A shift by 64 is no shift: a part that takes all of the word comes after parts of no bits.
    const bool whole = bits[i] == 64;
    for (std::size_t row = 0; row < keys.size(); ++row) {
      keys[row] = (whole ? 0 : keys[row] << bits[i]) | (columns[i].values[row] - lowest[i]);
    }
    std::vector<std::uint64_t>().swap(columns[i].values);
  }
  return {std::move(keys), fmt::format("composite: {}", fmt::join(described, ", ")), std::move(notes), {}};
}

}  // namespace omenbench::datasets
