// The rounds of `omenbench gate`: both sides of a contender run directly after one another, in an order that
// alternates, each in a process of its own; what drifts on the machine meets both alike. A screen of few rounds lets
// most pass, and fresh rounds decide about the rest, with several trials of each side. Where few trials are disturbed
// the fastest tell most, because what disturbs only ever slows down; where most are, a rare one that was not tells
// nothing, and the middle of all their ratios does. The way that varies less over the rounds is taken.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/session/session.h"
#include "policies/gate_source.h"

namespace omenbench {

struct LiveGateOptions {
  GateRules rules;
  /// No trials begin that would not end in it. What is short of the rounds that everything gets is GateWord::kCutOff.
  double budget_s = 900;
  /// Multiplies what head measures: a slow-down planted by --selftest; 1: none.
  double planted = 1;
  /// The one contender that the slow-down is planted in; empty: all.
  std::string planted_index{};
};

/// Everything of the source. Throws Error when that is nothing; at an interrupt it returns what is decided so far, with
/// a note.
GateReport measure_gate(GateSource& source, const LiveGateOptions& options, const Announce& announce);

/// Whether the gate itself works: the program against itself must stay green; with one index or benchmark made slower
/// by three times what is tolerated, that one and no other must be red.
struct GateSelftest {
  double slow_down = 1;
  std::string slow_index{};
  GateReport same{};
  std::optional<GateReport> planted{};  ///< none when it was interrupted before
  std::size_t false_red = 0, clean = 0, planted_cells = 0, found = 0;
  std::vector<double> detectable{};

  bool interrupted() const { return same.interrupted || !planted || planted->interrupted; }
  bool works() const { return !interrupted() && false_red == 0 && found == planted_cells && !same.inconclusive(); }
};

/// Throws Error as measure_gate does, and when nothing could be judged.
GateSelftest test_gate(GateSource& source, LiveGateOptions options, const Announce& announce);

}  // namespace omenbench
