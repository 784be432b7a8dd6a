// See the header.
#include "policies/hunt_grid.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/operation.h"

namespace omenbench {
namespace {

/// Ends before middles, and the middle of the middles last.
int lateness(const std::vector<double>& values, double value) {
  const auto at = std::ranges::find(values, value) - values.begin();
  const auto last = static_cast<std::ptrdiff_t>(values.size()) - 1;
  if (at == 0 || at == last) return 1;
  return at == last / 2 ? 2 : 3;
}

using Exists = std::function<bool(const HuntPlace&)>;

class GridMaker {
 public:
  GridMaker(const std::vector<HuntAxisValues>& axes, const Exists& exists) : axes_(axes), exists_(exists) {}

  void add_star(const HuntPlace& base) {
    first_ = places_.size();
    for (const HuntAxisValues& axis : axes_) {
      std::vector<double> values = axis.values;
      // The base lies on every line.
      const double own = coordinate(base, axis.axis);
      if (std::ranges::find(values, own) == values.end()) values.insert(std::ranges::lower_bound(values, own), own);
      add_line(base, {.axis = axis.axis, .values = values}, [&](const HuntPlace& place) {
        return place == base ? 0 : lateness(values, coordinate(place, axis.axis));
      });
    }
  }

  void add_product(const HuntPlace& base) {
    first_ = places_.size();
    const auto late = [&](const HuntPlace& place) {
      int sum = 0;
      for (const HuntAxisValues& axis : axes_) sum += lateness(axis.values, coordinate(place, axis.axis));
      return sum;
    };
    for (const HuntAxisValues& axis : axes_) {
      for (const HuntPlace& other : combinations(base, axis.axis)) add_line(other, axis, late);
    }
  }

  HuntGrid finish() {
    std::vector<std::size_t> order(places_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(order, {}, [&](std::size_t place) { return turn_[place]; });
    std::vector<std::size_t> rank(order.size());
    HuntGrid grid;
    for (std::size_t i = 0; i < order.size(); ++i) {
      rank[order[i]] = i;
      grid.places.push_back(places_[order[i]]);
    }
    for (HuntLine& line : lines_) {
      for (std::size_t& point : line.points) point = rank[point];
      grid.lines.push_back(std::move(line));
    }
    return grid;
  }

 private:
  /// Every choice of the other axes' values.
  std::vector<HuntPlace> combinations(const HuntPlace& base, HuntAxis without) const {
    std::vector<HuntPlace> places = {base};
    for (const HuntAxisValues& axis : axes_) {
      if (axis.axis == without) continue;
      std::vector<HuntPlace> more;
      for (const HuntPlace& place : places) {
        for (const double value : axis.values) more.push_back(moved(place, axis.axis, value));
      }
      places = std::move(more);
    }
    return places;
  }

  template <class Late>
  void add_line(const HuntPlace& base, const HuntAxisValues& axis, const Late& late) {
    std::vector<HuntPlace> existing;
    for (const double value : axis.values) existing.push_back(moved(base, axis.axis, value));
    std::erase_if(existing, [&](const HuntPlace& place) { return !exists_(place); });
    if (existing.size() < 2) return;
    HuntLine line{.axis = axis.axis, .points = {}};
    for (const HuntPlace& place : existing) {
      const auto found = std::ranges::find(places_, place);
      line.points.push_back(static_cast<std::size_t>(found - places_.begin()));
      if (found != places_.end()) continue;
      places_.push_back(place);
      turn_.emplace_back(late(place), places_.size() - first_);  // datasets take turns
    }
    lines_.push_back(std::move(line));
  }

  const std::vector<HuntAxisValues>& axes_;
  const Exists& exists_;
  std::vector<HuntPlace> places_;
  std::size_t first_ = 0;                          ///< place of the dataset that is being added
  std::vector<std::pair<int, std::size_t>> turn_;  ///< how late, and which of its dataset
  std::vector<HuntLine> lines_;
};

}  // namespace

HuntGrid make_grid(const std::vector<HuntPlace>& bases, const std::vector<HuntAxisValues>& axes, bool full,
                   const Exists& exists) {
  GridMaker maker(axes, exists);
  for (const HuntPlace& base : bases) {
    if (full) {
      maker.add_product(base);
    } else {
      maker.add_star(base);
    }
  }
  return maker.finish();
}

Workload workload_of(const HuntPlace& place, double loaded_share) {
  WorkloadPhase phase;
  phase.mix[static_cast<int>(place.scan == 0 ? OpKind::kLookup : OpKind::kScan)] = place.read_share;
  phase.mix[static_cast<int>(OpKind::kInsert)] = 1 - place.read_share;
  if (place.skew > 0) {
    phase.chooser = KeyChooser::kZipfian;
    phase.theta = place.skew;
  }
  if (place.scan > 0) {
    phase.scan_length.shortest = phase.scan_length.longest = static_cast<std::uint32_t>(place.scan);
  }
  Workload workload = single_phase(
      fmt::format("reads-{:g}-skew-{:g}-scan-{}", place.read_share, place.skew, place.scan), std::move(phase));
  workload.bulk_load = loaded_share;
  return workload;
}

}  // namespace omenbench
