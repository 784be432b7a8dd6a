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
#include <vector>

#include "base/fields.h"
#include "harness/run_facts.h"
#include "harness/trial_record.h"
#include "results/cell.h"
#include "results/metric.h"

namespace omenbench {

inline constexpr std::string_view kResultSchema = "omenbench.result/1";

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
  /// What the rounds cannot tell from the champion of its side; lo and hi hold whichever of them is the best.
  std::vector<std::string> learned_rivals, baseline_rivals;
  VerdictWord word = VerdictWord::kUnresolved;
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
  v.field("ratios", verdict.ratios,
          {.about = "Ratio of every such round, in round order: of the two that all other rounds choose.", .above = 0});
  v.field(
      "learned_rivals", verdict.learned_rivals,
      {.about = "Learned indexes that the rounds cannot tell from the champion. lo and hi hold whichever of them is "
                "the best.",
       .may_miss = true});
  v.field("baseline_rivals", verdict.baseline_rivals, {.about = "The same among the opponents.", .may_miss = true});
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
  std::uint64_t repeated_trials = 0, disturbed_trials = 0, throttled_us = 0;
  std::optional<std::uint64_t> steal_ticks, trials_with_steal;
  std::optional<double> involuntary_switches_median, involuntary_switches_max;
  std::optional<double> frequency_khz_min, frequency_khz_median, frequency_khz_max;
};
template <>
inline constexpr TypeText kTypeText<Disturbance> = {
    .name = "disturbance", .about = "What the machine did to the trials of the complete rounds."};
template <class Visitor>
void visit_fields(Visitor& v, Is<Disturbance> auto& d) {
  v.field("repeated_trials", d.repeated_trials,
          {.about = "Trials that lost the processor far more than their like, and were repeated: not used, but kept in "
                    "the journal.",
           .may_miss = true});
  v.field(
      "disturbed_trials", d.disturbed_trials,
      {.about = "Trials that are used although they lost it, because their repetitions did, too.", .may_miss = true});
  v.field("throttled_us", d.throttled_us,
          {.about = "Time that a quota held processors back, all trials together.", .may_miss = true});
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
  std::string key_kind{};
  std::uint64_t entry_bytes = 0, distinct_keys = 0, record_bytes = 0;
  std::string workload;
  std::uint64_t threads = 1;
  bool ordered = false, mutates = false, reshapes = false, oversubscribed = false, cold = false;
  std::vector<std::string> passes{};  ///< of a closed loop; empty: all that apply
  std::uint64_t operations = 0, rounds = 0;
  std::vector<std::string> stream_sha256;
  Members<double> realised;
  std::vector<std::string> notes;
  Disturbance environment;
  std::uint64_t machine = 0;  ///< where it was measured: 0 on Result::environment, n on Result::machines[n - 1]
  std::vector<Cell> reference, cells;
  std::vector<Verdict> verdicts;

  /// What the row is judged and ranked by.
  Metric headline_metric() const { return omenbench::headline_metric(cold, passes); }
  /// A cell's estimate of it; null where it has none.
  const BlockEstimate* headline_time(const Cell& cell) const {
    switch (headline_metric()) {
      case Metric::kP50:
        return cell.latency(kLatencyP50);
      case Metric::kDependent:
        return cell.dependent();
      default:
        return cell.throughput();
    }
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
/// Empty: nothing is wrong.
std::string why_invalid(const Row& row);
template <>
inline constexpr TypeText kTypeText<Row> = {
    .name = "row", .about = "One dataset x keys x workload x threads, measured by every index in interleaved rounds."};
template <class Visitor>
void visit_fields(Visitor& v, Is<Row> auto& row) {
  v.field("dataset", row.dataset, {.about = "Name of an entry of datasets."});
  v.field("keys", row.keys, {.about = "Keys of the universe."});
  v.field("loaded_keys", row.loaded_keys, {.about = "Keys loaded before the operations start."});
  v.field("key_kind", row.key_kind,
          {.about = "Kind of the keys: bytes (byte strings); absent: 64-bit integers.", .omit_empty = true});
  v.field("entry_bytes", row.entry_bytes,
          {.about = "Bytes of the loaded entries, keys and payloads; absent: 16 each.", .omit_empty = true});
  v.field(
      "distinct_keys", row.distinct_keys,
      {.about = "Where keys repeat (--duplicates keep): how many of the loaded ones differ. Such a row counts entries "
                "as keys, and a lookup answers for all entries of its key. Absent: all differ.",
       .omit_empty = true});
  v.field(
      "record_bytes", row.record_bytes,
      {.about = "Size of the record beside each key, of which a read takes every byte (--record-size); absent: 8, a "
                "word.",
       .omit_empty = true});
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
  v.field("passes", row.passes,
          {.about = "The passes of a closed loop that were asked for (--passes); absent: all that apply.",
           .omit_empty = true});
  v.field("operations", row.operations, {.about = "Length of the whole stream."});
  v.field("rounds", row.rounds, {.about = "Complete rounds; only these are used."});
  v.field("stream_sha256", row.stream_sha256, {.about = "Hash of the operation stream of every complete round."});
  v.field("realised", row.realised, {.about = "Shares that the stream really has."});
  v.field("notes", row.notes, {.about = "What a reader must know about this row."});
  v.field("environment", row.environment);
  v.field(
      "machine", row.machine,
      {.about = "In a result of merged shards: 0 or absent: measured on `environment`; n: on entry n of `machines`, "
                "counted from 1. Times of rows of two machines are never compared.",
       .omit_empty = true});
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
  bool cold = false;
  std::optional<double> ns_per_op;
  std::string runner_up;
  std::optional<double> runner_up_ns_per_op;
  std::optional<bool> clear;
  std::vector<std::string> close;

  /// Who may be as fast: the rounds of both say so.
  std::vector<std::string> too_close() const;
  /// There are too few rounds to say who may be as fast.
  bool too_few_rounds() const { return !runner_up.empty() && !clear; }
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
  v.field("cold", winner.cold, {.about = "With cold caches; absent: not.", .omit_empty = true});
  v.field("ns_per_op", winner.ns_per_op, {.about = "Its median."});
  v.field("runner_up", winner.runner_up, {.about = "Second best.", .null_if_empty = true});
  v.field("runner_up_ns_per_op", winner.runner_up_ns_per_op, {.about = "Its median."});
  v.field("clear", winner.clear,
          {.about = "Whether every other one is surely slower, by the 95 % interval of the ratios of the rounds that "
                    "both have; null when there is no other or there are too few rounds."});
  v.field("close", winner.close,
          {.about = "Those that are not surely slower, the fastest first; absent: none, or too few rounds.",
           .omit_empty = true});
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
  RunFacts facts;
  std::vector<DatasetFacts> datasets;
  std::vector<Row> rows;
  std::vector<Environment> machines;  ///< of merged shards: those besides `environment`
  Summary summary;
  /// What a reader asks to see in place of the plan's focus and baseline; no part of the file. See focus.h.
  std::string focus{}, versus{};

  /// The machine that measured a row.
  const Environment& environment_of(const Row& row) const {
    return row.machine == 0 ? environment : machines[row.machine - 1];
  }
};
template <>
inline constexpr TypeText kTypeText<Result> = {
    .about =
        "What one run of omenbench measured and decided. A missing number is null, never 0; a cell that is not 'ok' "
        "holds no number at all. Times are nanoseconds, sizes bytes, ratios learned / baseline (below 1: the learned "
        "index is faster or smaller)."};
std::string why_invalid(const Result& result);
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
  v.field("facts", result.facts, {.omit_empty = true});
  v.field("datasets", result.datasets, {.about = "The key sets, with their provenance."});
  v.field("rows", result.rows, {.about = "One entry per dataset x keys x workload x threads."});
  v.field("machines", result.machines,
          {.about = "Machines of merged shards besides `environment`; rows say on which they were measured.",
           .omit_empty = true});
  v.field("summary", result.summary);
}

}  // namespace omenbench
