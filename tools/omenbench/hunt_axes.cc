// See the header.
#include "tools/omenbench/hunt_axes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
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
  const std::string where = fmt::format("{}: {}", option, to_string(axis));
  double value = 0;
  if (axis == HuntAxis::kReadShare) value = parse_share(text, where);
  if (axis == HuntAxis::kSkew) value = parse_real(text, where, 0, kMostSkew, "a zipf theta");
  if (axis == HuntAxis::kScan) value = static_cast<double>(parse_whole(text, where, 0, kMaxScan));
  return coordinate(moved({}, axis, value), axis);
}

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

}  // namespace omenbench
