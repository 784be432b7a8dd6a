// Gaps whose size alternates between runs of keys: what makes keys hard for lines in a measured way. A line that
// predicts positions to within epsilon crosses no border between a run of small gaps and one of large ones if the runs
// are longer than 4 epsilon keys and shorter ones are smoothed out; so the length of the runs sets the number of
// segments, at 32 (local hardness) for short runs, and at 4,096 (global hardness) for long ones.
#pragma once

#include <cstdint>

#include "core/rng.h"

namespace omenbench::datasets {

class GapRuns {
 public:
  /// Runs of 10^6 / `per_million` keys, give or take a tenth; 0: one run. Large gaps are `ratio` times the small ones,
  /// and with equally many of both the mean is 1.
  GapRuns(double per_million, double ratio, Rng& rng)
      : rng_(rng), length_(per_million > 0 ? 1e6 / per_million : 0), small_(2 / (ratio + 1)), large_(ratio * small_) {
    begin_run();
  }

  /// Size of the next gap, relative to the mean.
  double next() {
    if (length_ == 0) return 1;
    if (left_-- == 0) {
      in_large_ = !in_large_;
      begin_run();
      --left_;
    }
    return in_large_ ? large_ : small_;
  }

 private:
  void begin_run() { left_ = static_cast<std::uint64_t>(length_ * (0.9 + 0.2 * rng_.uniform())) + 1; }

  Rng& rng_;
  double length_, small_, large_;
  std::uint64_t left_ = 0;
  bool in_large_ = false;
};

}  // namespace omenbench::datasets
