// The numbers behind the figures, small enough for a page of many rows: names stand once, histograms are read at one
// grid of quantiles, and numbers are rounded to four digits, which no pixel resolves. What a run did not measure is
// absent. An estimate is [median, lo, hi], or [median] without interval; indexes are given by position in `indexes`.
//
//   grid              values of 1/(1-q) at which latency curves are read
//   timer_floor_ns    ten times the cost of the timer, or null
//   indexes[]         name, display, family, tier, static
//   datasets[]        name, kind, n, and every number or object the document has beside its texts
//   rows[]            dataset, workload, keys, loaded_keys, threads, rounds, cold, oversubscribed, cells, failed,
//   verdicts
//     failed[]        i, status
//     verdicts[]      class, metric, headline, learned, baseline (positions), verdict, ratio (estimate), delta, rounds,
//                     survives (absent unless it wins or loses), reason (when unresolved)
//     cells[]         i, and of the throughput pass ns (estimate) and blocks (one value per round)
//       dependent, batched, build   estimates, ns
//       total_bytes, index_bytes, disk_bytes, size (bytes per key; engines: on disk), front (true: on the Pareto front)
//       latency, open   curve (ns at the grid) and marks: {p, x, v (estimate), bound (true: only an upper bound)};
//                       latency also blocks: {p50, p99}; open also offered_per_s, achieved_per_s, lag
//       phases, kinds, timeline, rate_search, counters   as in results.json, with percentiles {v, bound}
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

/// Four digits; whole numbers as integers, which take less room.
Json rounded(double value) {
  if (value == 0) return 0;
  const double unit = std::pow(10.0, std::floor(std::log10(std::abs(value))) - 3);
  const double near = unit >= 1 ? std::round(value / unit) * unit : std::round(value / unit) / std::round(1 / unit);
  if (near == std::round(near) && std::abs(near) < 1e15) return static_cast<std::int64_t>(near);
  return near;
}

/// [median, lo, hi], or [median] without interval, or null.
Json compact(const Json& value) {
  const auto known = estimate(value);
  if (!known) return nullptr;
  if (!known->has_interval) return Json::array({rounded(known->median)});
  return Json::array({rounded(known->median), rounded(known->lo), rounded(known->hi)});
}

/// Any part of the document: estimates as arrays, percentiles as {v, bound}, numbers rounded, nulls left out.
Json compact_part(const Json& value) {
  if (value.is_number()) return rounded(value.get<double>());
  if (value.is_object() && value.contains("median")) {
    if (!value.contains("unresolved_timer")) return compact(value);
    return {{"v", compact(value)}, {"bound", truth(member(value, "unresolved_timer"))}};
  }
  if (value.is_array()) {
    Json out = Json::array();
    for (const Json& item : value) out.push_back(compact_part(item));
    return out;
  }
  if (!value.is_object()) return value;
  Json out = Json::object();
  for (const auto& [name, part] : value.items()) {
    if (!part.is_null() && name != "histogram") out[name] = compact_part(part);
  }
  return out;
}

/// Sets `name` unless there is nothing to set.
void put(Json& out, const char* name, Json value) {
  if (!value.is_null() && !(value.is_structured() && value.empty())) out[name] = std::move(value);
}

Json blocks_of(const Json& value) { return compact_part(member(value, "blocks")); }

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

/// Curve and marks of the latency pass or of an open loop.
Json latency_data(const Json& latency) {
  Json marks = Json::array();
  double last = 0;
  for (const auto& [name, x] : kMarks) {
    const Json& percentile = member(latency, name);
    Json shown = compact(percentile);
    if (shown.is_null()) continue;
    last = x;
    Json mark = {{"p", name}, {"x", x}, {"v", std::move(shown)}};
    if (truth(member(percentile, "unresolved_timer"))) mark["bound"] = true;
    marks.push_back(std::move(mark));
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

Json passes_data(const Json& passes) {
  Json out = Json::object();
  const Json& throughput = member(member(passes, "throughput"), "ns_per_op");
  put(out, "ns", compact(throughput));
  put(out, "blocks", blocks_of(throughput));
  put(out, "dependent", compact(member(member(passes, "dependent"), "ns_per_op")));
  put(out, "batched", compact(member(member(passes, "batched"), "ns_per_op")));
  if (const Json& latency = member(passes, "latency"); latency.is_object()) {
    out["latency"] = latency_data(latency);
    Json blocks = Json::object();
    for (const char* name : {"p50", "p99"}) put(blocks, name, blocks_of(member(latency, name)));
    put(out["latency"], "blocks", std::move(blocks));
  }
  if (const Json& open = member(passes, "open"); open.is_object()) {
    out["open"] = latency_data(open);
    for (const char* name : {"offered_per_s", "achieved_per_s", "lag"}) {
      put(out["open"], name, compact_part(member(open, name)));
    }
  }
  put(out, "rate_search", compact_part(member(passes, "rate_search")));
  return out;
}

Json cell_data(const Json& cell, double loaded_keys, std::size_t index) {
  Json out = passes_data(member(cell, "passes"));
  out["i"] = index;
  put(out, "build", compact(member(cell, "build_ns")));
  for (const char* name : {"total_bytes", "index_bytes", "disk_bytes"}) put(out, name, member(cell, name));
  const bool in_process = text(member(cell, "tier")) == "in-process";
  const auto size = number(member(cell, in_process ? "total_bytes" : "disk_bytes"));
  if (size && *size > 0 && loaded_keys > 0) out["size"] = rounded(*size / loaded_keys);
  for (const char* name : {"phases", "kinds", "timeline", "counters"}) put(out, name, compact_part(member(cell, name)));
  return out;
}

/// Marks in-process contenders on the Pareto front of size and ns/op with "front".
void mark_front(Json& cells, const Json& indexes) {
  std::vector<std::pair<double, double>> points;
  std::vector<std::size_t> owners;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const Json& index = indexes[cells[i]["i"].get<std::size_t>()];
    if (index["tier"] != "in-process" || index["family"] == "reference") continue;
    if (!cells[i].contains("size") || !cells[i].contains("ns")) continue;
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
    out.push_back({{"name", key.second}});
    for (const char* name : {"display", "family", "tier"}) out.back()[name] = text(member(*cell, name));
    out.back()["static"] = truth(member(*cell, "static"));
  }
  return out;
}

using Positions = std::map<std::string, std::size_t>;

Json verdict_data(const Json& verdict, const Positions& positions) {
  Json out = Json::object();
  for (const char* name : {"class", "metric", "verdict", "reason", "caution", "delta", "rounds"})
    put(out, name, member(verdict, name));
  if (truth(member(verdict, "headline"))) out["headline"] = true;
  for (const char* name : {"learned", "baseline"}) {
    const auto found = positions.find(text(member(verdict, name)));
    if (found != positions.end()) out[name] = found->second;
  }
  put(out, "survives", member(verdict, "survives_correction"));
  if (const auto ratio = number(member(verdict, "ratio"))) {
    out["ratio"] = {rounded(*ratio), rounded(number(member(verdict, "lo")).value_or(*ratio)),
                    rounded(number(member(verdict, "hi")).value_or(*ratio))};
  }
  return out;
}

Json dataset_data(const Json& set) {
  Json out = Json::object();
  for (const auto& [name, value] : set.items()) {
    if (name == "name" || name == "kind" || value.is_number() || value.is_object()) put(out, name.c_str(), value);
  }
  return out;
}

Json row_data(const Json& row, const Json& indexes, const Positions& positions) {
  Json out = {{"cells", Json::array()}, {"failed", Json::array()}, {"verdicts", Json::array()}};
  for (const char* name : {"dataset", "workload", "keys", "loaded_keys", "threads", "rounds"})
    put(out, name, member(row, name));
  for (const char* name : {"cold", "oversubscribed"}) {
    if (truth(member(row, name))) out[name] = true;
  }
  for (const char* part : {"cells", "reference"}) {
    for (const Json& cell : member(row, part)) {
      const std::size_t index = positions.at(text(member(cell, "index")));
      const std::string status = text(member(cell, "status"));
      if (status == "ok") {
        out["cells"].push_back(cell_data(cell, number(member(row, "loaded_keys")).value_or(0), index));
      } else {
        out["failed"].push_back({{"i", index}, {"status", status}});
      }
    }
  }
  mark_front(out["cells"], indexes);
  for (const Json& verdict : member(row, "verdicts")) out["verdicts"].push_back(verdict_data(verdict, positions));
  return out;
}

}  // namespace

Json chart_data(const Json& result) {
  Json out = {{"grid", grid()}, {"rows", Json::array()}, {"datasets", Json::array()}};
  const auto cost = number(member(member(member(result, "environment"), "timer"), "cost_ns"));
  out["timer_floor_ns"] = cost ? Json(*cost * kTimerFactor) : Json();
  Positions positions;
  out["indexes"] = index_list(result, positions);
  for (const Json& set : member(result, "datasets")) out["datasets"].push_back(dataset_data(set));
  for (const Json& row : member(result, "rows")) out["rows"].push_back(row_data(row, out["indexes"], positions));
  return out;
}

}  // namespace omenbench::report
