// Names that generators of texts make of syllables: the same rank is the same name, and low ranks come more often, so
// that beginnings are shared as unevenly as in life.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/rng.h"
#include "datasets/generator.h"

namespace omenbench::datasets {

/// The name of that rank; other purposes have other names.
inline void append_name(std::string& text, std::uint64_t rank, std::string_view purpose) {
  constexpr std::array<std::string_view, 32> kSyllables = {
      "an",  "bel", "ca",  "dor", "el", "fin", "ga",  "hu", "is", "jo", "ka",  "lin", "mar", "ne",  "or",   "pe",
      "qui", "ra",  "sam", "ti",  "ul", "va",  "wil", "xe", "yo", "za", "ber", "ton", "ley", "son", "ster", "field"};
  const std::uint64_t bits = mix64(rank, purpose);
  const std::uint64_t syllables = 2 + bits % 3;
  for (std::uint64_t i = 0; i < syllables; ++i) text += kSyllables[(bits >> (8 * i + 8)) % kSyllables.size()];
  if (rank > 1000) text += std::to_string(rank);  // or the syllables would run out
}

/// A domain with its ending.
inline void append_domain(std::string& text, std::uint64_t rank) {
  constexpr std::array<std::string_view, 6> kEndings = {"com", "org", "net", "de", "io", "co.uk"};
  append_name(text, rank, "domain");
  text += '.';
  text += kEndings[mix64(rank, "ending") % kEndings.size()];
}

/// A rank below n, the lower ones more often: as Zipf with exponent 1, in steps of powers of two, of which each is as
/// likely as any other.
inline std::uint64_t popular_rank(std::uint64_t n, Rng& rng) {
  const std::uint64_t first = std::uint64_t{1} << rng.below(static_cast<std::uint64_t>(std::bit_width(n)));
  return std::min(n - 1, first - 1 + rng.below(first));
}

inline Parameter domains_parameter() { return whole_parameter("domains", 20'000, 1, 1'000'000, "different domains"); }

}  // namespace omenbench::datasets
