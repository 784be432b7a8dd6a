// See the header.
#include "results/race.h"

#include <algorithm>
#include <cmath>

#include "results/statistics.h"
#include "results/verdicts.h"

namespace omenbench {
namespace {

constexpr double kClearLead = 1.5;  ///< while there is no interval, in every round

bool is_measured(const CellView& cell, Metric metric) {
  return std::ranges::any_of(cell.values(metric), [](double value) { return !std::isnan(value); });
}

/// `early`: in bytes and build as well, whose intervals need no more than kMinBlocks rounds.
bool is_beaten(const CellView& cell, const std::vector<const CellView*>& side, bool early) {
  bool measured = false;
  for (const Metric metric : kMetrics) {
    if (!(early || of_stream(metric)) || !is_measured(cell, metric)) continue;
    measured = true;
    const auto ahead = [&](const CellView* other) { return other != &cell && is_ahead(*other, cell, metric); };
    if (std::ranges::none_of(side, ahead)) return false;
  }
  return measured;
}

}  // namespace

bool is_ahead(const CellView& faster, const CellView& slower, Metric metric) {
  if (faster.plan->operations != slower.plan->operations) return false;
  const std::vector<double> ours = faster.values(metric), theirs = slower.values(metric);
  std::vector<double> ratios;
  for (std::size_t round = 0; round < std::min(ours.size(), theirs.size()); ++round) {
    if (const double ratio = theirs[round] / ours[round]; std::isfinite(ratio)) ratios.push_back(ratio);
  }
  std::ranges::sort(ratios);
  if (const auto ranks = sign_ranks(ratios.size())) return ratios[ranks->lo - 1] >= 1 + smallest_effect(metric);
  const double lead = of_stream(metric) ? kClearLead : 1 + smallest_effect(metric);
  return ratios.size() >= kSelectionRounds && ratios.front() >= lead;
}

std::vector<std::string> beaten_cells(const RowView& row) {
  std::vector<std::string> beaten;
  for (std::vector<const CellView*> side : sides_in_memory(row)) {
    std::erase_if(side, [](const CellView* cell) { return !cell->ok() || cell->plan->left_after != 0; });
    for (const CellView* cell : side) {
      if (is_beaten(*cell, side, row.rounds.size() < kMinBlocks)) beaten.push_back(cell->index->name);
    }
  }
  return beaten;
}

}  // namespace omenbench
