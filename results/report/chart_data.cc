// The numbers behind the charts. Histograms are read at one grid of quantiles, so that a page of many rows stays small;
// numbers are rounded to four digits, which no pixel resolves.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "results/report/cells.h"

namespace omenbench::report {
namespace {

/// Steps of the grid per decade of 1/(1-q).
constexpr int kStepsPerDecade = 12;
constexpr int kDecades = 4;
/// A percentile below this many timer costs is an upper bound only.
constexpr double kTimerFactor = 10;
constexpr std::array<std::pair<const char*, double>, 6> kMarks = {
    {{"p50", 2}, {"p90", 10}, {"p95", 20}, {"p99", 100}, {"p99.9", 1000}, {"p99.99", 10000}}};
constexpr std::array<const char*, 6> kFamilies = {"learned", "tree", "array", "hash", "engine", "reference"};

double rounded(double value) {
  if (value == 0) return 0;
  const double unit = std::pow(10.0, std::floor(std::log10(std::abs(value))) - 3);
  return unit >= 1 ? std::round(value / unit) * unit : std::round(value * 1e6) / 1e6;
}

/// [median, lo, hi], or [median] without interval, or null.
Json compact(const Json& value) {
  const auto known = estimate(value);
  if (!known) return nullptr;
  if (!known->has_interval) return Json::array({known->median});
  return Json::array({known->median, known->lo, known->hi});
}

std::vector<double> grid() {
  std::vector<double> points;
  for (int step = 0; step <= kDecades * kStepsPerDecade; ++step) {
    points.push_back(std::pow(10.0, static_cast<double>(step) / kStepsPerDecade));
  }
  return points;
}

/// Nearest-rank quantiles of a histogram at the grid, up to and including the first point at or beyond `last`.
Json curve(const Json& histogram, double last) {
  double total = 0;
  for (const Json& bucket : histogram) total += bucket.at(1).get<double>();
  Json out = Json::array();
  if (total == 0) return out;
  std::size_t at = 0;
  double below = histogram[0][1].get<double>();
  for (const double x : grid()) {
    if (x > last * 1.0001) break;
    const double rank = std::max(1.0, std::ceil(total * (1 - 1 / x) - 1e-9));
    while (below < rank && at + 1 < histogram.size()) below += histogram[++at][1].get<double>();
    out.push_back(rounded(histogram[at][0].get<double>()));
  }
  return out;
}

Json latency_data(const Json& latency) {
  Json marks = Json::array();
  double last = 0;
  for (const auto& [name, x] : kMarks) {
    const Json& percentile = member(latency, name);
    Json shown = compact(percentile);
    if (shown.is_null()) continue;
    last = x;
    marks.push_back(
        {{"p", name}, {"x", x}, {"v", std::move(shown)}, {"bound", truth(member(percentile, "unresolved_timer"))}});
  }
  return {{"marks", std::move(marks)}, {"curve", curve(member(latency, "histogram"), last)}};
}

/// Positions (in `points`) that no other point beats in both coordinates.
std::vector<std::size_t> pareto_front(const std::vector<std::pair<double, double>>& points) {
  std::vector<std::size_t> front;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto beats = [&](const std::pair<double, double>& other) {
      return other.first <= points[i].first && other.second <= points[i].second && other != points[i];
    };
    if (std::none_of(points.begin(), points.end(), beats)) front.push_back(i);
  }
  return front;
}

Json cell_data(const Json& cell, double loaded_keys, std::size_t index) {
  const Json& passes = member(cell, "passes");
  Json out = {{"i", index}, {"ns", compact(member(member(passes, "throughput"), "ns_per_op"))}};
  const bool in_process = text(member(cell, "tier")) == "in-process";
  const auto size = number(member(cell, in_process ? "total_bytes" : "disk_bytes"));
  if (size && *size > 0 && loaded_keys > 0) out["size"] = *size / loaded_keys;
  const Json& latency = member(passes, "latency");
  if (latency.is_object()) out["latency"] = latency_data(latency);
  return out;
}

/// Marks in-process contenders on the Pareto front of size and ns/op with "front".
void mark_front(Json& cells, const Json& indexes) {
  std::vector<std::pair<double, double>> points;
  std::vector<std::size_t> owners;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const Json& index = indexes[cells[i]["i"].get<std::size_t>()];
    if (index["tier"] != "in-process" || index["family"] == "reference") continue;
    if (!cells[i].contains("size") || cells[i]["ns"].is_null()) continue;
    points.emplace_back(cells[i]["size"].get<double>(), cells[i]["ns"][0].get<double>());
    owners.push_back(i);
  }
  for (const std::size_t at : pareto_front(points)) cells[owners[at]]["front"] = true;
}

/// Every index of the result once, by family and then by name: an index looks the same in all charts.
Json index_list(const Json& result, std::map<std::string, std::size_t>& positions) {
  std::map<std::pair<std::size_t, std::string>, const Json*> found;
  for (const Json& row : member(result, "rows")) {
    for (const char* part : {"cells", "reference"}) {
      for (const Json& cell : member(row, part)) {
        const auto family = std::find(kFamilies.begin(), kFamilies.end(), text(member(cell, "family")));
        found.emplace(std::pair(static_cast<std::size_t>(family - kFamilies.begin()), text(member(cell, "index"))),
                      &cell);
      }
    }
  }
  Json out = Json::array();
  for (const auto& [key, cell] : found) {
    positions.emplace(key.second, out.size());
    out.push_back(
        {{"name", key.second}, {"family", text(member(*cell, "family"))}, {"tier", text(member(*cell, "tier"))}});
  }
  return out;
}

}  // namespace

Json chart_data(const Json& result) {
  Json out = {{"grid", grid()}, {"rows", Json::array()}};
  const auto cost = number(member(member(member(result, "environment"), "timer"), "cost_ns"));
  out["timer_floor_ns"] = cost ? Json(*cost * kTimerFactor) : Json();
  std::map<std::string, std::size_t> positions;
  out["indexes"] = index_list(result, positions);
  for (const Json& row : member(result, "rows")) {
    Json cells = Json::array();
    for (const char* part : {"cells", "reference"}) {
      for (const Json& cell : member(row, part)) {
        if (text(member(cell, "status")) != "ok") continue;
        cells.push_back(
            cell_data(cell, number(member(row, "loaded_keys")).value_or(0), positions.at(text(member(cell, "index")))));
      }
    }
    mark_front(cells, out["indexes"]);
    out["rows"].push_back({{"cells", std::move(cells)}});
  }
  return out;
}

}  // namespace omenbench::report
