// What one index did in one row, as typed values: estimates over blocks, passes, phases, kinds of operations, time
// lines. A part of results/result.h, which says how values become JSON.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/fields.h"
#include "core/registry.h"
#include "harness/trial_record.h"

namespace omenbench {

template <>
inline constexpr std::size_t kEnumSize<Family> = 6;
template <>
inline constexpr std::size_t kEnumSize<Tier> = 3;

/// What one block is: a fresh process with a fresh build, or a fresh process and connection on a table loaded once.
enum class BlockKind : std::uint8_t { kProcess, kReconnect };
template <>
inline constexpr std::size_t kEnumSize<BlockKind> = 2;
std::string_view to_string(BlockKind kind);

/// One value per complete round, their median and its sign interval.
struct BlockEstimate {
  double median = 0;
  std::optional<double> lo, hi;  ///< none with fewer than 6 blocks
  std::vector<double> blocks;    ///< in round order, never empty

  bool has_interval() const { return lo && hi; }
};
template <>
inline constexpr TypeText kTypeText<BlockEstimate> = {
    .name = "estimate",
    .about =
        "The median over blocks and its sign-test interval (95 % or more). blocks: the value of every complete "
        "round, in round order."};
/// Empty: nothing is wrong.
std::string why_invalid(const BlockEstimate& estimate);
template <class Visitor>
void visit_estimate(Visitor& v, auto& estimate) {
  v.field("median", estimate.median, {.about = "Median over blocks.", .least = 0});
  v.field("lo", estimate.lo, {.about = "Lower end; null with fewer than 6 blocks.", .least = 0});
  v.field("hi", estimate.hi, {.about = "Upper end; null with fewer than 6 blocks.", .least = 0});
  v.field("blocks", estimate.blocks, {.about = "One value per block.", .least = 0});
}
template <class Visitor>
void visit_fields(Visitor& v, Is<BlockEstimate> auto& estimate) {
  visit_estimate(v, estimate);
}

/// The estimate of a percentile, which may be too close to the cost of the timer.
struct Percentile : BlockEstimate {
  bool unresolved_timer = false;  ///< read it as an upper bound
};
template <>
inline constexpr TypeText kTypeText<Percentile> = {.name = "percentile",
                                                   .about = "An estimate of a percentile (nearest rank per block)."};
template <class Visitor>
void visit_fields(Visitor& v, Is<Percentile> auto& percentile) {
  visit_estimate(v, percentile);
  v.field("unresolved_timer", percentile.unresolved_timer,
          {.about = "True: below 10 times the timer cost; read it as an upper bound (<= median)."});
}

/// A pass without a clock inside.
struct RatePass {
  std::uint64_t operations = 0;
  BlockEstimate ns_per_op;
};
template <>
inline constexpr TypeText kTypeText<RatePass> = {.name = "rate_pass", .about = "A pass without a clock inside."};
template <class Visitor>
void visit_fields(Visitor& v, Is<RatePass> auto& pass) {
  v.field("operations", pass.operations, {.about = "Operations per block, all threads together."});
  v.field("ns_per_op", pass.ns_per_op, {.about = "Elapsed time / operations, all threads together."});
}

/// Percentiles by name; absent where the tail is not resolved.
inline constexpr std::array<const char*, 7> kLatencyNames = {"p50", "p90", "p95", "p99", "p99.9", "p99.99", "max"};
inline constexpr std::size_t kLatencyP50 = 0, kLatencyP99 = 3;
using Percentiles = std::array<std::optional<Percentile>, kLatencyNames.size()>;
/// {lower bound of the bucket in ns, count}, ascending, sparse.
using Histogram = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

template <class Visitor>
void visit_percentiles(Visitor& v, auto& percentiles) {
  for (std::size_t i = 0; i < kLatencyNames.size(); ++i) {
    v.field(kLatencyNames[i], percentiles[i],
            {.about = "Null: the tail is not resolved, fewer than 10/(1-p) samples."});
  }
}

struct LatencyPass {
  std::uint64_t samples = 0, saturated = 0;
  Percentiles percentiles;
  Histogram histogram;
};
template <>
inline constexpr TypeText kTypeText<LatencyPass> = {
    .name = "latency_pass", .about = "Closed loop: service time of single operations, timer cost included."};
template <class Visitor>
void visit_fields(Visitor& v, Is<LatencyPass> auto& pass) {
  v.field("samples", pass.samples, {.about = "Timed operations per block (the smallest block's)."});
  v.field("saturated", pass.saturated, {.about = "Samples too long for 32 bits of ns, all blocks together."});
  visit_percentiles(v, pass.percentiles);
  v.field(
      "histogram", pass.histogram,
      {.about = "All blocks together, for plots only: [lower bound of the bucket in ns, count], ascending, sparse."});
}

/// From the intended to the real start of operations, in ns.
struct Lag {
  std::optional<BlockEstimate> p50, p99, max;
};
template <>
inline constexpr TypeText kTypeText<Lag> = {
    .about = "From the intended to the real start, in ns: what of the latency was waiting."};
template <class Visitor>
void visit_fields(Visitor& v, Is<Lag> auto& lag) {
  v.field("p50", lag.p50, {.about = "Median lag."});
  v.field("p99", lag.p99, {.about = "99th percentile."});
  v.field("max", lag.max, {.about = "Longest."});
}

struct OpenPass {
  std::uint64_t samples = 0;
  double offered_per_s = 0;  ///< 0: phases differ
  std::optional<BlockEstimate> achieved_per_s;
  Percentiles percentiles;
  Lag lag;
  Histogram histogram;
};
template <>
inline constexpr TypeText kTypeText<OpenPass> = {
    .name = "open_pass",
    .about =
        "Open loop: operations arrive at random times (Poisson) at a given rate, and are timed from their intended "
        "start. Absent where no rate was given."};
template <class Visitor>
void visit_fields(Visitor& v, Is<OpenPass> auto& pass) {
  v.field("samples", pass.samples, {.about = "Operations per block (the smallest block's)."});
  v.field(
      "offered_per_s", pass.offered_per_s,
      {.about = "Arrivals per second over all threads; null when phases differ.", .above = 0, .null_if_empty = true});
  v.field("achieved_per_s", pass.achieved_per_s, {.about = "Operations per second that ended."});
  visit_percentiles(v, pass.percentiles);
  v.field("lag", pass.lag);
  v.field("histogram", pass.histogram, {.about = "As in the latency pass."});
}

struct RateSearch {
  double p99_limit_ns = 0;
  std::optional<BlockEstimate> max_rate;
  std::uint64_t rounds_without = 0;
  /// Per block: {offered per second, achieved per second, p99 in ns, whether it stayed under the limit}.
  using Probe = std::tuple<std::optional<double>, std::optional<double>, std::optional<double>, bool>;
  std::vector<std::vector<Probe>> probes;
};
template <>
inline constexpr TypeText kTypeText<RateSearch> = {
    .name = "rate_search",
    .about = "The highest rate of arrivals whose p99 stays at or below a limit. Absent where it was not searched for."};
template <class Visitor>
void visit_fields(Visitor& v, Is<RateSearch> auto& search) {
  v.field("p99_limit_ns", search.p99_limit_ns, {.about = "The limit.", .above = 0});
  v.field("max_rate", search.max_rate,
          {.about = "Operations per second over all threads; null: no rate that was tried stayed under the limit."});
  v.field(
      "rounds_without", search.rounds_without,
      {.about = "Blocks in which no rate that was tried stayed under the limit; when they are half or more, max_rate "
                "is null."});
  v.field(
      "probes", search.probes,
      {.about = "Per block, the steps of the search: [offered per second, achieved per second, p99 in ns, whether it "
                "stayed under the limit]."});
}

struct Passes {
  std::optional<RatePass> throughput, dependent;
  std::optional<LatencyPass> latency;
  std::optional<RatePass> batched;
  std::optional<OpenPass> open;
  std::optional<RateSearch> rate_search;
};
template <class Visitor>
void visit_fields(Visitor& v, Is<Passes> auto& passes) {
  v.field("throughput", passes.throughput, {.about = "No clock inside."});
  v.field("dependent", passes.dependent, {.about = "The next key depends on the last answer; read-only rows."});
  v.field("latency", passes.latency, {.about = "Every operation timed."});
  v.field("batched", passes.batched,
          {.about = "Lookups handed over 256 at a time to the index's own find_batch; rows of lookups only."});
  v.field("open", passes.open, {.omit_empty = true});
  v.field("rate_search", passes.rate_search, {.omit_empty = true});
}

/// Latencies of one kind of operation.
struct KindPart {
  std::uint64_t operations = 0;
  std::optional<Percentile> p50, p99;
};
template <>
inline constexpr TypeText kTypeText<KindPart> = {.name = "part", .about = "Latencies of one kind of operation."};
template <class Visitor>
void visit_fields(Visitor& v, Is<KindPart> auto& part) {
  v.field("operations", part.operations, {.about = "Per block (the smallest block's)."});
  v.field("p50", part.p50, {.about = "Latency pass."});
  v.field("p99", part.p99, {.about = "Latency pass."});
}

/// One phase of the workload.
struct PhasePart {
  std::string name;
  std::uint64_t operations = 0;
  std::optional<Percentile> p50, p99;
  std::optional<BlockEstimate> ns_per_op;
  double offered_per_s = 0;  ///< 0: a phase without arrivals, and then without the two below
  std::optional<Percentile> open_p50, open_p99;
};
template <>
inline constexpr TypeText kTypeText<PhasePart> = {.name = "phase", .about = "One phase of the workload."};
template <class Visitor>
void visit_fields(Visitor& v, Is<PhasePart> auto& phase) {
  v.field("name", phase.name, {.about = "Its name in the workload."});
  v.field("operations", phase.operations, {.about = "Per block, all threads together."});
  v.field("p50", phase.p50, {.about = "Latency pass."});
  v.field("p99", phase.p99, {.about = "Latency pass."});
  v.field("ns_per_op", phase.ns_per_op, {.about = "Throughput pass."});
  v.field("offered_per_s", phase.offered_per_s,
          {.about = "Phases with arrivals: their rate.", .above = 0, .omit_empty = true});
  v.field("open_p50", phase.open_p50, {.about = "Phases with arrivals: from the intended start.", .omit_empty = true});
  v.field("open_p99", phase.open_p99, {.about = "Phases with arrivals: from the intended start.", .omit_empty = true});
}

/// Medians over blocks of one window of the time line.
struct Window {
  std::optional<double> ops_per_s, p50, p99, longest_ns, allocated_bytes, resident_bytes;
};
template <class Visitor>
void visit_fields(Visitor& v, Is<Window> auto& window) {
  v.field("ops_per_s", window.ops_per_s, {.about = "Operations per second of all threads, timer included."});
  v.field("p50", window.p50, {.about = "Median latency in ns."});
  v.field("p99", window.p99, {.about = "99th percentile in ns."});
  v.field("longest_ns", window.longest_ns, {.about = "Longest operation: the worst stall."});
  v.field("allocated_bytes", window.allocated_bytes,
          {.about = "Held by the index at the window's end, from the allocator."});
  v.field("resident_bytes", window.resident_bytes, {.about = "Anonymous resident memory of the process then."});
}

struct Timeline {
  std::vector<Window> windows;
  Members<std::optional<BlockEstimate>> trends;
  std::vector<std::string> notices;
};
template <>
inline constexpr TypeText kTypeText<Timeline> = {
    .name = "timeline", .about = "The latency pass in windows of equal operations. Absent where it was not asked for."};
template <class Visitor>
void visit_fields(Visitor& v, Is<Timeline> auto& timeline) {
  v.field("windows", timeline.windows, {.about = "In order; medians over blocks."});
  v.field("trends", timeline.trends,
          {.about = "Mean of the last quarter of the windows / mean of the first, for ops_per_s, p99, allocated_bytes, "
                    "resident_bytes."});
  v.field("notices", timeline.notices,
          {.about = "Trends for the worse whose whole interval lies beyond 5 %, in words."});
}

/// What the processor did in the measured loop, counted by a trial of its own (docs/explain.md).
struct Explanation {
  Counting source = Counting::kNone;
  std::string isa;  ///< of the worker that was counted, which may be another than the timed one
  std::uint64_t operations = 0;
  std::array<std::optional<double>, kEvents> per_operation{};  ///< by Event
  std::string reason;                                          ///< why nothing was counted; empty: it was

  bool counted() const { return reason.empty(); }
  const std::optional<double>& of(Event event) const { return per_operation[static_cast<std::size_t>(event)]; }
};
template <>
inline constexpr TypeText kTypeText<Explanation> = {
    .name = "explanation",
    .about =
        "What the processor did per operation of the measured loop, counted once by a trial that is not timed. No "
        "verdict rests on it. Absent where it was not asked for (run --explain)."};
template <class Visitor>
void visit_fields(Visitor& v, Is<Explanation> auto& explanation) {
  v.field("source", explanation.source,
          {.about = "perf: the processor's counters. callgrind: valgrind's simulated processor. none: see reason."});
  v.field("isa", explanation.isa, {.about = "Instruction set of the worker that was counted.", .null_if_empty = true});
  v.field("operations", explanation.operations, {.about = "Operations that were counted.", .null_if_empty = true});
  for (std::size_t i = 0; i < kEventNames.size(); ++i) {
    v.field(kEventNames[i], explanation.per_operation[i],
            {.about = "Per operation; null: the source does not know it.", .least = 0});
  }
  v.field("reason", explanation.reason, {.about = "Why nothing was counted; else null.", .null_if_empty = true});
}

/// What an engine that counts pages read and wrote in the throughput pass (cold caches: in the latency pass).
struct Pages {
  std::uint64_t page_bytes = 0;
  std::optional<BlockEstimate> reads_per_op, writes_per_op, read_bytes_per_op, written_bytes_per_op;
  std::uint64_t model_bytes = 0, inner_bytes = 0;
};
template <>
inline constexpr TypeText kTypeText<Pages> = {
    .name = "pages", .about = "Of an engine that counts the pages it reads and writes. Absent otherwise."};
template <class Visitor>
void visit_fields(Visitor& v, Is<Pages> auto& pages) {
  v.field("page_bytes", pages.page_bytes, {.about = "Size of a page.", .least = 1});
  v.field("reads_per_op", pages.reads_per_op,
          {.about = "Reads that left the pool, per operation of the throughput pass (cold: of the latency pass)."});
  v.field("writes_per_op", pages.writes_per_op,
          {.about = "Writes per operation. What lies changed in the pool at the end is not counted."});
  v.field("read_bytes_per_op", pages.read_bytes_per_op, {.about = "Bytes read per operation."});
  v.field("written_bytes_per_op", pages.written_bytes_per_op, {.about = "Bytes written per operation."});
  v.field("model_bytes", pages.model_bytes, {.about = "Held in memory beside the pool (median): models, directories."});
  v.field("inner_bytes", pages.inner_bytes,
          {.about = "Pages that hold no entries (median), such as the inner nodes of a tree."});
}

/// One index in one row. Numbers that are 0 or absent were not measured; a cell that is not ok has none at all.
struct Cell {
  std::string index, display;
  Family family = Family::kLearned;
  Tier tier = Tier::kInProcess;
  bool is_static = false, ordered = false;
  std::string citation;
  Members<std::string> parameters;
  TrialStatus status = TrialStatus::kOk;
  std::string reason;  ///< empty when ok, else never
  std::vector<std::string> notes;
  BlockKind block_kind = BlockKind::kProcess;
  std::uint64_t operations = 0, rounds = 0;
  std::uint64_t left_after = 0;  ///< rounds after which it left the race (docs/adr/0013-racing.md); 0: it did not
  std::string engine_version;
  std::optional<Members<Scalar>> engine_settings;
  std::optional<BlockEstimate> build_ns;
  std::uint64_t total_bytes = 0;
  std::optional<std::int64_t> index_bytes;
  std::uint64_t self_reported_bytes = 0, rss_delta_bytes = 0, peak_rss_bytes = 0, disk_bytes = 0, cache_bytes = 0;
  std::uint64_t log_bytes = 0, end_total_bytes = 0, end_disk_bytes = 0, end_log_bytes = 0;
  double no_op_ns = 0, start_ms = 0;
  Members<double> counters;
  std::optional<Pages> pages;
  Passes passes;
  std::vector<PhasePart> phases;
  Members<KindPart> kinds;
  std::optional<Timeline> timeline;
  std::optional<Explanation> explained;

  bool ok() const { return status == TrialStatus::kOk; }
  bool in_process() const { return tier == Tier::kInProcess; }
  bool learned() const { return family == Family::kLearned; }
  bool reference() const { return family == Family::kReference; }
  /// ns per operation of the throughput pass; null: not measured.
  const BlockEstimate* throughput() const { return passes.throughput ? &passes.throughput->ns_per_op : nullptr; }
  const BlockEstimate* dependent() const { return passes.dependent ? &passes.dependent->ns_per_op : nullptr; }
  /// A percentile of the latency pass by its place in kLatencyNames; null: none, or not resolved.
  const Percentile* latency(std::size_t which) const {
    return passes.latency && passes.latency->percentiles[which] ? &*passes.latency->percentiles[which] : nullptr;
  }
};
template <>
inline constexpr TypeText kTypeText<Cell> = {.name = "cell", .about = "One index in one row."};
/// Whatever is wrong with a cell beyond its single fields; empty: nothing.
std::string why_invalid(const Cell& cell);
/// The same for the schema: JSON that is merged into its definition.
const char* schema_rule(const Cell&);
template <class Visitor>
void visit_fields(Visitor& v, Is<Cell> auto& cell) {
  v.field("index", cell.index, {.about = "Registry name."});
  v.field("display", cell.display, {.about = "Name for people."});
  v.field("family", cell.family, {.about = "Kind of structure."});
  v.field("tier", cell.tier, {.about = "How far away the answer is."});
  v.field("static", cell.is_static, {.about = "Neither inserts nor erases."});
  v.field("ordered", cell.ordered, {.about = "Answers lower bounds and scans."});
  v.field("citation", cell.citation, {.about = "Paper, or library and version."});
  v.field("parameters", cell.parameters, {.about = "How it was configured."});
  v.field("status", cell.status, {.about = "How the cell ended: the worst of its trials."});
  v.field("reason", cell.reason, {.about = "Why the status is not ok; null when ok.", .null_if_empty = true});
  v.field("notes", cell.notes, {.about = "Warnings about this cell."});
  v.field("block_kind", cell.block_kind,
          {.about = "process: every block is a fresh process with a fresh build. reconnect: a fresh process and "
                    "connection on a table loaded once."});
  v.field("operations", cell.operations,
          {.about = "Length of the stream's prefix that this index ran.", .null_if_empty = true});
  v.field("rounds", cell.rounds, {.about = "Complete rounds its numbers rest on.", .null_if_empty = true});
  v.field("left_after", cell.left_after,
          {.about = "Rounds after which it left, beaten in every time of an operation by one of its side; absent where "
                    "it ran to the end.",
           .omit_empty = true});
  v.field("engine_version", cell.engine_version,
          {.about = "Engines: version of library or server.", .null_if_empty = true});
  v.field("engine_settings", cell.engine_settings, {.about = "Engines: settings that matter."});
  v.field("build_ns", cell.build_ns, {.about = "Build time; engines: one load per row, without interval."});
  v.field(
      "total_bytes", cell.total_bytes,
      {.about = "Memory after build, entries included (median). Null also where the count cannot be right, as beside "
                "a preloaded allocator: see notes.",
       .null_if_empty = true});
  v.field(
      "index_bytes", cell.index_bytes,
      {.about =
           "What total_bytes is above 16 x loaded keys; of byte strings and records above the row's entry_bytes, and 0 "
           "where an index holds texts in less room than they have (below 0 in results of 0.2.0)."});
  v.field("self_reported_bytes", cell.self_reported_bytes,
          {.about = "What the index says about itself.", .null_if_empty = true});
  v.field("rss_delta_bytes", cell.rss_delta_bytes,
          {.about = "Growth of resident memory during the build.", .null_if_empty = true});
  v.field("peak_rss_bytes", cell.peak_rss_bytes,
          {.about = "Largest resident memory of the process.", .null_if_empty = true});
  v.field("disk_bytes", cell.disk_bytes,
          {.about = "Engines: size on disk after the load, without logs.", .null_if_empty = true});
  v.field("log_bytes", cell.log_bytes,
          {.about = "Engines: size of logs beside it; absent where there are none.", .omit_empty = true});
  v.field("end_total_bytes", cell.end_total_bytes,
          {.about = "Rows that write: total_bytes after the operations (median).", .omit_empty = true});
  v.field("end_disk_bytes", cell.end_disk_bytes,
          {.about = "Rows that write, engines: disk_bytes after the operations (median).", .omit_empty = true});
  v.field("end_log_bytes", cell.end_log_bytes,
          {.about = "Rows that write, engines: log_bytes after the operations (median).", .omit_empty = true});
  v.field("cache_bytes", cell.cache_bytes, {.about = "Engines: configured cache.", .null_if_empty = true});
  v.field("no_op_ns", cell.no_op_ns,
          {.about = "Engines: round trip that does no work (median): the floor.", .null_if_empty = true});
  v.field("start_ms", cell.start_ms,
          {.about = "Worker start until the trial's first line (median).", .null_if_empty = true});
  v.field(
      "counters", cell.counters,
      {.about = "What the index counted by the end of the throughput pass, such as retrains (medians).", .least = 0});
  v.field("pages", cell.pages, {.about = "What was read and written, where an engine counts it.", .omit_empty = true});
  v.field("passes", cell.passes);
  v.field("phases", cell.phases,
          {.about = "Workloads of several phases: each of them, in order. Absent otherwise.", .omit_empty = true});
  v.field(
      "kinds", cell.kinds,
      {.about = "Rows with several kinds of operations: latency pass by kind (lookup, insert, ...). Absent otherwise.",
       .omit_empty = true});
  v.field("timeline", cell.timeline,
          {.about = "The latency pass in windows of time; absent where it was not asked for.", .omit_empty = true});
  v.field(
      "explained", cell.explained,
      {.about = "What the processor did in the measured loop; absent where it was not asked for.", .omit_empty = true});
}

/// The estimate over blocks; none when no value is finite.
std::optional<BlockEstimate> estimate_blocks(std::vector<double> values);
/// The same of a latency. `timer_cost_ns` NaN: unknown, nothing is resolved.
std::optional<Percentile> estimate_percentile(std::vector<double> values, double timer_cost_ns);
/// Seven significant digits, whole numbers as they are: more is noise and doubles the file.
double seven_digits(double value);

}  // namespace omenbench
