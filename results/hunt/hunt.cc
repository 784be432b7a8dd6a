// See the header: places, verdicts and frontiers. The sentences are in hunt_text.cc.
#include "results/hunt/hunt.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "results/statistics.h"

namespace omenbench {
namespace {

/// Lookups stand left of scans of one entry.
constexpr double kBelowOneEntry = 0.3;

/// Three significant digits are what a size is told with.
double round_to_digits(double value, int digits) {
  const double scale = std::pow(10.0, std::floor(std::log10(value)) - digits + 1);
  return std::round(value / scale) * scale;
}

struct Judged {
  Judgement even, target;
};

Judged judged(const HuntPoint& point, double target) {
  const std::vector<double> rounds = point.log_ratios();
  return {judge(rounds, point.impression, even_threshold()), judge(rounds, point.impression, target_threshold(target))};
}

VerdictWord word_of(const Judgement& known) {
  if (known.side == Side::kBelow) return VerdictWord::kWins;
  if (known.side == Side::kAbove) return VerdictWord::kLoses;
  return known.inside_band ? VerdictWord::kTie : VerdictWord::kInconclusive;
}

}  // namespace

std::string_view to_string(HuntAxis axis) {
  switch (axis) {
    case HuntAxis::kReadShare:
      return "read-share";
    case HuntAxis::kSkew:
      return "skew";
    case HuntAxis::kScan:
      return "scan";
    case HuntAxis::kSize:
      return "size";
  }
  __builtin_unreachable();
}

double coordinate(const HuntPlace& place, HuntAxis axis) {
  switch (axis) {
    case HuntAxis::kReadShare:
      return place.read_share;
    case HuntAxis::kSkew:
      return place.skew;
    case HuntAxis::kScan:
      return static_cast<double>(place.scan);
    case HuntAxis::kSize:
      return static_cast<double>(place.keys);
  }
  __builtin_unreachable();
}

HuntPlace moved(HuntPlace place, HuntAxis axis, double value) {
  switch (axis) {
    case HuntAxis::kReadShare:
      place.read_share = std::round(value * 1000) / 1000;
      break;
    case HuntAxis::kSkew:
      place.skew = std::round(value * 1000) / 1000;
      break;
    case HuntAxis::kScan:
      place.scan = static_cast<std::uint64_t>(std::llround(value));
      break;
    case HuntAxis::kSize:
      place.keys = static_cast<std::uint64_t>(std::llround(value));
      break;
  }
  return place;
}

double position_on(HuntAxis axis, double value) {
  if (axis == HuntAxis::kReadShare || axis == HuntAxis::kSkew) return value;
  return std::log(std::max(value, kBelowOneEntry));
}

double value_at(HuntAxis axis, double position) {
  return axis == HuntAxis::kReadShare || axis == HuntAxis::kSkew ? position : std::exp(position);
}

double resolution_of(HuntAxis axis) {
  switch (axis) {
    case HuntAxis::kReadShare:
      return 0.04;
    case HuntAxis::kSkew:
      return 0.08;
    case HuntAxis::kScan:
    case HuntAxis::kSize:
      return std::log(1.3);
  }
  __builtin_unreachable();
}

std::vector<double> HuntPoint::log_ratios() const {
  std::vector<double> logs;
  for (std::size_t i = 0; i < learned_ns.size(); ++i) logs.push_back(std::log(learned_ns[i] / baseline_ns[i]));
  return logs;
}

Threshold even_threshold() { return {.log_ratio = 0, .band = std::log1p(smallest_effect(Metric::kThroughput))}; }

Threshold target_threshold(double target) { return {.log_ratio = -std::log(target), .band = 0}; }

std::vector<std::size_t> compared_points(const HuntReport& report, const HuntLine& line) {
  std::vector<std::size_t> compared;
  std::ranges::copy_if(line.points, std::back_inserter(compared),
                       [&](std::size_t point) { return report.points[point].compared(); });
  return compared;
}

HuntPlace middle_of(const HuntReport& report, const HuntLine& line, std::size_t first, std::size_t second) {
  const HuntPlace& place = report.points[first].place;
  const double from = position_on(line.axis, coordinate(place, line.axis));
  const double to = position_on(line.axis, coordinate(report.points[second].place, line.axis));
  const double value = value_at(line.axis, (from + to) / 2);
  return moved(place, line.axis, line.axis == HuntAxis::kSize ? round_to_digits(value, 3) : value);
}

std::vector<FrontierPoint> frontier_points(const HuntReport& report, const HuntLine& line, const Threshold& threshold) {
  std::vector<FrontierPoint> points;
  const std::vector<std::size_t> compared = compared_points(report, line);
  // What was tried once is not tried again, also where it came to nothing.
  const auto closed = [&](std::size_t i) {
    if (i + 1 >= compared.size()) return true;
    const HuntPlace middle = middle_of(report, line, compared[i], compared[i + 1]);
    return std::ranges::any_of(line.points, [&](std::size_t point) { return report.points[point].place == middle; });
  };
  for (std::size_t i = 0; i < compared.size(); ++i) {
    const HuntPoint& point = report.points[compared[i]];
    const std::vector<double> rounds = point.log_ratios();
    const Judgement known = judge(rounds, point.impression, threshold);
    points.push_back({.position = position_on(line.axis, coordinate(point.place, line.axis)),
                      .log_ratio = known.log_ratio,
                      .side = known.side,
                      .exhausted = !point.failure.empty() || !next_look(rounds, point.impression, threshold),
                      .looks = looks_completed(rounds.size()),
                      .closed = closed(i),
                      .group = 2 * static_cast<int>(point.static_allowed) + static_cast<int>(point.place.scan == 0)});
  }
  return points;
}

std::vector<HuntVerdict> hunt_verdicts(const HuntReport& report) {
  std::vector<HuntVerdict> verdicts(report.points.size());
  std::vector<Judged> known;
  std::vector<double> even, target;  // two hypotheses per point: below, above
  for (const HuntPoint& point : report.points) {
    known.push_back(judged(point, report.target));
    even.insert(even.end(), {known.back().even.p_below, known.back().even.p_above});
    target.insert(target.end(), {known.back().target.p_below, known.back().target.p_above});
  }
  const std::vector<bool> even_holds = benjamini_hochberg(even);
  const std::vector<bool> target_holds = benjamini_hochberg(target);
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    HuntVerdict& verdict = verdicts[i];
    const auto& [of_even, of_target] = known[i];
    verdict.log_ratio = of_even.log_ratio;
    if (!report.points[i].compared() || !std::isfinite(of_even.lo)) continue;
    verdict.word = word_of(of_even);
    verdict.ratio = Ratio{std::exp(of_even.log_ratio), std::exp(of_even.lo), std::exp(of_even.hi), 1 - kAlpha};
    if (of_even.side != Side::kUndecided) verdict.survives = even_holds[2 * i + (of_even.side == Side::kAbove)];
    const bool holds = of_target.side != Side::kUndecided && target_holds[2 * i + (of_target.side == Side::kAbove)];
    if (holds) verdict.target = of_target.side;
  }
  return verdicts;
}

}  // namespace omenbench
