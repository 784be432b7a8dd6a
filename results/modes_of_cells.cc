// See the header.
#include "results/modes_of_cells.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>

#include "base/numbers.h"
#include "results/statistics.h"

namespace omenbench {
namespace {

/// One value of every trial.
template <class Value>
std::vector<double> collect(const CellView& cell, Value value) {
  std::vector<double> values;
  for (const TrialRecord* trial : cell.trials) values.push_back(value(*trial));
  return values;
}

/// The parts of that name in all trials.
using Parts = std::vector<const PartRecord*>;
Parts parts_named(const CellView& cell, std::vector<PartRecord> TrialRecord::*list, const std::string& name) {
  Parts parts;
  for (const TrialRecord* trial : cell.trials) {
    const auto found = std::ranges::find(trial->*list, name, &PartRecord::name);
    if (found != (trial->*list).end()) parts.push_back(&*found);
  }
  return parts;
}

std::vector<double> field_of(const Parts& parts, double PartRecord::*field) {
  std::vector<double> values;
  for (const PartRecord* part : parts) values.push_back(part->*field);
  return values;
}

/// Operations and latencies, which phases and kinds of operations both have.
void fill_part(const Parts& parts, double timer_cost_ns, auto& part) {
  part.operations = std::ranges::min(parts, {}, &PartRecord::operations)->operations;
  part.p50 = estimate_percentile(field_of(parts, &PartRecord::p50), timer_cost_ns);
  part.p99 = estimate_percentile(field_of(parts, &PartRecord::p99), timer_cost_ns);
}

std::vector<PhasePart> phases_of(const CellView& cell, double timer_cost_ns) {
  std::vector<PhasePart> phases;
  for (const PartRecord& first : cell.trials.front()->phases) {
    const Parts parts = parts_named(cell, &TrialRecord::phases, first.name);
    PhasePart& phase = phases.emplace_back();
    phase.name = first.name;
    fill_part(parts, timer_cost_ns, phase);
    phase.ns_per_op = estimate_blocks(field_of(parts, &PartRecord::ns_per_op));
    if (!(first.offered_per_s > 0)) continue;
    phase.offered_per_s = seven_digits(first.offered_per_s);
    phase.open_p50 = estimate_percentile(field_of(parts, &PartRecord::open_p50), timer_cost_ns);
    phase.open_p99 = estimate_percentile(field_of(parts, &PartRecord::open_p99), timer_cost_ns);
  }
  return phases;
}

/// A kind that some trials drew too rarely to meet at all is reported of the others.
Members<KindPart> kinds_of(const CellView& cell, double timer_cost_ns) {
  Members<KindPart> kinds;
  for (const TrialRecord* trial : cell.trials) {
    for (const PartRecord& kind : trial->kinds) {
      if (kinds.find(kind.name) != nullptr) continue;
      KindPart part;
      fill_part(parts_named(cell, &TrialRecord::kinds, kind.name), timer_cost_ns, part);
      kinds.emplace_back(kind.name, std::move(part));
    }
  }
  return kinds;
}

std::optional<OpenPass> open_of(const CellView& cell, double timer_cost_ns) {
  OpenPass pass;
  pass.samples = std::numeric_limits<std::uint64_t>::max();
  std::map<std::uint64_t, std::uint64_t> histogram;
  for (const TrialRecord* trial : cell.trials) {
    if (!trial->open) return std::nullopt;
    pass.samples = std::min(pass.samples, trial->open->latency.samples);
    for (const auto& [lower, count] : trial->open->latency.histogram) histogram[lower] += count;
  }
  const auto values = [&](auto value) { return collect(cell, [&](const TrialRecord& t) { return value(*t.open); }); };
  const double offered = cell.trials.front()->open->offered_per_s;
  pass.offered_per_s = std::isfinite(offered) ? seven_digits(offered) : 0;
  pass.achieved_per_s = estimate_blocks(values([](const OpenRecord& o) { return o.achieved_per_s; }));
  for (std::size_t i = 0; i < kPercentiles.size(); ++i) {
    pass.percentiles[i] =
        estimate_percentile(values([i](const OpenRecord& o) { return o.latency.percentiles[i]; }), timer_cost_ns);
  }
  pass.percentiles.back() =
      estimate_percentile(values([](const OpenRecord& o) { return o.latency.max; }), timer_cost_ns);
  pass.lag.p50 = estimate_blocks(values([](const OpenRecord& o) { return o.lag_p50; }));
  pass.lag.p99 = estimate_blocks(values([](const OpenRecord& o) { return o.lag_p99; }));
  pass.lag.max = estimate_blocks(values([](const OpenRecord& o) { return o.lag_max; }));
  pass.histogram.assign(histogram.begin(), histogram.end());
  return pass;
}

std::optional<RateSearch> search_of(const CellView& cell) {
  RateSearch search;
  const auto known = [](double value) {
    return std::isfinite(value) ? std::optional(seven_digits(value)) : std::nullopt;
  };
  for (const TrialRecord* trial : cell.trials) {
    if (!trial->search) return std::nullopt;
    auto& steps = search.probes.emplace_back();
    for (const SearchRecord::Probe& probe : trial->search->probes) {
      steps.emplace_back(known(probe.offered_per_s), known(probe.achieved_per_s), known(probe.p99_ns), probe.passed);
    }
  }
  std::vector<double> found = collect(cell, [](const TrialRecord& t) { return t.search->max_per_s; });
  search.rounds_without =
      static_cast<std::uint64_t>(std::ranges::count_if(found, [](double rate) { return !std::isfinite(rate); }));
  // Rounds that found nothing are no reason to speak of the others alone.
  if (2 * search.rounds_without >= found.size()) found.clear();
  search.p99_limit_ns = seven_digits(cell.trials.front()->search->p99_limit_ns);
  search.max_rate = estimate_blocks(found);
  return search;
}

std::optional<double> median_if_any(std::vector<double> values) {
  std::erase_if(values, [](double value) { return !std::isfinite(value); });
  return values.empty() ? std::nullopt : std::optional(seven_digits(median(values)));
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
std::optional<BlockEstimate> trend_of(const CellView& cell, const Trend& trend) {
  return estimate_blocks(collect(cell, [&](const TrialRecord& trial) {
    const double first = quarter(trial, 0, trend.value), last = quarter(trial, 3, trend.value);
    return first > 0 && last > 0 ? last / first : kNotMeasured;
  }));
}

/// A trend in words, when its whole interval lies beyond the band and on the bad side.
std::string notice_of(const std::string& name, const std::optional<BlockEstimate>& trend, bool reshapes) {
  if (!trend || !trend->has_interval()) return "";
  const double middle = trend->median;
  const bool falls = *trend->hi < 1 / (1 + kSmallestTrend);
  const bool rises = *trend->lo > 1 + kSmallestTrend;
  const std::string interval = " " + interval_of(*trend->lo, *trend->hi, [](double end) { return times(end); });
  const std::string change = percent(std::round(std::abs(middle - 1) * 100) / 100);
  const std::string when = " from the first to the last quarter of the operations" + interval;
  if (name == "ops_per_s" && falls) return "slows down: throughput falls by " + change + when;
  if (name == "p99" && rises) return "slows down: p99 rises by " + change + when;
  if (name == "allocated_bytes" && rises) {
    return "grows: allocated memory rises by " + change + when +
           (reshapes ? "" : ", although no keys are added: a leak?");
  }
  if (name == "resident_bytes" && rises && !reshapes) {
    return "grows: resident memory rises by " + change + when + ", although no keys are added";
  }
  return "";
}

std::optional<Timeline> timeline_of(const CellView& cell, bool reshapes) {
  const std::size_t count =
      std::ranges::min(cell.trials, {}, [](const TrialRecord* trial) { return trial->windows.size(); })->windows.size();
  if (count == 0) return std::nullopt;
  Timeline timeline;
  for (std::size_t w = 0; w < count; ++w) {
    const auto middle = [&](auto value) {
      return median_if_any(collect(cell, [&](const TrialRecord& t) { return value(t.windows[w]); }));
    };
    timeline.windows.push_back(
        {.ops_per_s = middle([](const WindowRecord& r) { return r.ops_per_s; }),
         .p50 = middle([](const WindowRecord& r) { return r.p50; }),
         .p99 = middle([](const WindowRecord& r) { return r.p99; }),
         .longest_ns = middle([](const WindowRecord& r) { return r.longest_ns; }),
         .allocated_bytes = middle([](const WindowRecord& r) { return static_cast<double>(r.allocated_bytes); }),
         .resident_bytes = middle([](const WindowRecord& r) { return static_cast<double>(r.resident_bytes); })});
  }
  for (const Trend& trend : kTrends) {
    timeline.trends.emplace_back(trend.name, trend_of(cell, trend));
    const std::string notice = notice_of(trend.name, timeline.trends.back().second, reshapes);
    if (!notice.empty()) timeline.notices.push_back(notice);
  }
  return timeline;
}

}  // namespace

void add_modes(const CellView& view, const RowView& row, double timer_cost_ns, Cell& cell) {
  if (view.trials.empty()) return;
  cell.phases = phases_of(view, timer_cost_ns);
  cell.kinds = kinds_of(view, timer_cost_ns);
  cell.timeline = timeline_of(view, row.plan->reshapes);
  cell.passes.open = open_of(view, timer_cost_ns);
  cell.passes.rate_search = search_of(view);
}

}  // namespace omenbench
