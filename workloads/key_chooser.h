// Which key an operation touches: exact Zipf ranks, a seeded scattering of ranks over the keys, and the choosers made
// of them.
//
// Zipf: rejection-inversion, W. Hoermann and G. Derflinger, "Rejection-inversion to generate variates from monotone
// discrete distributions", ACM TOMACS 6(3), 1996, section 4 (Zipf with q = theta, v = 1). Exact for every n and theta,
// O(1) per draw and without a table, unlike the zeta-based approximation that most key-value benchmarks copy.
// The scrambled chooser follows YCSB (Cooper et al., "Benchmarking cloud serving systems with YCSB", SoCC 2010):
// ranks of 10^10 items whatever the number of keys, hashed by 64-bit FNV-1a, modulo the keys.
// Scattering: cycle-walking, J. Black and P. Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002, section 3.
#pragma once

#include <cstdint>
#include <span>

#include "core/rng.h"
#include "workloads/workload.h"

namespace omenbench {

/// Draws ranks 0..n-1 with probability proportional to (rank + 1)^-theta.
class Zipf {
 public:
  /// REQUIRES: n > 0, theta > 0.
  Zipf(std::uint64_t n, double theta);
  std::uint64_t draw(Rng& rng) const;

 private:
  double integral(double x) const;
  double inverse_integral(double u) const;

  double n_;
  double theta_;
  double complement_;  ///< 1 - theta
  double first_;       ///< integral up to 1.5, less the mass of rank 1: the left end of the inverted range
  double last_;        ///< integral up to n + 0.5: the right end
  double shortcut_;    ///< a candidate this close to x is accepted without evaluating the hat
};

/// A seeded bijection on [0, n), evaluated in O(1) without a table.
class Bijection {
 public:
  /// REQUIRES: n > 0.
  Bijection(std::uint64_t n, std::uint64_t seed);
  std::uint64_t operator()(std::uint64_t x) const {
    do {
      for (int round = 0; round < kRounds; ++round) {
        x = (x * multiplier_[round] + offset_[round]) & mask_;
        x ^= x >> shift_;
      }
    } while (x >= n_);  // a cycle that starts inside [0, n) comes back to it
    return x;
  }

 private:
  static constexpr int kRounds = 4;
  std::uint64_t n_;
  std::uint64_t mask_;
  int shift_;
  std::uint64_t multiplier_[kRounds] = {};
  std::uint64_t offset_[kRounds] = {};
};

/// Where a picker that walks through the keys begins, and how far it steps.
struct Walk {
  std::uint64_t first = 0;
  std::uint64_t step = 1;  ///< recorded accesses: one of several threads takes every step-th
};

/// Draws key ordinals in [0, n) as the phase wants them; `latest` draws ages instead, 0 being the youngest key's.
class KeyPicker {
 public:
  /// `row_seed` fixes which keys are popular; `accesses` are those of the population. REQUIRES: n > 0, and accesses
  /// when they are what the phase chooses by.
  KeyPicker(const WorkloadPhase& phase, std::uint64_t n, std::uint64_t row_seed, Walk walk,
            std::span<const std::uint32_t> accesses = {});
  std::uint64_t draw(Rng& rng);
  /// Hotspot: whether the last draw was one of the hot keys.
  bool last_was_hot() const { return last_was_hot_; }

 private:
  KeyChooser chooser_;
  std::uint64_t n_;
  std::span<const std::uint32_t> accesses_;
  Walk walk_;
  std::uint64_t next_;       ///< sequential: an ordinal; recorded: a position in accesses_
  std::uint64_t hot_count_;  ///< hotspot: ranks below it are hot
  double hot_operations_;
  bool last_was_hot_ = false;
  Zipf zipf_;
  Bijection scatter_;
};

}  // namespace omenbench
