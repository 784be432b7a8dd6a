// Indexes as a gate measures them: both sides run the same operation stream in every round, in workers of their own.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "harness/session/row_rounds.h"
#include "policies/gate_source.h"

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

/// One metric of an index in a row, as nothing was measured yet.
GateCell gate_cell(const RowPlan& plan, const std::string& index, const std::string& metric);
/// The cells of what head lost.
std::vector<GateCell> gone_cells(const GateRow& row, const std::vector<std::string>& metrics);

class IndexGate final : public GateSource {
 public:
  /// All must outlive this object. `timer_cost_ns`: of percentiles below ten times as much only a bound is known.
  IndexGate(Session& session, std::span<const GateRow> rows, std::vector<Metric> metrics, double timer_cost_ns = 0)
      : session_(session), rows_(rows), metrics_(std::move(metrics)), timer_cost_ns_(timer_cost_ns) {
    session.start_clock();
  }

  std::size_t groups() const override { return rows_.size(); }
  std::string_view kind() const override { return "rows"; }
  std::string title(std::size_t group) const override;
  std::unique_ptr<GateGroup> open(std::size_t group) override;
  std::vector<GateCell> gone(std::size_t group) const override;
  std::vector<std::string> notes() const override;
  bool interrupted() const override { return session_.interrupted(); }
  double now_s() const override { return session_.now_s(); }

 private:
  Session& session_;
  std::span<const GateRow> rows_;
  std::vector<Metric> metrics_;
  double timer_cost_ns_;
};

}  // namespace omenbench
