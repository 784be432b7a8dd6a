// See the header.
#include "results/compare/side_by_side.h"

#include <algorithm>

namespace omenbench {
namespace {

/// What a run calls its row: cold caches and memory pressure are other workloads (exporter.h).
std::string workload_of(const Result& result, const Row& row) {
  std::string name = row.workload;
  if (row.cold) name += ", cold caches";
  if (result.environment.memory_pressure) name += ", memory pressure";
  return name;
}

RowSideBySide& row_for(std::vector<RowSideBySide>& rows, const Result& result, const Row& row, std::size_t runs) {
  const std::string workload = workload_of(result, row);
  const auto same = [&](const RowSideBySide& other) {
    return row.dataset == other.dataset && other.workload == workload && row.keys == other.keys &&
           row.threads == other.threads;
  };
  const auto found = std::ranges::find_if(rows, same);
  if (found != rows.end()) return *found;
  RowSideBySide fresh;
  fresh.dataset = row.dataset;
  fresh.workload = workload;
  fresh.keys = row.keys;
  fresh.threads = row.threads;
  fresh.incomparable.assign(runs, "");
  rows.push_back(std::move(fresh));
  return rows.back();
}

SideBySide& cell_for(RowSideBySide& row, const Measurement& measurement, std::size_t runs) {
  const auto same = [&](const SideBySide& other) {
    return other.index == measurement.index && other.metric == measurement.metric;
  };
  const auto found = std::ranges::find_if(row.cells, same);
  if (found != row.cells.end()) return *found;
  SideBySide fresh{
      .index = measurement.index, .metric = measurement.metric, .unit = measurement.unit, .values = {}, .changes = {}};
  fresh.values.resize(runs);
  fresh.changes.resize(runs);
  row.cells.push_back(std::move(fresh));
  return row.cells.back();
}

void note_missing(RowSideBySide& aligned, const Row& row, std::size_t run, std::size_t runs) {
  for (const Cell& cell : row.cells) {
    auto& texts = aligned.missing[cell.index];
    if (texts.empty()) texts.assign(runs, "not part of the run");
    texts[run] = cell.ok() ? "" : std::string(to_string(cell.status)) + ": " + cell.reason;
  }
}

const Row* row_like(const Result& result, const RowSideBySide& wanted) {
  const auto same = [&](const Row& row) {
    return row.dataset == wanted.dataset && row.keys == wanted.keys && row.threads == wanted.threads &&
           workload_of(result, row) == wanted.workload;
  };
  const auto found = std::ranges::find_if(result.rows, same);
  return found == result.rows.end() ? nullptr : &*found;
}

/// Ratios to the first run, or the reason why there are none.
void compare_row(RowSideBySide& row, std::span<const Result> results) {
  const Row* first = row_like(results[0], row);
  for (std::size_t run = 1; run < results.size(); ++run) {
    if (first == nullptr || row_like(results[run], row) == nullptr) {
      row.incomparable[run] = first == nullptr ? "the first run has no such row" : "this run has no such row";
      continue;
    }
    row.incomparable[run] = why_incomparable(results[0], results[run], *first);
    if (!row.incomparable[run].empty()) continue;
    for (SideBySide& cell : row.cells) {
      const auto& base = cell.values[0];
      const auto& head = cell.values[run];
      if (base && head) cell.changes[run] = compare_measurements(*base, *head);
    }
  }
}

}  // namespace

std::vector<RowSideBySide> side_by_side(std::span<const Result> results) {
  std::vector<RowSideBySide> rows;
  for (std::size_t run = 0; run < results.size(); ++run) {
    for (const Row& row : results[run].rows) {
      RowSideBySide& aligned = row_for(rows, results[run], row, results.size());
      note_missing(aligned, row, run, results.size());
      for (Measurement& measurement : measurements_of(results[run], row)) {
        cell_for(aligned, measurement, results.size()).values[run] = std::move(measurement);
      }
    }
  }
  for (RowSideBySide& row : rows) compare_row(row, results);
  return rows;
}

}  // namespace omenbench
