// Seeded randomness: a mixing function, and xoshiro256++ (Blackman and Vigna, "Scrambled linear pseudorandom number
// generators", 2021, figure 1) seeded by SplitMix64. Every random choice of a run comes from here, so that a seed
// reproduces it on any machine; std:: distributions are avoided because their results differ between libraries.
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

namespace omenbench {

/// Bijective 64-bit finaliser (Stafford's variant 13 of the MurmurHash3 finaliser).
constexpr std::uint64_t mix64(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

inline constexpr std::uint64_t kGoldenGamma = 0x9e3779b97f4a7c15ULL;

/// Mixes two words; for deriving one seed from another ("seed of round 3").
constexpr std::uint64_t mix64(std::uint64_t a, std::uint64_t b) { return mix64(mix64(a + kGoldenGamma) ^ b); }

/// Mixes a word with a text, so that streams named differently never share a seed.
constexpr std::uint64_t mix64(std::uint64_t a, std::string_view text) {
  std::uint64_t h = mix64(a + kGoldenGamma);
  for (const char c : text) h = mix64(h ^ static_cast<unsigned char>(c), 1);
  return h;
}

/// xoshiro256++. Not thread-safe; copy it to fork a stream.
class Rng {
 public:
  explicit constexpr Rng(std::uint64_t seed) {
    for (std::uint64_t& word : state_) word = mix64(seed += kGoldenGamma);
  }

  /// Next 64 uniform bits.
  constexpr std::uint64_t next() {
    const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  /// Uniform in [0, n), exactly (Lemire, "Fast random integer generation in an interval", 2019). REQUIRES: n > 0.
  constexpr std::uint64_t below(std::uint64_t n) {
    auto product = static_cast<unsigned __int128>(next()) * n;
    if (static_cast<std::uint64_t>(product) < n) {
      const std::uint64_t threshold = -n % n;
      while (static_cast<std::uint64_t>(product) < threshold) product = static_cast<unsigned __int128>(next()) * n;
    }
    return static_cast<std::uint64_t>(product >> 64);
  }

  /// Uniform double in [0, 1), 53 bits.
  constexpr double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

 private:
  std::uint64_t state_[4] = {};
};

}  // namespace omenbench
