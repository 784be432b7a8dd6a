// Rejection-inversion and the choosers; see the header for the papers.
#include "workloads/key_chooser.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>

namespace omenbench {

Zipf::Zipf(std::uint64_t n, double theta)
    : n_(static_cast<double>(n)), theta_(theta), complement_(1.0 - theta), first_(0), last_(0), shortcut_(0) {
  assert(n > 0 && theta > 0);
  first_ = integral(1.5) - 1.0;
  last_ = integral(n_ + 0.5);
  shortcut_ = 2.0 - inverse_integral(integral(2.5) - std::exp(-theta_ * std::log(2.0)));
}

/// Integral of t^-theta from 1 to x. expm1 keeps theta near 1 exact, where the closed form cancels.
double Zipf::integral(double x) const {
  const double log_x = std::log(x);
  return complement_ == 0 ? log_x : std::expm1(complement_ * log_x) / complement_;
}

double Zipf::inverse_integral(double u) const {
  return complement_ == 0 ? std::exp(u) : std::exp(std::log1p(std::max(-1.0, u * complement_)) / complement_);
}

std::uint64_t Zipf::draw(Rng& rng) const {
  while (true) {
    const double u = last_ + rng.uniform() * (first_ - last_);
    const double x = inverse_integral(u);
    const double rank = std::clamp(std::floor(x + 0.5), 1.0, n_);
    if (rank - x <= shortcut_ || u >= integral(rank + 0.5) - std::exp(-theta_ * std::log(rank))) {
      return static_cast<std::uint64_t>(rank) - 1;
    }
  }
}

Bijection::Bijection(std::uint64_t n, std::uint64_t seed) : n_(n), mask_(0), shift_(1) {
  assert(n > 0);
  const int bits = static_cast<int>(std::bit_width(n - 1));
  mask_ = bits == 0 ? 0 : ~std::uint64_t{0} >> (64 - bits);
  shift_ = std::max(1, bits / 2);
  Rng rng(seed);
  for (int round = 0; round < kRounds; ++round) {
    multiplier_[round] = rng.next() | 1;  // odd: invertible modulo a power of two
    offset_[round] = rng.next();
  }
}

namespace {

/// What YCSB's ScrambledZipfianGenerator draws from, for any number of keys.
constexpr std::uint64_t kScrambledItems = 10'000'000'000;
constexpr double kScrambledTheta = 0.99;

Zipf zipf_for(const WorkloadPhase& phase, std::uint64_t n) {
  switch (phase.chooser) {
    case KeyChooser::kZipfian:
    case KeyChooser::kZipfianClustered:
    case KeyChooser::kLatest:
      return {n, phase.theta};
    case KeyChooser::kScrambled:
      return {kScrambledItems, kScrambledTheta};
    default:
      return {1, 1.0};
  }
}

/// 64-bit FNV-1a over the eight bytes, lowest first; the magnitude of the result read as a signed number, as YCSB has
/// it.
std::uint64_t fnv_magnitude(std::uint64_t value) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (int byte = 0; byte < 8; ++byte, value >>= 8) hash = (hash ^ (value & 0xff)) * 0x100000001b3ULL;
  return hash >> 63 != 0 ? -hash : hash;
}

}  // namespace

KeyPicker::KeyPicker(const WorkloadPhase& phase, std::uint64_t n, std::uint64_t row_seed, Walk walk,
                     std::span<const std::uint32_t> accesses)
    : chooser_(phase.chooser),
      n_(n),
      accesses_(accesses),
      walk_(walk),
      next_(walk.first % (chooser_ == KeyChooser::kRecorded ? accesses.size() : n)),
      hot_count_(std::clamp<std::uint64_t>(
          static_cast<std::uint64_t>(std::llround(phase.hot_keys * static_cast<double>(n))), 1, n)),
      hot_operations_(hot_count_ == n ? 1.0 : phase.hot_operations),
      zipf_(zipf_for(phase, n)),
      scatter_(n, mix64(row_seed, "scatter ranks")) {}

std::uint64_t KeyPicker::draw(Rng& rng) {
  switch (chooser_) {
    case KeyChooser::kUniform:
      return rng.below(n_);
    case KeyChooser::kZipfian:
      return scatter_(zipf_.draw(rng));
    case KeyChooser::kZipfianClustered:
    case KeyChooser::kLatest:
      return zipf_.draw(rng);
    case KeyChooser::kScrambled:
      return fnv_magnitude(zipf_.draw(rng)) % n_;
    case KeyChooser::kSequential: {
      const std::uint64_t ordinal = next_;
      next_ = next_ + 1 == n_ ? 0 : next_ + 1;
      return ordinal;
    }
    case KeyChooser::kHotspot:
      last_was_hot_ = rng.uniform() < hot_operations_;
      return scatter_(last_was_hot_ ? rng.below(hot_count_) : hot_count_ + rng.below(n_ - hot_count_));
    case KeyChooser::kRecorded: {
      const std::uint64_t ordinal = accesses_[next_];
      next_ = (next_ + walk_.step) % accesses_.size();
      return ordinal;
    }
  }
  __builtin_unreachable();
}

}  // namespace omenbench
