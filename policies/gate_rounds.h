// The rounds of `omenbench gate`: both sides run the same operation stream in every round, in an order that alternates,
// each in a process of its own; what drifts on the machine meets both alike. A screen of few rounds lets most pass, and
// fresh rounds decide about the rest; a round that decides takes the fastest of several trials of each side: what
// disturbs a trial only ever slows it down.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/session/row_rounds.h"
#include "results/gate/gate.h"

namespace omenbench {

/// An index as both sides have it.
struct GatePair {
  const WorkerIndex* base = nullptr;
  const WorkerIndex* head = nullptr;
  std::uint64_t operations = 0;
};

/// A row that is compared, and the indexes that head lost: they fail there, as those that crash there do.
struct GateRow {
  const RowPlan& plan;
  const RowInput& input;
  std::vector<GatePair> pairs{};
  std::vector<std::string> gone{};
};

struct LiveGateOptions {
  GateRules rules;
  std::vector<Metric> metrics{Metric::kThroughput};
  /// Multiplies what head measures: a slow-down planted by --selftest; 1: none.
  double planted = 1;
  /// The one index that the slow-down is planted in; empty: all.
  std::string planted_index{};
  double timer_cost_ns = 0;
};

/// One metric of an index in a row, as nothing was measured yet.
GateCell gate_cell(const RowPlan& plan, const std::string& index, const std::string& metric);
/// The cells of what head lost.
void add_gone(const GateRow& row, const std::vector<std::string>& metrics, std::vector<GateCell>& cells);

/// Every pair of every row. Throws Error when there is none; at an interrupt it returns what is decided so far, with a
/// note.
GateReport measure_gate(Session& session, std::span<const GateRow> rows, const LiveGateOptions& options,
                        const Announce& announce);

/// Whether the gate itself works: the program against itself must stay green; with one index made slower by three times
/// what is tolerated, that index and no other must be red.
struct GateSelftest {
  double slow_down = 1;
  std::string slow_index{};
  GateReport same{};
  std::optional<GateReport> planted{};  ///< none when it was interrupted before
  std::size_t false_red = 0, clean = 0, planted_cells = 0, found = 0;
  std::vector<double> detectable{};

  bool interrupted() const { return same.interrupted || !planted || planted->interrupted; }
  bool works() const { return !interrupted() && false_red == 0 && found == planted_cells; }
};

/// Throws Error as measure_gate does, and when nothing could be judged.
GateSelftest test_gate(Session& session, std::span<const GateRow> rows, LiveGateOptions options,
                       const Announce& announce);

}  // namespace omenbench
