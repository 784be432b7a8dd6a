// What a run produces, as plain values: a header, then one record per trial. The journal stores them line by line;
// statistics, verdicts, JSON and tables are all derived from them, for live, resumed and re-read runs alike.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/fields.h"
#include "core/trial_io.h"
#include "harness/run_facts.h"
#include "harness/worker/watch.h"

namespace omenbench {

std::string_view to_string(TrialStatus status);
/// Throws Error on an unknown word.
TrialStatus trial_status_from(std::string_view text);
/// Rank in the order wrong_result, crash, error, oom, timeout, implausible, interrupted, not_run, unsupported, ok:
/// a cell takes the status with the highest rank among its trials (0 is ok).
int severity(TrialStatus status);

std::string_view to_string(Counting counting);

inline constexpr std::string_view kPassNames[kPasses] = {"throughput", "dependent", "latency", "batched", "open"};

/// Percentiles that are kept of a latency pass, nearest rank.
inline constexpr std::array<std::pair<const char*, double>, 6> kPercentiles = {
    {{"p50", .5}, {"p90", .9}, {"p95", .95}, {"p99", .99}, {"p99.9", .999}, {"p99.99", .9999}}};

struct PassRecord {
  bool present = false;  ///< what is absent is not written
  std::uint64_t operations = 0;
  double ns_per_op = 0;  ///< elapsed / operations; of all threads together

  bool empty() const { return !present; }
};

/// By Pass.
struct TrialPasses : std::array<PassRecord, kPasses> {};

struct LatencyRecord {
  std::uint64_t samples = 0;
  /// Exact order statistics in ns, in the order of kPercentiles; NaN when the tail is not resolved (samples <
  /// 10/(1-p)).
  std::array<double, kPercentiles.size()> percentiles{};
  double max = 0;
  std::uint64_t saturated = 0;
  /// Sparse: {lower bound of the bucket in ns, count}, ascending; buckets grow by at most 1/32 of their lower bound.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> histogram;
};

inline constexpr double kNotMeasured = std::numeric_limits<double>::quiet_NaN();

/// What a trial says about one phase, or about one kind of operation. NaN: not measured, or the tail is not resolved.
struct PartRecord {
  std::string name;  ///< of the phase, or of the operation as in workload files
  std::uint64_t operations = 0;
  double ns_per_op = kNotMeasured;                ///< phases: throughput pass
  double p50 = kNotMeasured, p99 = kNotMeasured;  ///< latency pass
  double offered_per_s = kNotMeasured;            ///< phases with arrivals: open pass
  double open_p50 = kNotMeasured, open_p99 = kNotMeasured;
};

/// The open pass: what was offered, what was done, and how long it took from the intended start.
struct OpenRecord {
  double offered_per_s = 0;   ///< NaN: the phases differ
  double achieved_per_s = 0;  ///< operations / time, of the phases with arrivals
  LatencyRecord latency;
  double lag_p50 = 0, lag_p99 = 0, lag_max = 0;  ///< from the intended to the real start; NaN: tail not resolved
};

/// The highest rate whose p99 stays under a limit, and the steps that led there.
struct SearchRecord {
  double p99_limit_ns = 0;
  double max_per_s = 0;  ///< NaN: no rate that was tried
  struct Probe {
    double offered_per_s = 0, achieved_per_s = 0, p99_ns = 0;
    bool passed = false;
  };
  std::vector<Probe> probes;
};

/// A stretch of equal operations of the latency pass, of all threads together.
struct WindowRecord {
  double ops_per_s = 0;
  double p50 = 0, p99 = 0;  ///< NaN: the tail is not resolved
  double longest_ns = 0;
  std::uint64_t allocated_bytes = 0;  ///< at its end; of the index
  std::uint64_t resident_bytes = 0;   ///< of the process
};

/// By Event, in results and exports.
inline constexpr std::array<const char*, kEvents> kEventNames = {"instructions", "mispredictions", "l1_misses",
                                                                 "ll_misses", "tlb_misses"};

/// What the processor, or a simulated one, did in the measured loop of a trial that is not timed.
struct CountsRecord {
  Counting source = Counting::kPerf;
  std::string isa;  ///< of the worker
  std::uint64_t operations = 0;
  /// By Event; NaN: not counted.
  std::array<double, kEvents> per_operation = {kNotMeasured, kNotMeasured, kNotMeasured, kNotMeasured, kNotMeasured};
};

/// What an engine that counts pages did in its throughput pass (cold caches: in the latency pass).
struct PageRecord {
  std::uint64_t operations = 0;
  PageUse use{};
};

/// One trial: one index in one round of one row.
struct TrialRecord {
  std::uint64_t row = 0;       ///< position in RunHeader::rows
  std::uint64_t round = 0;     ///< from 0
  std::uint64_t position = 0;  ///< when in the round it ran, from 0
  std::string index;
  std::string side;  ///< "base" or "head" in a gate; else empty
  TrialStatus status = TrialStatus::kOk;
  std::string reason;  ///< empty when ok
  std::string stream_sha256;
  TrialPasses passes{};
  LatencyRecord latency;
  /// Throughput pass of rows that write: {operations, ns per operation} over the shorter prefixes that slower tiers
  /// run.
  std::vector<std::pair<std::uint64_t, double>> prefixes;
  std::vector<PartRecord> phases;  ///< of rows with more than one
  std::vector<PartRecord> kinds;   ///< of rows with more than one kind of operation
  std::optional<OpenRecord> open;
  std::optional<SearchRecord> search;
  std::vector<WindowRecord> windows;
  std::optional<PageRecord> pages;
  /// What the index counted by the end of its throughput pass.
  std::vector<std::pair<std::string, std::uint64_t>> counters;
  std::optional<CountsRecord> counts;  ///< of trials that count, of which nothing else is used
  std::uint64_t build_ns = 0;
  std::uint64_t total_bytes = 0;
  std::uint64_t self_reported_bytes = 0;
  std::uint64_t rss_delta_bytes = 0;
  std::uint64_t peak_rss_bytes = 0;
  std::uint64_t disk_bytes = 0;
  std::uint64_t log_bytes = 0;
  std::uint64_t cache_bytes = 0;
  std::uint64_t end_total_bytes = 0, end_disk_bytes = 0, end_log_bytes = 0;  ///< rows that write: after the operations
  double no_op_ns = 0;         ///< engines: median no-op round trip; 0 otherwise
  std::string engine_version;  ///< engines
  std::string engine_settings_json;
  std::uint64_t involuntary_switches = 0;
  std::uint64_t steal_ticks = 0;
  std::uint64_t throttled_us = 0;  ///< that a control group's quota held the processor back meanwhile
  std::string lost_processor;      ///< how, when it lost far more of it than its like (session/lost_processor.h)
  std::uint64_t frequency_khz = 0;
  double start_ms = 0;             ///< worker start until the trial's first line
  double wall_ms = 0;              ///< whole trial, process start and end included
  double asked_s = 0, done_s = 0;  ///< by the clock of its session (session.h)
};

/// Why a trial that does not count was repeated.
inline const std::string& why_repeated(const TrialRecord& trial) {
  return trial.lost_processor.empty() ? trial.reason : trial.lost_processor;
}

/// A cell that is known before the start: which index, and why it will not run if so.
struct CellPlan {
  std::string index;
  TrialStatus status = TrialStatus::kOk;  ///< kUnsupported or kNotRun when it will not run
  std::string reason;
  std::uint64_t operations = 0;       ///< prefix of the stream that this index runs
  std::uint64_t open_operations = 0;  ///< prefix of the stream that it runs in an open loop; 0: none
  std::uint64_t left_after = 0;       ///< rounds after which it left the race; 0: it did not
};

struct RowPlan {
  std::string dataset;  ///< DatasetInfo::name
  std::uint64_t keys = 0;
  std::uint64_t loaded_keys = 0;    ///< loaded before the operations start; 0: all
  std::string key_kind{};           ///< "bytes", or empty: 64-bit integers
  std::uint64_t entry_bytes = 0;    ///< of the loaded entries, keys and payloads; 0: sixteen each
  std::uint64_t distinct_keys = 0;  ///< where keys repeat, so many of the loaded ones differ; 0: all do
  std::uint64_t record_bytes = 0;   ///< of payloads that are records; 0: they are words
  std::string workload;
  std::uint64_t threads = 1;
  bool ordered = false;  ///< has lower bounds or scans: hash maps cannot take part
  bool mutates = false;
  bool reshapes = false;              ///< inserts or erases: static indexes cannot take part
  bool oversubscribed = false;        ///< more threads than CPUs
  std::vector<std::string> passes{};  ///< of a closed loop, by kPassNames; empty: all that apply
  bool cold = false;                  ///< caches are evicted before every operation: latencies only
  std::uint64_t operations = 0;       ///< length of the whole stream
  bool timed = false;  ///< a probe before the first round counts the operations of phases that last seconds
  std::vector<std::uint64_t> phase_operations;  ///< what it counted; empty: not yet, or nothing to count
  std::vector<CellPlan> cells;
  std::vector<std::string> notes;
  std::vector<std::pair<std::string, double>> realised;  ///< of the first round
  std::uint64_t machine = 0;  ///< where it was measured: 0 on RunHeader::environment, n on RunHeader::machines[n - 1]
};

/// What is known about an index in this run; stored once per run.
struct IndexSummary {
  std::string name, display;
  std::string family;      ///< learned, tree, array, hash, engine, reference
  std::string tier;        ///< in-process, embedded, server
  bool is_static = false;  ///< neither insertable nor erasable
  bool ordered = false;
  std::string citation;
  std::vector<std::pair<std::string, std::string>> parameters;
};

/// How hard keys are to predict (datasets/describe/hardness.h).
struct KeyHardness {
  std::uint64_t local_segments = 0, global_segments = 0;
  double rmi_log2_error = 0;
};

struct DatasetSummary {
  std::string name, kind, sha256, source, key_type, citation;
  std::uint64_t n = 0, rows = 0, duplicates = 0, duplicates_dropped = 0;
  std::vector<std::string> notes;
  std::optional<KeyHardness> hardness;  ///< none in journals of versions that did not compute it
};

/// The builds that a gate compares; empty elsewhere.
struct GateSides {
  std::string base{}, head{};

  bool empty() const { return base.empty() && head.empty(); }
};

/// First line of the journal.
struct RunHeader {
  std::string started;  ///< UTC, ISO 8601
  ToolInfo tool;
  GateSides sides;
  Environment environment;
  nlohmann::ordered_json plan;  ///< name, seed, blocks, budget, every option that shapes the run, and nothing else
  RunFacts facts;
  std::vector<DatasetSummary> datasets;
  std::vector<IndexSummary> indexes;
  std::vector<RowPlan> rows;
  std::vector<Environment> machines;  ///< of merged shards: those besides `environment`

  /// The machine that measured a row.
  const Environment& environment_of(const RowPlan& row) const {
    return row.machine == 0 ? environment : machines[row.machine - 1];
  }
};

/// A whole run: what the journal holds. Superseded trials (of a round split by a restart) are kept apart.
struct Run {
  RunHeader header;
  std::vector<TrialRecord> trials;
  std::vector<TrialRecord> superseded;
  std::vector<TrialRecord> explaining;  ///< that counted instead of timing; those without counts say why
  bool interrupted = false;
};

// Their fields, in the form of the journal. NaN is written as null and read back as NaN.

template <>
inline constexpr std::size_t kEnumSize<TrialStatus> = kTrialStatuses;
template <>
inline constexpr std::size_t kEnumSize<Counting> = 3;

template <class Visitor>
void visit_fields(Visitor& v, Is<PassRecord> auto& pass) {
  v.field("operations", pass.operations);
  v.field("ns_per_op", pass.ns_per_op, {.nan = true});
  if constexpr (!std::is_const_v<std::remove_reference_t<decltype(pass)>>) pass.present = true;  // it was there to read
}
template <class Visitor>
void visit_fields(Visitor& v, Is<TrialPasses> auto& passes) {
  for (std::size_t i = 0; i < passes.size(); ++i) v.field(kPassNames[i], passes[i], {.omit_empty = true});
}
template <class Visitor>
void visit_fields(Visitor& v, Is<LatencyRecord> auto& latency) {
  v.field("samples", latency.samples);
  v.field("percentiles", latency.percentiles, {.least = 0, .nan = true});
  v.field("max", latency.max, {.least = 0, .nan = true});
  v.field("saturated", latency.saturated);
  v.field("histogram", latency.histogram);
}
template <class Visitor>
void visit_fields(Visitor& v, Is<PartRecord> auto& part) {
  v.field("name", part.name);
  v.field("operations", part.operations);
  v.field("ns_per_op", part.ns_per_op, {.nan = true});
  v.field("p50", part.p50, {.nan = true});
  v.field("p99", part.p99, {.nan = true});
  v.field("offered_per_s", part.offered_per_s, {.nan = true});
  v.field("open_p50", part.open_p50, {.nan = true});
  v.field("open_p99", part.open_p99, {.nan = true});
}
template <class Visitor>
void visit_fields(Visitor& v, Is<OpenRecord> auto& open) {
  auto lag = std::tie(open.lag_p50, open.lag_p99, open.lag_max);
  v.field("offered_per_s", open.offered_per_s, {.nan = true});
  v.field("achieved_per_s", open.achieved_per_s, {.nan = true});
  v.field("latency", open.latency);
  v.field("lag", lag, {.nan = true});
}
auto as_tuple(Is<SearchRecord::Probe> auto& probe) {
  return std::tie(probe.offered_per_s, probe.achieved_per_s, probe.p99_ns, probe.passed);
}
template <class Visitor>
void visit_fields(Visitor& v, Is<SearchRecord> auto& search) {
  v.field("p99_limit_ns", search.p99_limit_ns, {.nan = true});
  v.field("max_per_s", search.max_per_s, {.nan = true});
  v.field("probes", search.probes, {.nan = true});
}
template <class Visitor>
void visit_fields(Visitor& v, Is<CountsRecord> auto& counts) {
  v.field("source", counts.source);
  v.field("isa", counts.isa);
  v.field("operations", counts.operations);
  v.field("per_operation", counts.per_operation, {.least = 0, .nan = true});
}
auto as_tuple(Is<WindowRecord> auto& window) {
  return std::tie(window.ops_per_s, window.p50, window.p99, window.longest_ns, window.allocated_bytes,
                  window.resident_bytes);
}
template <class Visitor>
void visit_fields(Visitor& v, Is<PageRecord> auto& pages) {
  v.field("operations", pages.operations, {.least = 1});
  v.field("page_bytes", pages.use.page_bytes, {.least = 1});
  v.field("reads", pages.use.reads);
  v.field("writes", pages.use.writes);
  v.field("read_bytes", pages.use.read_bytes);
  v.field("written_bytes", pages.use.written_bytes);
  v.field("model_bytes", pages.use.model_bytes);
  v.field("inner_bytes", pages.use.inner_bytes);
}
template <class Visitor>
void visit_fields(Visitor& v, Is<TrialRecord> auto& trial) {
  v.field("row", trial.row);
  v.field("round", trial.round);
  v.field("position", trial.position);
  v.field("index", trial.index);
  v.field("side", trial.side, {.omit_empty = true});
  v.field("status", trial.status);
  v.field("reason", trial.reason);
  v.field("stream_sha256", trial.stream_sha256);
  v.field("passes", trial.passes);
  v.field("latency", trial.latency);
  v.field("prefixes", trial.prefixes, {.omit_empty = true, .nan = true});
  v.field("counters", trial.counters, {.omit_empty = true});
  v.field("counts", trial.counts, {.omit_empty = true});
  v.field("phases", trial.phases, {.omit_empty = true});
  v.field("kinds", trial.kinds, {.omit_empty = true});
  v.field("open", trial.open, {.omit_empty = true});
  v.field("search", trial.search, {.omit_empty = true});
  v.field("windows", trial.windows, {.omit_empty = true, .nan = true});
  v.field("pages", trial.pages, {.omit_empty = true});
  v.field("build_ns", trial.build_ns);
  v.field("total_bytes", trial.total_bytes);
  v.field("self_reported_bytes", trial.self_reported_bytes);
  v.field("rss_delta_bytes", trial.rss_delta_bytes);
  v.field("peak_rss_bytes", trial.peak_rss_bytes);
  v.field("disk_bytes", trial.disk_bytes);
  v.field("cache_bytes", trial.cache_bytes);
  v.field("log_bytes", trial.log_bytes, {.omit_empty = true});
  v.field("end_total_bytes", trial.end_total_bytes, {.omit_empty = true});
  v.field("end_disk_bytes", trial.end_disk_bytes, {.omit_empty = true});
  v.field("end_log_bytes", trial.end_log_bytes, {.omit_empty = true});
  v.field("involuntary_switches", trial.involuntary_switches);
  v.field("steal_ticks", trial.steal_ticks);
  v.field("throttled_us", trial.throttled_us, {.omit_empty = true});
  v.field("lost_processor", trial.lost_processor, {.omit_empty = true});
  v.field("frequency_khz", trial.frequency_khz);
  v.field("no_op_ns", trial.no_op_ns, {.nan = true});
  v.field("engine_version", trial.engine_version);
  v.field("engine_settings_json", trial.engine_settings_json);
  v.field("start_ms", trial.start_ms, {.nan = true});
  v.field("wall_ms", trial.wall_ms, {.nan = true});
  v.field("asked_s", trial.asked_s, {.least = 0, .may_miss = true});
  v.field("done_s", trial.done_s, {.least = 0, .may_miss = true});
}

template <class Visitor>
void visit_fields(Visitor& v, Is<CellPlan> auto& cell) {
  v.field("index", cell.index);
  v.field("status", cell.status);
  v.field("reason", cell.reason);
  v.field("operations", cell.operations);
  v.field("open_operations", cell.open_operations, {.omit_empty = true});
  v.field("left_after", cell.left_after, {.omit_empty = true});
}
template <class Visitor>
void visit_fields(Visitor& v, Is<RowPlan> auto& row) {
  v.field("dataset", row.dataset);
  v.field("keys", row.keys);
  v.field("loaded_keys", row.loaded_keys);
  v.field("key_kind", row.key_kind, {.omit_empty = true});
  v.field("entry_bytes", row.entry_bytes, {.omit_empty = true});
  v.field("distinct_keys", row.distinct_keys, {.omit_empty = true});
  v.field("record_bytes", row.record_bytes, {.omit_empty = true});
  v.field("workload", row.workload);
  v.field("threads", row.threads, {.least = 1});
  v.field("ordered", row.ordered);
  v.field("mutates", row.mutates);
  v.field("reshapes", row.reshapes);
  v.field("oversubscribed", row.oversubscribed);
  v.field("passes", row.passes, {.omit_empty = true});
  v.field("cold", row.cold, {.may_miss = true});
  v.field("operations", row.operations);
  v.field("timed", row.timed, {.may_miss = true});
  v.field("phase_operations", row.phase_operations, {.may_miss = true});
  v.field("cells", row.cells);
  v.field("notes", row.notes);
  v.field("realised", row.realised, {.nan = true});
  v.field("machine", row.machine, {.omit_empty = true});
}
template <class Visitor>
void visit_fields(Visitor& v, Is<IndexSummary> auto& index) {
  v.field("name", index.name);
  v.field("display", index.display);
  v.field("family", index.family);
  v.field("tier", index.tier);
  v.field("static", index.is_static);
  v.field("ordered", index.ordered);
  v.field("citation", index.citation);
  v.field("parameters", index.parameters);
}
template <class Visitor>
void visit_fields(Visitor& v, Is<KeyHardness> auto& hardness) {
  v.field("local_segments", hardness.local_segments);
  v.field("global_segments", hardness.global_segments);
  v.field("rmi_log2_error", hardness.rmi_log2_error, {.least = 0});
}
template <class Visitor>
void visit_fields(Visitor& v, Is<DatasetSummary> auto& dataset) {
  v.field("name", dataset.name);
  v.field("kind", dataset.kind);
  v.field("n", dataset.n);
  v.field("rows", dataset.rows);
  v.field("sha256", dataset.sha256);
  v.field("duplicates", dataset.duplicates);
  v.field("duplicates_dropped", dataset.duplicates_dropped);
  v.field("source", dataset.source);
  v.field("key_type", dataset.key_type);
  v.field("citation", dataset.citation);
  v.field("notes", dataset.notes);
  v.field("hardness", dataset.hardness, {.may_miss = true});
}
template <class Visitor>
void visit_fields(Visitor& v, Is<GateSides> auto& sides) {
  v.field("base", sides.base);
  v.field("head", sides.head);
}
template <class Visitor>
void visit_fields(Visitor& v, Is<RunHeader> auto& header) {
  v.field("started", header.started);
  v.field("tool", header.tool);
  v.field("sides", header.sides, {.omit_empty = true});
  v.field("environment", header.environment);
  v.field("plan", header.plan);
  v.field("facts", header.facts, {.omit_empty = true});
  v.field("datasets", header.datasets);
  v.field("indexes", header.indexes);
  v.field("rows", header.rows);
  v.field("machines", header.machines, {.omit_empty = true});
}
inline std::string why_invalid(const RunHeader& header) {
  for (const RowPlan& row : header.rows) {
    if (row.machine > header.machines.size()) return "a row was measured on a machine that is not listed";
  }
  return "";
}

}  // namespace omenbench
