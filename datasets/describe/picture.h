// Keys as a picture: their distribution (rank over key) and the gaps between them (along the ranks, logarithmic), for a
// terminal and as an SVG file.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/types.h"

namespace omenbench::datasets {

/// The keys reduced to so many columns.
struct Curves {
  std::vector<Key> quantiles;       ///< columns + 1 keys at equal steps of rank, the first and the last included
  std::vector<double> mean_gap;     ///< per column
  std::vector<double> largest_gap;  ///< per column
  bool clipped = false;             ///< quantiles leave 0.05 % of the keys out at both ends
};

/// REQUIRES: keys strictly ascending, at least one; columns > 0. `clip`: leave 0.05 % of the keys at both ends out of
/// the distribution.
Curves make_curves(std::span<const Key> keys, std::size_t columns, bool clip);

/// Two plots of plain ASCII, one below the other, `columns + 2` wide.
std::string terminal_picture(const Curves& curves);

/// A document of its own. `title` is any text.
std::string svg_picture(const Curves& curves, const std::string& title);

}  // namespace omenbench::datasets
