// See the header.
#include "results/modes_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <string>

#include "results/json_numbers.h"
#include "results/statistics.h"

namespace omenbench {
namespace {

using Json = nlohmann::ordered_json;

/// One value of every trial.
template <class Value>
std::vector<double> collect(const CellView& cell, Value value) {
  std::vector<double> values;
  for (const TrialRecord* trial : cell.trials) values.push_back(value(*trial));
  return values;
}

/// The parts of that name in all trials.
std::vector<const PartRecord*> parts_named(const CellView& cell, std::vector<PartRecord> TrialRecord::*list,
                                           const std::string& name) {
  std::vector<const PartRecord*> parts;
  for (const TrialRecord* trial : cell.trials) {
    const auto found = std::ranges::find(trial->*list, name, &PartRecord::name);
    if (found != (trial->*list).end()) parts.push_back(&*found);
  }
  return parts;
}

std::vector<double> field_of(const std::vector<const PartRecord*>& parts, double PartRecord::*field) {
  std::vector<double> values;
  for (const PartRecord* part : parts) values.push_back(part->*field);
  return values;
}

Json part_json(const std::vector<const PartRecord*>& parts, double timer_cost_ns) {
  std::uint64_t operations = std::numeric_limits<std::uint64_t>::max();
  for (const PartRecord* part : parts) operations = std::min(operations, part->operations);
  return {{"operations", operations},
          {"p50", percentile_json(field_of(parts, &PartRecord::p50), timer_cost_ns)},
          {"p99", percentile_json(field_of(parts, &PartRecord::p99), timer_cost_ns)}};
}

Json phases_json(const CellView& cell, double timer_cost_ns) {
  Json phases = Json::array();
  for (const PartRecord& first : cell.trials.front()->phases) {
    const auto parts = parts_named(cell, &TrialRecord::phases, first.name);
    Json phase = {{"name", first.name}};
    phase.update(part_json(parts, timer_cost_ns));
    phase["ns_per_op"] = estimate_json(field_of(parts, &PartRecord::ns_per_op));
    if (first.offered_per_s > 0) {
      phase["offered_per_s"] = number(first.offered_per_s);
      phase["open_p50"] = percentile_json(field_of(parts, &PartRecord::open_p50), timer_cost_ns);
      phase["open_p99"] = percentile_json(field_of(parts, &PartRecord::open_p99), timer_cost_ns);
    }
    phases.push_back(std::move(phase));
  }
  return phases;
}

/// A kind that some trials drew too rarely to meet at all is reported of the others.
Json kinds_json(const CellView& cell, double timer_cost_ns) {
  Json kinds = Json::object();
  for (const TrialRecord* trial : cell.trials) {
    for (const PartRecord& kind : trial->kinds) {
      if (kinds.contains(kind.name)) continue;
      kinds[kind.name] = part_json(parts_named(cell, &TrialRecord::kinds, kind.name), timer_cost_ns);
    }
  }
  return kinds;
}

Json open_json(const CellView& cell, double timer_cost_ns) {
  std::uint64_t samples = std::numeric_limits<std::uint64_t>::max();
  std::map<std::uint64_t, std::uint64_t> histogram;
  for (const TrialRecord* trial : cell.trials) {
    if (!trial->open) return nullptr;
    samples = std::min(samples, trial->open->latency.samples);
    for (const auto& [lower, count] : trial->open->latency.histogram) histogram[lower] += count;
  }
  const auto values = [&](auto value) { return collect(cell, [&](const TrialRecord& t) { return value(*t.open); }); };
  Json json = {{"samples", samples},
               {"offered_per_s", number(cell.trials.front()->open->offered_per_s)},
               {"achieved_per_s", estimate_json(values([](const OpenRecord& o) { return o.achieved_per_s; }))}};
  for (std::size_t i = 0; i < kPercentiles.size(); ++i) {
    json[kPercentiles[i].first] =
        percentile_json(values([i](const OpenRecord& o) { return o.latency.percentiles[i]; }), timer_cost_ns);
  }
  json["max"] = percentile_json(values([](const OpenRecord& o) { return o.latency.max; }), timer_cost_ns);
  json["lag"] = {{"p50", estimate_json(values([](const OpenRecord& o) { return o.lag_p50; }))},
                 {"p99", estimate_json(values([](const OpenRecord& o) { return o.lag_p99; }))},
                 {"max", estimate_json(values([](const OpenRecord& o) { return o.lag_max; }))}};
  json["histogram"] = Json::array();
  for (const auto& [lower, count] : histogram) json["histogram"].push_back({lower, count});
  return json;
}

Json search_json(const CellView& cell) {
  Json probes = Json::array();
  for (const TrialRecord* trial : cell.trials) {
    if (!trial->search) return nullptr;
    Json steps = Json::array();
    for (const SearchRecord::Probe& probe : trial->search->probes) {
      steps.push_back({number(probe.offered_per_s), number(probe.achieved_per_s), number(probe.p99_ns), probe.passed});
    }
    probes.push_back(std::move(steps));
  }
  std::vector<double> found = collect(cell, [](const TrialRecord& t) { return t.search->max_per_s; });
  const auto without = std::ranges::count_if(found, [](double rate) { return !std::isfinite(rate); });
  // Rounds that found nothing are no reason to speak of the others alone.
  if (2 * static_cast<std::size_t>(without) >= found.size()) found.clear();
  return {{"p99_limit_ns", number(cell.trials.front()->search->p99_limit_ns)},
          {"max_rate", estimate_json(found)},
          {"rounds_without", without},
          {"probes", std::move(probes)}};
}

double median_or_missing(std::vector<double> values) {
  std::erase_if(values, [](double value) { return !std::isfinite(value); });
  return values.empty() ? kNotMeasured : median(values);
}

/// Mean over a quarter of the windows: the first (0) or the last (3).
double quarter(const TrialRecord& trial, int which, double (*value)(const WindowRecord&)) {
  const std::size_t count = trial.windows.size(), size = std::max<std::size_t>(1, count / 4);
  double sum = 0;
  for (std::size_t i = 0; i < size; ++i) sum += value(trial.windows[which == 0 ? i : count - size + i]);
  return sum / static_cast<double>(size);
}

/// What changes over time, and in which direction it is worse.
struct Trend {
  const char* name;
  double (*value)(const WindowRecord&);
};
constexpr Trend kTrends[] = {
    {"ops_per_s", [](const WindowRecord& w) { return w.ops_per_s; }},
    {"p99", [](const WindowRecord& w) { return w.p99; }},
    {"allocated_bytes", [](const WindowRecord& w) { return static_cast<double>(w.allocated_bytes); }},
    {"resident_bytes", [](const WindowRecord& w) { return static_cast<double>(w.resident_bytes); }}};

/// A change that is not worth a word.
constexpr double kSmallestTrend = 0.05;

/// Last quarter / first quarter, per round.
Json trend_json(const CellView& cell, const Trend& trend) {
  return estimate_json(collect(cell, [&](const TrialRecord& trial) {
    const double first = quarter(trial, 0, trend.value), last = quarter(trial, 3, trend.value);
    return first > 0 && last > 0 ? last / first : kNotMeasured;
  }));
}

std::string percent(double ratio) { return fmt::format("{:.0f} %", std::abs(ratio - 1) * 100); }

/// A trend in words, when its whole interval lies beyond the band and on the bad side.
std::string notice_of(const std::string& name, const Json& trend, bool reshapes) {
  if (trend.is_null() || trend["lo"].is_null()) return "";
  const double middle = trend["median"].get<double>();
  const bool falls = trend["hi"].get<double>() < 1 / (1 + kSmallestTrend);
  const bool rises = trend["lo"].get<double>() > 1 + kSmallestTrend;
  const auto interval = fmt::format(" [{:.2f}x, {:.2f}x]", trend["lo"].get<double>(), trend["hi"].get<double>());
  const std::string when = " from the first to the last quarter of the operations" + interval;
  if (name == "ops_per_s" && falls) return "slows down: throughput falls by " + percent(middle) + when;
  if (name == "p99" && rises) return "slows down: p99 rises by " + percent(middle) + when;
  if (name == "allocated_bytes" && rises) {
    return "grows: allocated memory rises by " + percent(middle) + when +
           (reshapes ? "" : ", although no keys are added: a leak?");
  }
  if (name == "resident_bytes" && rises && !reshapes) {
    return "grows: resident memory rises by " + percent(middle) + when + ", although no keys are added";
  }
  return "";
}

Json timeline_json(const CellView& cell, const RowView& row) {
  std::size_t count = std::numeric_limits<std::size_t>::max();
  for (const TrialRecord* trial : cell.trials) count = std::min(count, trial->windows.size());
  if (count == 0) return nullptr;
  Json windows = Json::array();
  for (std::size_t w = 0; w < count; ++w) {
    const auto middle = [&](auto value) {
      return number(median_or_missing(collect(cell, [&](const TrialRecord& t) { return value(t.windows[w]); })));
    };
    windows.push_back(
        {{"ops_per_s", middle([](const WindowRecord& r) { return r.ops_per_s; })},
         {"p50", middle([](const WindowRecord& r) { return r.p50; })},
         {"p99", middle([](const WindowRecord& r) { return r.p99; })},
         {"longest_ns", middle([](const WindowRecord& r) { return r.longest_ns; })},
         {"allocated_bytes", middle([](const WindowRecord& r) { return static_cast<double>(r.allocated_bytes); })},
         {"resident_bytes", middle([](const WindowRecord& r) { return static_cast<double>(r.resident_bytes); })}});
  }
  Json trends = Json::object(), notices = Json::array();
  for (const Trend& trend : kTrends) {
    trends[trend.name] = trend_json(cell, trend);
    const std::string notice = notice_of(trend.name, trends[trend.name], row.plan->reshapes);
    if (!notice.empty()) notices.push_back(notice);
  }
  return {{"windows", std::move(windows)}, {"trends", std::move(trends)}, {"notices", std::move(notices)}};
}

}  // namespace

void add_modes(const CellView& cell, const RowView& row, double timer_cost_ns, Json& json) {
  if (cell.trials.empty()) return;
  const auto add = [](Json& to, const char* name, Json value) {
    if (!value.empty()) to[name] = std::move(value);
  };
  add(json, "phases", phases_json(cell, timer_cost_ns));
  add(json, "kinds", kinds_json(cell, timer_cost_ns));
  add(json, "timeline", timeline_json(cell, row));
  add(json["passes"], "open", open_json(cell, timer_cost_ns));
  add(json["passes"], "rate_search", search_json(cell));
}

}  // namespace omenbench
