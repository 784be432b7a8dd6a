// How long a trial of an index will take, from those that it ran: what a search within a budget plans with.
#pragma once

#include <cstdint>
#include <optional>

#include "harness/trial_record.h"

namespace omenbench {

/// What a trial is asked for.
struct TrialWork {
  std::uint64_t operations = 0;
  bool throughput_only = false;
};

class TrialTime {
 public:
  /// Passes of a row that writes start from a fresh build each.
  explicit TrialTime(bool mutates) : mutates_(mutates) {}

  void note(const TrialRecord& trial, const TrialWork& work);

  /// Seconds of wall time. Rather too long than too short where passes are asked for that were not seen yet; 1 s where
  /// nothing was seen.
  double expected_s(const TrialWork& work) const;

 private:
  struct Seen {
    double wall_s = 0;
    double per_operation_s = 0;  ///< of all passes together
    std::uint64_t operations = 0;
    double at(std::uint64_t wanted) const;
  };

  bool mutates_;
  double build_s_ = 0;
  std::optional<Seen> throughput_, all_;  ///< the last trial of either kind
};

}  // namespace omenbench
