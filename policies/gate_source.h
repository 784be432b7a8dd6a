// What a gate measures, seen from its rounds: groups of contenders, each of which both sides have, and one trial of one
// side at a time. Indexes in omenbench's own workers are one such source (gate_indexes.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/gate/gate.h"

namespace omenbench {

/// One value of a trial.
struct GateValue {
  double value = 0;    ///< not above 0: the trial has none
  bool bound = false;  ///< too close to what the clock costs: at most so much
};

/// One side of one contender, measured once.
struct GateTrial {
  std::string failure{};            ///< why it has no values; empty: it worked
  bool skipped = false;             ///< the failure is that it does not apply here; on both sides that is none
  std::vector<GateValue> values{};  ///< one for each of the contender's cells
};

/// Contenders that are measured in the same rounds.
class GateGroup {
 public:
  virtual ~GateGroup() = default;

  /// Of each contender its cells, one for each metric, as nothing was measured yet.
  virtual const std::vector<std::vector<GateCell>>& contenders() const = 0;
  /// Of the orders in which they run.
  virtual std::uint64_t seed() const = 0;
  /// What follows belongs to this round.
  virtual void begin(std::uint64_t round) = 0;
  /// Nothing when the user interrupted.
  virtual std::optional<GateTrial> trial(std::size_t contender, bool is_head) = 0;
};

class GateSource {
 public:
  virtual ~GateSource() = default;

  virtual std::size_t groups() const = 0;
  /// What the groups are called: "rows".
  virtual std::string_view kind() const = 0;
  /// One group, for people: "uniform 1000 keys ycsb-a".
  virtual std::string title(std::size_t group) const = 0;
  /// One at a time: it may hold much memory.
  virtual std::unique_ptr<GateGroup> open(std::size_t group) = 0;
  /// The cells of what head lost.
  virtual std::vector<GateCell> gone(std::size_t group) const = 0;
  /// What a reader must know about all of it, once it is measured.
  virtual std::vector<std::string> notes() const = 0;

  virtual bool interrupted() const = 0;
  virtual double now_s() const = 0;
};

}  // namespace omenbench
