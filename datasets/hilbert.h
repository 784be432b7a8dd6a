// Position along Hilbert's curve of points in the plane ("Ueber die stetige Abbildung einer Linie auf ein
// Flaechenstueck", 1891), walked four levels at a time by a table that is derived from the curve's four orientations.
#pragma once

#include <array>
#include <cstdint>

#include "core/types.h"

namespace omenbench::datasets {

class HilbertCurve {
 public:
  HilbertCurve() {
    for (unsigned at = 0; at < table_.size(); ++at) {
      unsigned orientation = at >> 8, code = 0;
      for (int bit = 3; bit >= 0; --bit) {
        const unsigned quarter = ((at >> (4 + bit)) & 1) * 2 + ((at >> bit) & 1);
        code = code << 2 | kOrientations[orientation].order[quarter];
        orientation = kOrientations[orientation].next[quarter];
      }
      table_[at] = {static_cast<std::uint8_t>(code), static_cast<std::uint8_t>(orientation)};
    }
  }

  /// In [0, 2^62) for x and y below 2^31: the curve's first quarter at the highest of 32 levels.
  Key code(std::uint32_t x, std::uint32_t y) const {
    unsigned orientation = 0;
    Key code = 0;
    for (int shift = 28; shift >= 0; shift -= 4) {
      const FourLevels& step = table_[orientation << 8 | ((x >> shift) & 15) << 4 | ((y >> shift) & 15)];
      code = code << 8 | step.code;
      orientation = step.next;
    }
    return code;
  }

 private:
  /// How the curve lies in a square: when it visits which quarter (x high bit * 2 + y high bit), and how it lies there.
  struct Orientation {
    std::array<std::uint8_t, 4> order;  ///< by quarter: 0 for the first visited
    std::array<std::uint8_t, 4> next;   ///< by quarter: its orientation
  };
  // From corner (0,0) to (1,0); (0,0) to (0,1); (1,1) to (0,1); (1,1) to (1,0).
  static constexpr std::array<Orientation, 4> kOrientations = {{{{0, 1, 3, 2}, {1, 0, 3, 0}},
                                                                {{0, 3, 1, 2}, {0, 2, 1, 1}},
                                                                {{2, 3, 1, 0}, {2, 1, 2, 3}},
                                                                {{2, 1, 3, 0}, {3, 3, 0, 2}}}};

  /// Indexed by orientation, four bits of x, four bits of y.
  struct FourLevels {
    std::uint8_t code;
    std::uint8_t next;
  };
  std::array<FourLevels, 4 * 256> table_;
};

}  // namespace omenbench::datasets
