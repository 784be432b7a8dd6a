// The PGM-index with a lookup table in place of its upper levels: one access leads to the few segments that a key can
// lie in, where the recursion takes one window of segments per level. The segments are the PGM-index's (Ferragina and
// Vinciguerra, VLDB 2020, section 2), the table is RadixSpline's (Kipf et al., aiDM 2020, section 2.2) with its
// deviations (radix_table.h). Ours: the combination, and a table with eight buckets for every segment, at most 2^20.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>

#include "indexes/learned/pgm.h"
#include "indexes/learned/radix_table.h"

namespace omenbench {

/// Locator of StaticIndex. `kEpsilon` bounds the error over the keys.
template <std::int64_t kEpsilon>
class TablePgmLocator : public SegmentedLocator<RadixTable, FixedWindow<kEpsilon>> {
 public:
  void train(const SortedColumns& columns) {
    if (columns.size() == 0) return;
    LinearSegments segments = fit_pgm_segments(columns.keys(), columns.size(), kEpsilon);
    RadixTable root(segments, std::min(static_cast<unsigned>(std::bit_width(segments.size())) + 2, 20U));
    this->adopt(columns.keys()[0], std::move(segments), std::move(root));
  }
};

}  // namespace omenbench
