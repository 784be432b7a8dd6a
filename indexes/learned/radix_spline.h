// RadixSpline: an error-bounded spline over the keys' positions and a radix table over the spline's knots, both built
// in one pass (Kipf et al., "RadixSpline: a single-pass learned index", aiDM 2020).
//
// Deviations from the paper: a segment stores its slope with 64 fractional bits instead of dividing at every lookup;
// the radix table may span less than all keys (radix_table.h); the window is halved, then counted with SIMD.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "indexes/learned/greedy_spline.h"
#include "indexes/learned/radix_table.h"
#include "indexes/learned/segmented_locator.h"

namespace omenbench {

/// Locator of StaticIndex. `kEpsilon` bounds the spline's error, the table has at most 2^kBits buckets.
template <unsigned kBits, std::int64_t kEpsilon>
class RadixSplineLocator : public SegmentedLocator<RadixTable, FixedWindow<kEpsilon>> {
 public:
  template <class Columns>
  void train(const Columns& columns) {
    if (columns.size() == 0) return;
    LinearSegments segments = fit_spline(columns.keys(), columns.size(), kEpsilon);
    RadixTable root(segments, kBits);
    this->adopt(columns.keys()[0], std::move(segments), std::move(root));
  }
};

}  // namespace omenbench
