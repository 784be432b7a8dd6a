// What a run measured and decided, as typed values: `Result{Row{Cell{BlockEstimate...}, Verdict...}}`. Everything that
// shows, compares or judges a run takes it from here. JSON is its form on disk alone (results/result_json.h): the list
// of fields below each struct gives writing, reading and the JSON Schema. docs/results.md explains the meaning.
#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/fields.h"
#include "core/registry.h"
#include "harness/run_facts.h"
#include "harness/trial_record.h"
#include "results/metric.h"

namespace omenbench {

inline constexpr std::string_view kResultSchema = "omenbench.result/1";

template <>
inline constexpr std::size_t kEnumSize<Family> = 6;
template <>
inline constexpr std::size_t kEnumSize<Tier> = 3;

/// Whom the best learned index is compared with.
enum class OpponentClass : std::uint8_t { kOrdered, kHash, kEmbedded, kServer };
enum class VerdictWord : std::uint8_t { kWins, kLoses, kTie, kInconclusive, kUnresolved };
template <>
inline constexpr std::size_t kEnumSize<OpponentClass> = 4;
template <>
inline constexpr std::size_t kEnumSize<VerdictWord> = 5;
std::string_view to_string(OpponentClass opponents);
std::string_view to_string(VerdictWord word);

/// The classes of a single engine each, instead of the best of many.
inline bool is_engine_class(OpponentClass opponents) { return opponents >= OpponentClass::kEmbedded; }

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
inline constexpr std::size_t kP50 = 0, kP99 = 3;
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
  std::string engine_version;
  std::optional<Members<Scalar>> engine_settings;
  std::optional<BlockEstimate> build_ns;
  std::uint64_t total_bytes = 0;
  std::optional<std::int64_t> index_bytes;
  std::uint64_t self_reported_bytes = 0, rss_delta_bytes = 0, peak_rss_bytes = 0, disk_bytes = 0, cache_bytes = 0;
  double no_op_ns = 0, start_ms = 0;
  Members<double> counters;
  Passes passes;
  std::vector<PhasePart> phases;
  Members<KindPart> kinds;
  std::optional<Timeline> timeline;

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
  v.field("engine_version", cell.engine_version,
          {.about = "Engines: version of library or server.", .null_if_empty = true});
  v.field("engine_settings", cell.engine_settings, {.about = "Engines: settings that matter."});
  v.field("build_ns", cell.build_ns, {.about = "Build time; engines: one load per row, without interval."});
  v.field(
      "total_bytes", cell.total_bytes,
      {.about = "Memory after build, entries included (median). Null also where the count cannot be right, as beside "
                "a preloaded allocator: see notes.",
       .null_if_empty = true});
  v.field("index_bytes", cell.index_bytes, {.about = "total_bytes - 16 x loaded keys.", .least = 0});
  v.field("self_reported_bytes", cell.self_reported_bytes,
          {.about = "What the index says about itself.", .null_if_empty = true});
  v.field("rss_delta_bytes", cell.rss_delta_bytes,
          {.about = "Growth of resident memory during the build.", .null_if_empty = true});
  v.field("peak_rss_bytes", cell.peak_rss_bytes,
          {.about = "Largest resident memory of the process.", .null_if_empty = true});
  v.field("disk_bytes", cell.disk_bytes, {.about = "Engines: size on disk.", .null_if_empty = true});
  v.field("cache_bytes", cell.cache_bytes, {.about = "Engines: configured cache.", .null_if_empty = true});
  v.field("no_op_ns", cell.no_op_ns,
          {.about = "Engines: round trip that does no work (median): the floor.", .null_if_empty = true});
  v.field("start_ms", cell.start_ms,
          {.about = "Worker start until the trial's first line (median).", .null_if_empty = true});
  v.field(
      "counters", cell.counters,
      {.about = "What the index counted by the end of the throughput pass, such as retrains (medians).", .least = 0});
  v.field("passes", cell.passes);
  v.field("phases", cell.phases,
          {.about = "Workloads of several phases: each of them, in order. Absent otherwise.", .omit_empty = true});
  v.field(
      "kinds", cell.kinds,
      {.about = "Rows with several kinds of operations: latency pass by kind (lookup, insert, ...). Absent otherwise.",
       .omit_empty = true});
  v.field("timeline", cell.timeline,
          {.about = "The latency pass in windows of time; absent where it was not asked for.", .omit_empty = true});
}

/// A verdict's ratio with the engine's floor taken off its time.
struct NetRatio {
  double ratio = 0, lo = 0, hi = 0;
};
template <>
inline constexpr TypeText kTypeText<NetRatio> = {.about = "The same with the floor taken off the engine's time."};
template <class Visitor>
void visit_fields(Visitor& v, Is<NetRatio> auto& net) {
  v.field("ratio", net.ratio, {.about = "Learned / (engine - floor).", .above = 0});
  v.field("lo", net.lo, {.about = "Lower end.", .above = 0, .null_if_empty = true});
  v.field("hi", net.hi, {.about = "Upper end.", .above = 0, .null_if_empty = true});
}

/// Under which conditions a verdict holds. Zeros: not known.
struct Conditions {
  std::uint64_t keys = 0, learned_bytes = 0, baseline_bytes = 0;
  double learned_build_ns = 0, baseline_build_ns = 0;
  std::uint64_t break_even_operations = 0;
};
template <>
inline constexpr TypeText kTypeText<Conditions> = {.about = "Under which conditions this holds (medians)."};
template <class Visitor>
void visit_fields(Visitor& v, Is<Conditions> auto& conditions) {
  v.field("keys", conditions.keys, {.about = "Keys of the universe."});
  v.field("learned_bytes", conditions.learned_bytes,
          {.about = "total_bytes of the learned champion.", .null_if_empty = true});
  v.field("baseline_bytes", conditions.baseline_bytes,
          {.about = "total_bytes of the baseline.", .null_if_empty = true});
  v.field("learned_build_ns", conditions.learned_build_ns,
          {.about = "Build time of the learned champion.", .null_if_empty = true});
  v.field("baseline_build_ns", conditions.baseline_build_ns,
          {.about = "Build or load time of the baseline.", .null_if_empty = true});
  v.field(
      "break_even_operations", conditions.break_even_operations,
      {.about = "Operations after which the faster side has repaid its longer build; null when the faster side also "
                "builds faster, or either is not known.",
       .null_if_empty = true});
}

/// Best learned index against the best opponent of one class in one metric. Ratios are learned / baseline.
struct Verdict {
  OpponentClass opponents = OpponentClass::kOrdered;
  Metric metric = Metric::kThroughput;
  bool headline = false;                 ///< what the row is judged by
  std::string learned, learned_display;  ///< champion; empty when that side has no result
  bool learned_static = false;
  std::string baseline, baseline_display;          ///< likewise; engine classes: the engine, even without a result
  double ratio = 0, lo = 0, hi = 0, coverage = 0;  ///< 0: unresolved
  double delta = 0;                                ///< smallest relative effect worth acting on
  std::uint64_t rounds = 0;
  std::uint64_t operations = 0;  ///< rows that write: over which both are compared; else 0
  std::vector<double> ratios;    ///< per round of the estimate
  std::uint64_t champions_chosen_on = 0;
  VerdictWord word = VerdictWord::kUnresolved;
  std::string caution;            ///< what is clearly better than a champion over all rounds; empty: nothing
  std::string reason;             ///< why unresolved; else empty
  std::optional<double> p_value;  ///< in the direction of the median
  std::optional<bool> survives;   ///< wins and loses: the correction for many rows
  double floor_ns = 0;            ///< engine classes: no-op round trip per operation; 0: none
  std::optional<NetRatio> net;
  Conditions conditions;
  /// One-sided sign tests on the band, both directions; not stored.
  double p_better = 1, p_worse = 1;

  bool compared() const { return ratio > 0; }
  bool decided() const { return word == VerdictWord::kWins || word == VerdictWord::kLoses; }
  /// The engine of the engine classes; empty in the others.
  std::string engine() const { return is_engine_class(opponents) ? baseline : ""; }
  bool same_contest(const Verdict& other) const { return opponents == other.opponents && engine() == other.engine(); }
};
template <>
inline constexpr TypeText kTypeText<Verdict> = {
    .name = "verdict", .about = "Best learned index against the best opponent of one class in one metric."};
std::string why_invalid(const Verdict& verdict);
const char* schema_rule(const Verdict&);
template <class Visitor>
void visit_fields(Visitor& v, Is<Verdict> auto& verdict) {
  v.field("class", verdict.opponents,
          {.about = "Whom the best learned index is compared with: the best ordered in-process baseline, the best hash "
                    "map, one embedded engine, one server."});
  v.field("metric", verdict.metric,
          {.about = "throughput: ns per operation, the headline. dependent: ns per lookup when each key depends on the "
                    "last answer. p50, p99: of single operations. bytes: total_bytes. build: build_ns."});
  v.field("headline", verdict.headline, {.about = "Whether this is the row's headline.", .may_miss = true});
  v.field("learned", verdict.learned,
          {.about = "Champion of the learned side; null when it has none.", .null_if_empty = true});
  v.field("learned_display", verdict.learned_display, {.about = "Its name for people.", .null_if_empty = true});
  v.field("learned_static", verdict.learned_static, {.about = "The learned champion neither inserts nor erases."});
  v.field("baseline", verdict.baseline,
          {.about = "Champion of the opponents; an engine in the classes embedded and server.", .null_if_empty = true});
  v.field("baseline_display", verdict.baseline_display, {.about = "Its name for people.", .null_if_empty = true});
  v.field("ratio", verdict.ratio,
          {.about = "Learned / baseline, gross: median over paired rounds. Below 1: learned is better.",
           .above = 0,
           .null_if_empty = true});
  v.field("lo", verdict.lo, {.about = "Lower end of the sign interval.", .above = 0, .null_if_empty = true});
  v.field("hi", verdict.hi, {.about = "Upper end of the sign interval.", .above = 0, .null_if_empty = true});
  v.field("coverage", verdict.coverage,
          {.about = "Confidence that the interval really has.", .least = 0, .most = 1, .null_if_empty = true});
  v.field("delta", verdict.delta, {.about = "Smallest relative effect worth acting on: 0.05 or 0.10.", .above = 0});
  v.field("rounds", verdict.rounds, {.about = "Paired rounds the estimate rests on."});
  v.field("operations", verdict.operations,
          {.about = "Rows that write: operations that both sides are compared over, the shorter prefix; else null.",
           .may_miss = true,
           .null_if_empty = true});
  v.field("ratios", verdict.ratios, {.about = "Ratio of every such round, in round order.", .above = 0});
  v.field("champions_chosen_on", verdict.champions_chosen_on,
          {.about = "Rounds spent on choosing champions, not part of the estimate; 0 when there was no choice."});
  v.field(
      "caution", verdict.caution,
      {.about = "What is clearly better than a champion over all rounds: champions were chosen on few. Null: nothing.",
       .may_miss = true,
       .null_if_empty = true});
  v.field(
      "verdict", verdict.word,
      {.about = "From the learned index's side. wins, loses: the whole interval lies beyond the smallest difference "
                "worth acting on. tie: the whole interval lies inside it. inconclusive: it straddles it. unresolved: "
                "could not be judged, see reason."});
  v.field("reason", verdict.reason, {.about = "Why unresolved; else null.", .null_if_empty = true});
  v.field("p_value", verdict.p_value,
          {.about = "One-sided sign test that the effect lies beyond the band, in the direction of the median.",
           .least = 0,
           .most = 1});
  v.field("survives_correction", verdict.survives,
          {.about = "wins, loses: whether it survives Benjamini-Hochberg over the rows of this class and metric; else "
                    "null. False is shown as ~ and not counted in summaries."});
  v.field("floor_ns", verdict.floor_ns,
          {.about = "Engine classes: the engine's no-op round trip.", .above = 0, .null_if_empty = true});
  v.field(
      "net", verdict.net,
      {.about = "Null: not an engine class, a metric other than throughput, dependent and p50, or a floor that is not "
                "known or not below the engine's time."});
  v.field("conditions", verdict.conditions);
}

/// What the machine did to the trials of the complete rounds; absent where there were none.
struct Disturbance {
  std::optional<std::uint64_t> steal_ticks, trials_with_steal;
  std::optional<double> involuntary_switches_median, involuntary_switches_max;
  std::optional<double> frequency_khz_min, frequency_khz_median, frequency_khz_max;
};
template <>
inline constexpr TypeText kTypeText<Disturbance> = {
    .name = "disturbance", .about = "What the machine did to the trials of the complete rounds."};
template <class Visitor>
void visit_fields(Visitor& v, Is<Disturbance> auto& d) {
  v.field("steal_ticks", d.steal_ticks, {.about = "Clock ticks taken away by the hypervisor, all trials together."});
  v.field("trials_with_steal", d.trials_with_steal, {.about = "Trials that lost at least one tick."});
  v.field("involuntary_switches_median", d.involuntary_switches_median,
          {.about = "Involuntary context switches per trial."});
  v.field("involuntary_switches_max", d.involuntary_switches_max, {.about = "The most of any trial."});
  v.field("frequency_khz_min", d.frequency_khz_min, {.about = "Lowest processor frequency seen."});
  v.field("frequency_khz_median", d.frequency_khz_median, {.about = "Median processor frequency."});
  v.field("frequency_khz_max", d.frequency_khz_max, {.about = "Highest processor frequency seen."});
}

/// One dataset x keys x workload x threads.
struct Row {
  std::string dataset;
  std::uint64_t keys = 0, loaded_keys = 0;
  std::string workload;
  std::uint64_t threads = 1;
  bool ordered = false, mutates = false, reshapes = false, oversubscribed = false, cold = false;
  std::uint64_t operations = 0, rounds = 0;
  std::vector<std::string> stream_sha256;
  Members<double> realised;
  std::vector<std::string> notes;
  Disturbance environment;
  std::vector<Cell> reference, cells;
  std::vector<Verdict> verdicts;

  /// What the row is judged and ranked by: throughput, or p50 where caches are evicted between operations.
  Metric headline_metric() const { return cold ? Metric::kP50 : Metric::kThroughput; }
  /// A cell's estimate of it; null where it has none.
  const BlockEstimate* headline_time(const Cell& cell) const {
    return cold ? static_cast<const BlockEstimate*>(cell.latency(kP50)) : cell.throughput();
  }
  /// The cell or reference of that index; null: none.
  const Cell* find(std::string_view index) const;
  /// Visits contenders, then references.
  template <class Visit>
  void for_each_cell(Visit visit) const {
    for (const Cell& cell : cells) visit(cell);
    for (const Cell& cell : reference) visit(cell);
  }
};
template <>
inline constexpr TypeText kTypeText<Row> = {
    .name = "row", .about = "One dataset x keys x workload x threads, measured by every index in interleaved rounds."};
template <class Visitor>
void visit_fields(Visitor& v, Is<Row> auto& row) {
  v.field("dataset", row.dataset, {.about = "Name of an entry of datasets."});
  v.field("keys", row.keys, {.about = "Keys of the universe."});
  v.field("loaded_keys", row.loaded_keys, {.about = "Keys loaded before the operations start."});
  v.field("workload", row.workload, {.about = "Name of the workload."});
  v.field("threads", row.threads, {.about = "Threads that run operations.", .least = 1});
  v.field("ordered", row.ordered, {.about = "Has lower bounds or scans: hash maps cannot take part."});
  v.field("mutates", row.mutates, {.about = "Writes."});
  v.field("reshapes", row.reshapes, {.about = "Inserts or erases: static indexes cannot take part."});
  v.field("oversubscribed", row.oversubscribed, {.about = "More threads than processors: measures the scheduler."});
  v.field("cold", row.cold,
          {.about = "True: caches were evicted before every operation: there are latencies only, and no verdict mixes "
                    "them with others.",
           .may_miss = true});
  v.field("operations", row.operations, {.about = "Length of the whole stream."});
  v.field("rounds", row.rounds, {.about = "Complete rounds; only these are used."});
  v.field("stream_sha256", row.stream_sha256, {.about = "Hash of the operation stream of every complete round."});
  v.field("realised", row.realised, {.about = "Shares that the stream really has."});
  v.field("notes", row.notes, {.about = "What a reader must know about this row."});
  v.field("environment", row.environment);
  v.field("reference", row.reference,
          {.about = "Bounds to compare with (oracle-gather, full-scan); never contenders."});
  v.field("cells", row.cells, {.about = "Every contender, also those without a result."});
  v.field("verdicts", row.verdicts,
          {.about = "Headline first: class ordered, metric throughput (with cold caches: p50)."});
}

/// How hard keys are to predict, also as a density, because numbers of keys differ.
struct Hardness {
  std::uint64_t local_segments = 0, global_segments = 0;
  double local_per_million = 0, global_per_million = 0, rmi_log2_error = 0;
};
template <>
inline constexpr TypeText kTypeText<Hardness> = {
    .name = "hardness",
    .about =
        "How hard the keys are to predict, computed before anything was measured. Segments of the optimal piecewise "
        "linear approximation (Wongkham et al., VLDB 2022, section 3)."};
template <class Visitor>
void visit_fields(Visitor& v, Is<Hardness> auto& hardness) {
  v.field("local_segments", hardness.local_segments,
          {.about = "Lines that predict every position to within 32.", .least = 1});
  v.field("global_segments", hardness.global_segments,
          {.about = "Lines that predict every position to within 4,096.", .least = 1});
  v.field("local_per_million", hardness.local_per_million, {.about = "local_segments per million keys.", .above = 0});
  v.field("global_per_million", hardness.global_per_million,
          {.about = "global_segments per million keys.", .above = 0});
  v.field("rmi_log2_error", hardness.rmi_log2_error,
          {.about = "Bits left to search below a linear root over one leaf per 1,024 keys (mean over the keys).",
           .least = 0});
}

/// A key set with its provenance.
struct DatasetFacts {
  std::string name, kind;
  std::uint64_t n = 0, rows = 0;
  std::string sha256;
  std::uint64_t duplicates = 0, duplicates_dropped = 0;
  std::string source, key_type, citation;
  std::vector<std::string> notes;
  std::optional<Hardness> hardness;
};
template <>
inline constexpr TypeText kTypeText<DatasetFacts> = {.name = "dataset", .about = "A key set with its provenance."};
template <class Visitor>
void visit_fields(Visitor& v, Is<DatasetFacts> auto& dataset) {
  v.field("name", dataset.name, {.about = "Short name, unique in this run."});
  v.field("kind", dataset.kind, {.about = "real or generated."});
  v.field("n", dataset.n, {.about = "Keys, after duplicates and sampling."});
  v.field("rows", dataset.rows, {.about = "Values read, before duplicates and sampling."});
  v.field("sha256", dataset.sha256,
          {.about = "Of the keys as little-endian 64-bit words: the identity of the dataset."});
  v.field("duplicates", dataset.duplicates, {.about = "Equal keys found, whatever became of them."});
  v.field("duplicates_dropped", dataset.duplicates_dropped, {.about = "Equal keys dropped."});
  v.field("source", dataset.source, {.about = "File name, URL or generator parameters."});
  v.field("key_type", dataset.key_type, {.about = "What the keys were before they became 64-bit integers."});
  v.field("citation", dataset.citation, {.about = "Licence and citation, when known."});
  v.field("notes", dataset.notes, {.about = "Anything a reader must know."});
  v.field("hardness", dataset.hardness,
          {.about = "How hard the keys are to predict; absent or null in runs of versions that did not compute it.",
           .may_miss = true});
}

/// Headline verdicts of one class (or engine), counted over rows.
struct Tally {
  OpponentClass opponents = OpponentClass::kOrdered;
  std::string engine;  ///< of the engine classes
  std::uint64_t rows = 0;
  std::array<std::uint64_t, kEnumSize<VerdictWord>> words{};  ///< surviving wins and losses, and the others
  std::uint64_t not_surviving = 0;
  double geometric_mean = 0;  ///< 0: no row has a ratio
  std::uint64_t geometric_mean_rows = 0;

  std::uint64_t count(VerdictWord word) const { return words[static_cast<std::size_t>(word)]; }
};
template <>
inline constexpr TypeText kTypeText<Tally> = {
    .name = "tally", .about = "Headline verdicts (throughput) of one class, counted over rows."};
template <class Visitor>
void visit_fields(Visitor& v, Is<Tally> auto& tally) {
  constexpr std::array<std::string_view, kEnumSize<VerdictWord>> kAbout = {
      "Surviving wins.", "Surviving losses.", "Ties.", "Inconclusive rows.", "Unresolved rows."};
  v.field("class", tally.opponents, {.about = "The class of opponents."});
  v.field("baseline", tally.engine,
          {.about = "The engine, in the classes embedded and server; else null.", .null_if_empty = true});
  v.field("rows", tally.rows, {.about = "Rows that have such a verdict."});
  for (std::size_t i = 0; i < tally.words.size(); ++i) {
    v.field(to_string(static_cast<VerdictWord>(i)), tally.words[i], {.about = kAbout[i]});
  }
  v.field("not_surviving", tally.not_surviving, {.about = "Wins and losses that do not survive the correction (~)."});
  v.field("geometric_mean", tally.geometric_mean,
          {.about = "Of the ratios, over rows where both sides have a value.", .above = 0, .null_if_empty = true});
  v.field("geometric_mean_rows", tally.geometric_mean_rows, {.about = "How many rows that are."});
}

/// The in-process index with the lowest headline time of a row: a ranking by medians, not a verdict.
struct Winner {
  std::string dataset;
  std::uint64_t keys = 0;
  std::string workload;
  std::uint64_t threads = 1;
  std::string index, display;  ///< empty: nothing finished
  std::optional<Family> family;
  Metric metric = Metric::kThroughput;
  std::optional<double> ns_per_op;
  std::string runner_up;
  std::optional<double> runner_up_ns_per_op;
  std::optional<bool> clear;
};
template <>
inline constexpr TypeText kTypeText<Winner> = {
    .name = "winner",
    .about = "The in-process index with the lowest ns/op of a row. A ranking by medians, not a verdict."};
template <class Visitor>
void visit_fields(Visitor& v, Is<Winner> auto& winner) {
  v.field("dataset", winner.dataset, {.about = "As in rows."});
  v.field("keys", winner.keys, {.about = "As in rows."});
  v.field("workload", winner.workload, {.about = "As in rows."});
  v.field("threads", winner.threads, {.about = "As in rows.", .least = 1});
  v.field("index", winner.index, {.about = "Registry name; null when nothing finished.", .null_if_empty = true});
  v.field("display", winner.display, {.about = "Name for people.", .null_if_empty = true});
  v.field("family", winner.family, {.about = "Its family."});
  v.field("metric", winner.metric, {.about = "What they are ranked by.", .may_miss = true});
  v.field("ns_per_op", winner.ns_per_op, {.about = "Its median."});
  v.field("runner_up", winner.runner_up, {.about = "Second best.", .null_if_empty = true});
  v.field("runner_up_ns_per_op", winner.runner_up_ns_per_op, {.about = "Its median."});
  v.field("clear", winner.clear,
          {.about = "Whether the two intervals do not overlap; null when there is no runner-up or no interval."});
}

/// Contenders by status.
struct StatusCounts : std::array<std::uint64_t, kTrialStatuses> {
  std::uint64_t& of(TrialStatus status) { return (*this)[static_cast<std::size_t>(status)]; }
  std::uint64_t of(TrialStatus status) const { return (*this)[static_cast<std::size_t>(status)]; }
};
template <>
inline constexpr TypeText kTypeText<StatusCounts> = {.about = "Contenders by status."};
template <class Visitor>
void visit_fields(Visitor& v, Is<StatusCounts> auto& counts) {
  for (std::size_t i = 0; i < counts.size(); ++i) v.field(to_string(static_cast<TrialStatus>(i)), counts[i]);
}

/// The run in short.
struct Summary {
  StatusCounts cells{};
  std::vector<Tally> verdicts;
  std::vector<Winner> winners;  ///< one per row
  std::vector<std::string> headlines, notes;
};
template <>
inline constexpr TypeText kTypeText<Summary> = {.name = "summary", .about = "The run in short."};
template <class Visitor>
void visit_fields(Visitor& v, Is<Summary> auto& summary) {
  v.field("cells", summary.cells);
  v.field("verdicts", summary.verdicts, {.about = "One entry per class, and per engine."});
  v.field("winners", summary.winners, {.about = "One entry per row, in the order of rows."});
  v.field("headlines", summary.headlines, {.about = "The outcome in plain sentences."});
  v.field("notes", summary.notes, {.about = "Warnings about the whole run."});
}

/// A whole run.
struct Result {
  std::string started;
  bool interrupted = false;
  std::uint64_t superseded = 0;
  ToolInfo tool;
  Environment environment;
  nlohmann::ordered_json plan;  ///< as it was asked for; shown and repeated, never looked into
  std::vector<DatasetFacts> datasets;
  std::vector<Row> rows;
  Summary summary;

  /// NaN: not known.
  double timer_cost_ns() const { return timer_cost_of(environment); }
};
template <>
inline constexpr TypeText kTypeText<Result> = {
    .about =
        "What one run of omenbench measured and decided. A missing number is null, never 0; a cell that is not 'ok' "
        "holds no number at all. Times are nanoseconds, sizes bytes, ratios learned / baseline (below 1: the learned "
        "index is faster or smaller)."};
template <class Visitor>
void visit_fields(Visitor& v, Is<Result> auto& result) {
  std::string schema(kResultSchema);
  v.field("schema", schema, {.about = "Name and version of this format."});
  v.field("started", result.started, {.about = "When the run began: UTC, ISO 8601."});
  v.field("interrupted", result.interrupted,
          {.about = "True when the run was stopped before its plan was done; only complete rounds are used then."});
  v.field("superseded", result.superseded,
          {.about = "Trials that stay in the journal but were repeated later (a round split by a restart, a retried "
                    "trial) and are used nowhere."});
  v.field("tool", result.tool);
  v.field("environment", result.environment);
  v.field("plan", result.plan, {.about = "What was asked for: every option that shapes the run."});
  v.field("datasets", result.datasets, {.about = "The key sets, with their provenance."});
  v.field("rows", result.rows, {.about = "One entry per dataset x keys x workload x threads."});
  v.field("summary", result.summary);
}

/// The estimate over blocks; none when no value is finite.
std::optional<BlockEstimate> estimate_blocks(std::vector<double> values);
/// The same of a latency. `timer_cost_ns` NaN: unknown, nothing is resolved.
std::optional<Percentile> estimate_percentile(std::vector<double> values, double timer_cost_ns);
/// Seven significant digits, whole numbers as they are: more is noise and doubles the file.
double seven_digits(double value);

}  // namespace omenbench
