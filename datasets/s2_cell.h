// Places on the globe as 64-bit cells of the S2 grid, the keys of SOSD's OpenStreetMap set: the sphere's points are
// projected onto the faces of a cube, and each face is walked along Hilbert's curve for 30 levels
// (s2geometry.io/devguide/s2cell_hierarchy).
#pragma once

#include <cstdint>

namespace omenbench::datasets {

/// The cell of level 30 (about a centimetre wide) that holds the place. REQUIRES: degrees, |latitude| <= 90.
std::uint64_t s2_cell(double latitude, double longitude);

}  // namespace omenbench::datasets
