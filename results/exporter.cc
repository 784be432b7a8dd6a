// See the header.
#include "results/exporter.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/numbers.h"
#include "core/error.h"

namespace omenbench {
namespace {

std::vector<Exporter>& exporters() {
  static std::vector<Exporter> instance;
  return instance;
}

/// Takes the measurements of one cell.
class Collector {
 public:
  Collector(std::vector<Measurement>& out, const Result& result, const Row& row, const Cell& cell)
      : out_(out), described_(description_of(result, row, cell)) {}

  void add(const std::string& metric, const char* unit, const BlockEstimate& estimate, bool upper_bound = false) {
    Measurement measurement = described_;
    measurement.metric = metric;
    measurement.unit = unit;
    measurement.median = estimate.median;
    measurement.lo = estimate.has_interval() ? *estimate.lo : estimate.median;
    measurement.hi = estimate.has_interval() ? *estimate.hi : estimate.median;
    measurement.interval = estimate.has_interval();
    measurement.blocks = estimate.blocks;
    measurement.upper_bound = upper_bound;
    measurement.extreme = metric.ends_with("max_ns");
    out_.push_back(std::move(measurement));
  }
  void add(const std::string& metric, const char* unit, const std::optional<BlockEstimate>& estimate) {
    if (estimate) add(metric, unit, *estimate);
  }
  void add(const std::string& metric, const char* unit, const std::optional<Percentile>& percentile) {
    if (percentile) add(metric, unit, *percentile, percentile->unresolved_timer);
  }
  void add(const std::string& metric, const char* unit, const std::optional<RatePass>& pass) {
    if (pass) add(metric, unit, pass->ns_per_op);
  }
  /// What the result keeps a single number of.
  void add(const std::string& metric, const char* unit, const std::optional<double>& value) {
    if (value) add(metric, unit, BlockEstimate{*value, {}, {}, {*value}});
  }
  void add(const std::string& name, const Percentiles& percentiles) {
    for (std::size_t i = 0; i < percentiles.size(); ++i) {
      add(fmt::format("{}{}_ns", name, kLatencyNames[i]), "ns", percentiles[i]);
    }
  }

 private:
  std::vector<Measurement>& out_;
  Measurement described_;
};

/// An estimate of a rate as one of the time between two events, which is smaller when it is better.
std::optional<BlockEstimate> gap_of(const std::optional<BlockEstimate>& rate) {
  if (!rate) return std::nullopt;
  const auto gap = [](double per_s) { return 1e9 / per_s; };
  BlockEstimate result{gap(rate->median), {}, {}, {}};
  if (rate->has_interval()) {
    result.lo = gap(*rate->hi);
    result.hi = gap(*rate->lo);
  }
  for (const double per_s : rate->blocks) result.blocks.push_back(gap(per_s));
  return result;
}

void add_passes(Collector& to, const Cell& cell) {
  to.add("ns_per_op", "ns/op", cell.passes.throughput);
  to.add("dependent_ns_per_op", "ns/op", cell.passes.dependent);
  to.add("batched_ns_per_op", "ns/op", cell.passes.batched);
  if (cell.passes.latency) to.add("", cell.passes.latency->percentiles);
  to.add("build_ns", "ns", cell.build_ns);
  if (cell.total_bytes > 0) to.add("total_bytes", "bytes", std::optional(static_cast<double>(cell.total_bytes)));
}

void add_open(Collector& to, const OpenPass& open) {
  const std::string name = open.offered_per_s == 0 ? "open" : fmt::format("open_{:g}_per_s", open.offered_per_s);
  to.add(name + "_", open.percentiles);
  to.add(name + "_lag_p50_ns", "ns", open.lag.p50);
  to.add(name + "_lag_p99_ns", "ns", open.lag.p99);
  to.add(name + "_lag_max_ns", "ns", open.lag.max);
  to.add(name + "_gap_ns", "ns", gap_of(open.achieved_per_s));
}

void add_modes(Collector& to, const Cell& cell) {
  for (const PhasePart& phase : cell.phases) {
    const std::string name = "phase_" + phase.name;
    to.add(name + "_ns_per_op", "ns/op", phase.ns_per_op);
    to.add(name + "_p50_ns", "ns", phase.p50);
    to.add(name + "_p99_ns", "ns", phase.p99);
    to.add(name + "_open_p50_ns", "ns", phase.open_p50);
    to.add(name + "_open_p99_ns", "ns", phase.open_p99);
  }
  for (const auto& [kind, part] : cell.kinds) {
    to.add(kind + "_p50_ns", "ns", part.p50);
    to.add(kind + "_p99_ns", "ns", part.p99);
  }
  if (cell.passes.open) add_open(to, *cell.passes.open);
  if (cell.passes.rate_search) {
    const RateSearch& search = *cell.passes.rate_search;
    to.add(fmt::format("p99_under_{:.0f}_max_rate_gap_ns", search.p99_limit_ns), "ns", gap_of(search.max_rate));
  }
}

void add_windows(Collector& to, const Cell& cell) {
  if (!cell.timeline) return;
  std::size_t number = 0;
  for (const Window& window : cell.timeline->windows) {
    const std::string name = fmt::format("window_{}_", ++number);
    to.add(name + "ops_per_s", "1/s", window.ops_per_s);
    to.add(name + "p50_ns", "ns", window.p50);
    to.add(name + "p99_ns", "ns", window.p99);
    to.add(name + "longest_ns", "ns", window.longest_ns);
    to.add(name + "allocated_bytes", "bytes", window.allocated_bytes);
    to.add(name + "resident_bytes", "bytes", window.resident_bytes);
  }
}

void add_counts(Collector& to, const Cell& cell) {
  if (!cell.explained) return;
  for (std::size_t i = 0; i < kEventNames.size(); ++i) {
    to.add(fmt::format("{}_{}_per_op", to_string(cell.explained->source), kEventNames[i]), "1/op",
           cell.explained->per_operation[i]);
  }
}

/// Adds what `add_one` finds in every ok cell of a row.
template <class AddOne>
void collect_row(std::vector<Measurement>& out, const Result& result, const Row& row, AddOne add_one) {
  for (const Cell& cell : row.cells) {
    if (!cell.ok()) continue;
    Collector to(out, result, row, cell);
    add_one(to, cell);
  }
}

template <class AddOne>
std::vector<Measurement> collect(const Result& result, AddOne add_one) {
  std::vector<Measurement> out;
  for (const Row& row : result.rows) collect_row(out, result, row, add_one);
  return out;
}

}  // namespace

std::string name_of(const Row& row) {
  return fmt::format("{}, {} keys, {}, {}", row.dataset, row.keys, row.workload, counted(row.threads, "thread"));
}

Measurement description_of(const Result& result, const Row& row, const Cell& cell) {
  Measurement described;
  described.dataset = row.dataset;
  described.workload = row.workload;
  // Another measurement, not another value of the same one.
  if (row.cold) described.workload += ", cold caches";
  if (result.environment.memory_pressure) described.workload += ", memory pressure";
  if (!row.stream_sha256.empty()) described.stream = row.stream_sha256[0];
  described.index = cell.index;
  described.family = to_string(cell.family);
  described.tier = to_string(cell.tier);
  described.keys = row.keys;
  described.threads = row.threads;
  described.left_after = cell.left_after;
  return described;
}

void FormatNames::add(const std::string& name, const Measurement& m) {
  Named named{.parts = {m.workload, m.dataset, m.keys, m.threads, m.index, m.metric}, .in_words = m.in_words()};
  const auto [place, added] = named_.emplace(name, named);
  if (added || place->second.parts == named.parts) return;
  throw Error(
      fmt::format("export {}: '{}' and '{}' would both be named '{}' there; give one another name, or choose "
                  "with -f",
                  format_, place->second.in_words, named.in_words, name));
}

std::string Measurement::cell_name() const {
  return fmt::format("{}/{}/{}/threads:{}/{}", workload, dataset, keys, threads, index);
}

std::string Measurement::in_words() const {
  return fmt::format("{} of {}, {}, {}, {} keys, {}", metric, index, workload, dataset, keys,
                     counted(threads, "thread"));
}

std::vector<Measurement> measurements_of(const Result& result) { return collect(result, add_passes); }

std::vector<Measurement> measurements_of(const Result& result, const Row& row) {
  std::vector<Measurement> out;
  collect_row(out, result, row, add_passes);
  return out;
}

std::vector<Measurement> all_measurements_of(const Result& result) {
  return collect(result, [](Collector& to, const Cell& cell) {
    add_passes(to, cell);
    add_modes(to, cell);
  });
}

std::vector<Measurement> comparable_measurements_of(const Result& result, const ExportOptions& options) {
  std::vector<Measurement> measurements = all_measurements_of(result);
  std::erase_if(measurements, [&](const Measurement& measurement) {
    return measurement.upper_bound || measurement.extreme || (options.keeps && !options.keeps(measurement));
  });
  return measurements;
}

std::vector<Measurement> windows_of(const Result& result) { return collect(result, add_windows); }

std::vector<Measurement> counts_of(const Result& result) { return collect(result, add_counts); }

std::vector<std::string> failures_of(const Result& result) {
  std::vector<std::string> out;
  for (const Row& row : result.rows) {
    for (const Cell& cell : row.cells) {
      if (cell.ok()) continue;
      out.push_back(fmt::format("{}, {}: {}: {}", name_of(row), cell.index, to_string(cell.status), cell.reason));
    }
  }
  return out;
}

bool register_exporter(Exporter exporter) {
  auto& all = exporters();
  all.insert(std::ranges::upper_bound(all, exporter.name, {}, &Exporter::name), std::move(exporter));
  return true;
}

const std::vector<Exporter>& registered_exporters() { return exporters(); }

}  // namespace omenbench
