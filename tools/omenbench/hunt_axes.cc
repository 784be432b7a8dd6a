// See the header.
#include "tools/omenbench/hunt_axes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.h"
#include "core/operation.h"
#include "core/suggest.h"
#include "tools/omenbench/plan.h"

namespace omenbench {
namespace {

constexpr double kMostSkew = 10;

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(separator, at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

std::vector<double> usual_values(HuntAxis axis) {
  switch (axis) {
    case HuntAxis::kReadShare:
      return {0, 0.2, 0.5, 0.8, 0.95, 1};
    case HuntAxis::kSkew:
      return {0, 0.5, 0.99, 1.4};
    case HuntAxis::kScan:
      return {0, 1, 10, 100, 1000};
    case HuntAxis::kSize:
      return {100'000, 1'000'000, 4'000'000};
  }
  __builtin_unreachable();
}

HuntAxis parse_axis(const std::string& name, const std::string& option) {
  const auto* const found = std::ranges::find(kHuntAxes, name, [](HuntAxis axis) { return to_string(axis); });
  if (found != std::end(kHuntAxes)) return *found;
  std::vector<std::string> known;
  for (const HuntAxis axis : kHuntAxes) known.emplace_back(to_string(axis));
  throw Error(fmt::format("{}: unknown axis '{}'{}; there are {}", option, name, did_you_mean(name, known),
                          fmt::join(known, ", ")));
}

double parse_value(HuntAxis axis, const std::string& text, const std::string& option) {
  if (axis == HuntAxis::kSize) return static_cast<double>(parse_count(text, option + ": size"));
  double value = -1;
  std::size_t end = 0;
  try {
    value = std::stod(text, &end);
  } catch (const std::exception&) {
  }
  if (text.substr(end) == "%" && axis == HuntAxis::kReadShare) {
    value /= 100;
  } else if (end != text.size()) {
    value = -1;
  }
  const auto check = [&](double most, const char* expected) {
    if (value >= 0 && value <= most) return;
    throw Error(fmt::format("{}: {}: expected {}, got '{}'", option, to_string(axis), expected, text));
  };
  if (axis == HuntAxis::kReadShare) check(1, "a share from 0 to 1");
  if (axis == HuntAxis::kSkew) check(kMostSkew, "a zipf theta from 0 (uniform) to 10");
  if (axis == HuntAxis::kScan) {
    if (value != std::floor(value)) value = -1;
    check(kMaxScan, "entries per scan, 0 (lookups) to 10000");
  }
  return coordinate(moved({}, axis, value), axis);
}

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

std::vector<HuntAxisValues> parse_axes(const std::string& text) {
  std::vector<HuntAxisValues> axes;
  for (const std::string& part : split(text, ',')) {
    const std::size_t equals = part.find('=');
    HuntAxisValues axis{.axis = parse_axis(part.substr(0, equals), "--axes"), .values = {}};
    if (equals == std::string::npos) {
      axis.values = usual_values(axis.axis);
      axis.usual = true;
    } else {
      for (const std::string& value : split(part.substr(equals + 1), '/')) {
        axis.values.push_back(parse_value(axis.axis, value, "--axes"));
      }
    }
    std::ranges::sort(axis.values);
    axis.values.erase(std::ranges::unique(axis.values).begin(), axis.values.end());
    if (axis.values.size() < 2) {
      throw Error(
          fmt::format("--axes: {}: at least two values are needed to search between them", to_string(axis.axis)));
    }
    if (std::ranges::find(axes, axis.axis, &HuntAxisValues::axis) != axes.end()) {
      throw Error(fmt::format("--axes: {} is named twice", to_string(axis.axis)));
    }
    axes.push_back(std::move(axis));
  }
  return axes;
}

HuntPlace parse_place(const std::string& text, HuntPlace place, const std::vector<HuntAxisValues>& searched) {
  for (const std::string& part : split(text, ',')) {
    const std::size_t equals = part.find('=');
    if (equals == std::string::npos) throw Error(fmt::format("--at: expected AXIS=VALUE, got '{}'", part));
    const HuntAxis axis = parse_axis(part.substr(0, equals), "--at");
    if (axis == HuntAxis::kSize) throw Error("--at: the number of keys is said with -n");
    if (std::ranges::find(searched, axis, &HuntAxisValues::axis) != searched.end()) {
      throw Error(
          fmt::format("--at: {0} is searched, so it does not stand anywhere; its values are said with --axes {0}=A/B",
                      to_string(axis)));
    }
    place = moved(place, axis, parse_value(axis, part.substr(equals + 1), "--at"));
  }
  return place;
}

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
