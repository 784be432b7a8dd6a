// The models of PagedArray: those of the indexes in memory, over the positions of keys in the file.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/types.h"
#include "indexes/learned/greedy_spline.h"
#include "indexes/learned/linear_segments.h"
#include "indexes/learned/pgm.h"
#include "indexes/learned/radix_table.h"

namespace omenbench::disk {

/// The PGM-index (indexes/learned/pgm.h), all levels in memory.
template <std::int64_t kEpsilon>
struct PgmModel : RecursiveRoot<7> {
  using RecursiveRoot<7>::RecursiveRoot;
  static LinearSegments fit(const Key* keys, std::size_t size) { return fit_pgm_segments(keys, size, kEpsilon); }
};

/// RadixSpline (indexes/learned/radix_spline.h).
template <unsigned kBits, std::int64_t kEpsilon>
struct RadixSplineModel : RadixTable {
  RadixSplineModel() = default;
  explicit RadixSplineModel(const LinearSegments& segments) : RadixTable(segments, kBits) {}
  static LinearSegments fit(const Key* keys, std::size_t size) { return fit_spline(keys, size, kEpsilon); }
};

}  // namespace omenbench::disk
