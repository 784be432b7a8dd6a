// See s2_cell.h.
#include "datasets/s2_cell.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace omenbench::datasets {
namespace {

constexpr int kLevels = 30;

/// A face of the cube and the place on it, both coordinates in [-1, 1].
struct OnFace {
  std::uint64_t face;
  double u, v;
};

OnFace project(double x, double y, double z) {
  const double ax = std::abs(x), ay = std::abs(y), az = std::abs(z);
  if (ax >= ay && ax >= az) return x > 0 ? OnFace{0, y / x, z / x} : OnFace{3, z / x, y / x};
  if (ay >= az) return y > 0 ? OnFace{1, -x / y, z / y} : OnFace{4, z / y, -x / y};
  return z > 0 ? OnFace{2, -x / z, -y / z} : OnFace{5, -y / z, -x / z};
}

/// The quadratic transform that makes cells of like area, then one of 2^30 columns or rows.
std::uint64_t column(double u) {
  const double s = u >= 0 ? 0.5 * std::sqrt(1 + 3 * u) : 1 - 0.5 * std::sqrt(1 - 3 * u);
  constexpr double kColumns = 1 << kLevels;
  return static_cast<std::uint64_t>(std::clamp(std::floor(s * kColumns), 0.0, kColumns - 1));
}

/// By orientation (bit 0: axes swapped, bit 1: reversed) and quarter (column bit * 2 + row bit): when it is visited.
constexpr std::array<std::array<std::uint8_t, 4>, 4> kVisited = {
    {{0, 1, 3, 2}, {0, 3, 1, 2}, {2, 3, 1, 0}, {2, 1, 3, 0}}};
/// By visit: how the orientation changes inside.
constexpr std::array<std::uint8_t, 4> kTurn = {1, 0, 0, 3};

}  // namespace

std::uint64_t s2_cell(double latitude, double longitude) {
  const double phi = latitude * (std::numbers::pi / 180), theta = longitude * (std::numbers::pi / 180);
  const OnFace place = project(std::cos(phi) * std::cos(theta), std::cos(phi) * std::sin(theta), std::sin(phi));
  const std::uint64_t i = column(place.u), j = column(place.v);
  std::uint64_t position = 0, orientation = place.face & 1;
  for (int bit = kLevels - 1; bit >= 0; --bit) {
    const std::uint64_t visit = kVisited[orientation][((i >> bit) & 1) << 1 | ((j >> bit) & 1)];
    position = position << 2 | visit;
    orientation ^= kTurn[visit];
  }
  return place.face << 61 | position << 1 | 1;
}

}  // namespace omenbench::datasets
