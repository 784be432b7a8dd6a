// The numbers behind the figures, small enough for a page of many rows: names stand once, histograms are read at one
// grid of quantiles, and numbers are rounded to four digits, which no pixel resolves. What a run did not measure is
// absent. An estimate is [median, lo, hi], or [median] without interval; indexes are given by position in `indexes`.
//
//   grid              values of 1/(1-q) at which latency curves are read
//   indexes[]         name, display, family, tier, static
//   datasets[]        name, kind, n, and every number or object the document has beside its texts
//   rows[]            dataset, workload, keys, loaded_keys, threads, rounds, cold, oversubscribed, cells, failed,
//                     verdicts, timer_floor_ns (ten times the cost of the timer, or null), and of merged shards machine
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
#include <set>
#include <utility>
#include <vector>

#include "base/fields_json.h"
#include "base/numbers.h"
#include "results/profile.h"
#include "results/report/cells.h"

namespace omenbench::report {
namespace {

/// Steps of the grid per decade of 1/(1-q).
constexpr int kStepsPerDecade = 12;
constexpr int kDecades = 4;
/// A percentile below this many timer costs is an upper bound only.
constexpr double kTimerFactor = 10;
/// 1/(1-q) of the percentiles in kLatencyNames; the longest has none.
constexpr std::array<double, 6> kMarks = {2, 10, 20, 100, 1000, 10000};

/// Whole numbers as integers, which take less room.
Json with_digits(double value, int digits) {
  if (value == 0) return 0;
  const double unit = std::pow(10.0, std::floor(std::log10(std::abs(value))) + 1 - digits);
  const double near = unit >= 1 ? std::round(value / unit) * unit : std::round(value / unit) / std::round(1 / unit);
  if (near == std::round(near) && std::abs(near) < 1e15) return static_cast<std::int64_t>(near);
  return near;
}

/// Whether every text that the page makes of the two is the same.
bool reads_like(double shown, double value) {
  return three_digits(shown) == three_digits(value) && times(shown) == times(value) &&
         duration(shown) == duration(value) && byte_size(shown) == byte_size(value);
}

/// So many significant digits, and more where they decide how the value is written (script/numbers.js): a number that
/// is rounded twice may come out another.
Json rounded(double value, int digits = 4) {
  constexpr int kExact = 15;
  Json shown = with_digits(value, digits);
  while (digits < kExact && !reads_like(shown.get<double>(), value)) shown = with_digits(value, ++digits);
  return shown;
}

/// [median, lo, hi], or [median] without interval.
Json compact(const BlockEstimate& known) {
  if (!known.has_interval()) return Json::array({rounded(known.median)});
  return Json::array({rounded(known.median), rounded(*known.lo), rounded(*known.hi)});
}
Json compact(const std::optional<BlockEstimate>& value) { return value ? compact(*value) : Json(); }
Json compact(const std::optional<RatePass>& pass) { return pass ? compact(pass->ns_per_op) : Json(); }
Json list_of(const std::vector<double>& values) {
  Json out = Json::array();
  for (const double value : values) out.push_back(rounded(value));
  return out;
}

/// Any part of a result as results.json has it, but: estimates as arrays, percentiles as {v, bound}, numbers rounded,
/// nulls and histograms left out.
Json compact_json(const Json& value) {
  if (value.is_number()) return rounded(value.get<double>());
  if (value.is_array()) {
    Json out = Json::array();
    for (const Json& item : value) out.push_back(compact_json(item));
    return out;
  }
  if (!value.is_object()) return value;
  if (value.contains("median")) {
    Json shown = Json::array({rounded(value["median"].get<double>())});
    if (!value["lo"].is_null()) shown.insert(shown.end(), {compact_json(value["lo"]), compact_json(value["hi"])});
    if (!value.contains("unresolved_timer")) return shown;
    return {{"v", std::move(shown)}, {"bound", value["unresolved_timer"]}};
  }
  Json out = Json::object();
  for (const auto& [name, part] : value.items()) {
    if (!part.is_null() && name != "histogram") out[name] = compact_json(part);
  }
  return out;
}
template <class T>
Json compact_part(const T& value) {
  return compact_json(Json(write_json(value)));
}

/// Sets `name` unless there is nothing to set.
void put(Json& out, const char* name, Json value) {
  if (!value.is_null() && !(value.is_structured() && value.empty())) out[name] = std::move(value);
}

std::vector<double> grid() {
  std::vector<double> points;
  for (int step = 0; step <= kDecades * kStepsPerDecade; ++step) {
    points.push_back(std::pow(10.0, static_cast<double>(step) / kStepsPerDecade));
  }
  return points;
}

/// Nearest-rank quantiles of a histogram at the grid, up to and including the first point at or beyond `last`.
Json curve(const Histogram& histogram, double last) {
  double total = 0;
  for (const auto& [lower, count] : histogram) total += static_cast<double>(count);
  Json out = Json::array();
  if (total == 0) return out;
  std::size_t at = 0;
  auto below = static_cast<double>(histogram[0].second);
  for (const double x : grid()) {
    if (x > last * 1.0001) break;
    const double rank = std::max(1.0, std::ceil(total * (1 - 1 / x) - 1e-9));
    while (below < rank && at + 1 < histogram.size()) below += static_cast<double>(histogram[++at].second);
    out.push_back(rounded(static_cast<double>(histogram[at].first), 3));  // buckets are no finer
  }
  return out;
}

/// Curve and marks of the latency pass or of an open loop.
Json latency_data(const Percentiles& percentiles, const Histogram& histogram) {
  Json marks = Json::array();
  double last = 0;
  for (std::size_t i = 0; i < kMarks.size(); ++i) {
    if (!percentiles[i]) continue;
    last = kMarks[i];
    const BlockEstimate& value = *percentiles[i];
    Json mark = {{"p", kLatencyNames[i]}, {"x", kMarks[i]}, {"v", compact(value)}};
    if (percentiles[i]->unresolved_timer) mark["bound"] = true;
    marks.push_back(std::move(mark));
  }
  return {{"marks", std::move(marks)}, {"curve", curve(histogram, last)}};
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

/// A size that is known.
Json known_size(std::uint64_t bytes) { return bytes == 0 ? Json() : Json(bytes); }

Json passes_data(const Passes& passes) {
  Json out = Json::object();
  put(out, "ns", compact(passes.throughput));
  if (passes.throughput) put(out, "blocks", list_of(passes.throughput->ns_per_op.blocks));
  put(out, "dependent", compact(passes.dependent));
  put(out, "batched", compact(passes.batched));
  if (passes.latency) {
    out["latency"] = latency_data(passes.latency->percentiles, passes.latency->histogram);
    Json blocks = Json::object();
    for (const std::size_t which : {kLatencyP50, kLatencyP99}) {
      const auto& percentile = passes.latency->percentiles[which];
      if (percentile) put(blocks, kLatencyNames[which], list_of(percentile->blocks));
    }
    put(out["latency"], "blocks", std::move(blocks));
  }
  if (passes.open) {
    out["open"] = latency_data(passes.open->percentiles, passes.open->histogram);
    if (passes.open->offered_per_s > 0) out["open"]["offered_per_s"] = rounded(passes.open->offered_per_s);
    put(out["open"], "achieved_per_s", compact(passes.open->achieved_per_s));
    put(out["open"], "lag", compact_part(passes.open->lag));
  }
  if (passes.rate_search) put(out, "rate_search", compact_part(*passes.rate_search));
  return out;
}

/// Bytes per key: in memory, and of engines on disk; 0: not known.
double size_of(const Cell& cell, std::uint64_t loaded_keys) {
  const std::uint64_t size = cell.in_process() ? cell.total_bytes : cell.disk_bytes;
  return loaded_keys == 0 ? 0 : static_cast<double>(size) / static_cast<double>(loaded_keys);
}

Json cell_data(const Cell& cell, std::uint64_t loaded_keys, std::size_t index) {
  Json out = passes_data(cell.passes);
  out["i"] = index;
  put(out, "build", compact(cell.build_ns));
  put(out, "total_bytes", known_size(cell.total_bytes));
  if (cell.index_bytes) out["index_bytes"] = *cell.index_bytes;
  put(out, "disk_bytes", known_size(cell.disk_bytes));
  if (const double size = size_of(cell, loaded_keys); size > 0) out["size"] = rounded(size);
  put(out, "phases", compact_part(cell.phases));
  put(out, "kinds", compact_part(cell.kinds));
  if (cell.timeline) put(out, "timeline", compact_part(*cell.timeline));
  put(out, "counters", compact_part(cell.counters));
  return out;
}

/// Indexes of in-process contenders on the Pareto front of size and ns/op.
std::set<std::string> front_of(const Row& row) {
  std::vector<std::pair<double, double>> points;
  std::vector<std::string> names;
  for (const Cell& cell : row.cells) {
    const double size = size_of(cell, row.loaded_keys);
    if (!cell.in_process() || cell.throughput() == nullptr || size == 0) continue;
    points.emplace_back(rounded(size).get<double>(), rounded(cell.throughput()->median).get<double>());
    names.push_back(cell.index);
  }
  std::set<std::string> front;
  for (const std::size_t at : pareto_front(points)) front.insert(names[at]);
  return front;
}

using Positions = std::map<std::string, std::size_t>;

/// Every index of the result once, by family and then by name: an index looks the same in all charts.
Json index_list(const Result& result, Positions& positions) {
  std::map<std::pair<Family, std::string>, const Cell*> found;
  for (const Row& row : result.rows) {
    row.for_each_cell([&](const Cell& cell) { found.emplace(std::pair(cell.family, cell.index), &cell); });
  }
  Json out = Json::array();
  for (const auto& [key, cell] : found) {
    positions.emplace(cell->index, out.size());
    out.push_back({{"name", cell->index},
                   {"display", cell->display},
                   {"family", to_string(cell->family)},
                   {"tier", to_string(cell->tier)},
                   {"static", cell->is_static}});
  }
  return out;
}

Json verdict_data(const Verdict& verdict, const Positions& positions) {
  Json out = {{"class", to_string(verdict.opponents)},
              {"metric", to_string(verdict.metric)},
              {"verdict", to_string(verdict.word)},
              {"delta", verdict.delta},
              {"rounds", verdict.rounds}};
  if (verdict.headline) out["headline"] = true;
  if (!verdict.reason.empty()) out["reason"] = verdict.reason;
  if (const std::string rivals = verdict_rivals(verdict); !rivals.empty()) out["rivals"] = rivals;
  for (const auto& [side, name] : {std::pair("learned", verdict.learned), std::pair("baseline", verdict.baseline)}) {
    if (const auto found = positions.find(name); found != positions.end()) out[side] = found->second;
  }
  if (verdict.survives) out["survives"] = *verdict.survives;
  if (verdict.compared()) out["ratio"] = {rounded(verdict.ratio), rounded(verdict.lo), rounded(verdict.hi)};
  return out;
}

Json dataset_data(const DatasetFacts& set) {
  Json out = {{"name", set.name},
              {"kind", set.kind},
              {"n", set.n},
              {"rows", set.rows},
              {"duplicates", set.duplicates},
              {"duplicates_dropped", set.duplicates_dropped}};
  if (set.hardness) out["hardness"] = Json(write_json(*set.hardness));
  return out;
}

/// Below it, percentiles are upper bounds; null: not known.
Json timer_floor(const Environment& machine) {
  return machine.timer.cost_ns > 0 ? Json(machine.timer.cost_ns * kTimerFactor) : Json();
}

Json row_data(const Row& row, const Positions& positions) {
  Json out = {{"dataset", row.dataset},         {"workload", row.workload}, {"keys", row.keys},
              {"loaded_keys", row.loaded_keys}, {"threads", row.threads},   {"rounds", row.rounds},
              {"cells", Json::array()},         {"failed", Json::array()},  {"verdicts", Json::array()}};
  if (row.cold) out["cold"] = true;
  if (row.oversubscribed) out["oversubscribed"] = true;
  const std::set<std::string> front = front_of(row);
  row.for_each_cell([&](const Cell& cell) {
    const std::size_t index = positions.at(cell.index);
    if (!cell.ok()) {
      out["failed"].push_back({{"i", index}, {"status", to_string(cell.status)}});
      return;
    }
    out["cells"].push_back(cell_data(cell, row.loaded_keys, index));
    if (!cell.reference() && front.contains(cell.index)) out["cells"].back()["front"] = true;
  });
  for (const Verdict& verdict : row.verdicts) out["verdicts"].push_back(verdict_data(verdict, positions));
  return out;
}

}  // namespace

Json chart_data(const Result& result) {
  Json out = {{"grid", grid()}, {"rows", Json::array()}, {"datasets", Json::array()}};
  Positions positions;
  out["indexes"] = index_list(result, positions);
  for (const DatasetFacts& set : result.datasets) out["datasets"].push_back(dataset_data(set));
  for (const Row& row : result.rows) {
    out["rows"].push_back(row_data(row, positions));
    out["rows"].back()["timer_floor_ns"] = timer_floor(result.environment_of(row));
    if (!result.machines.empty()) out["rows"].back()["machine"] = row.machine + 1;
  }
  return out;
}

}  // namespace omenbench::report
