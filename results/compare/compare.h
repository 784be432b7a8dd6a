// Two saved results side by side: each cell that both have, metric by metric. The runs were made at different times, so
// rounds are not paired: values are compared as two samples.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "results/document/document.h"
#include "results/exporter.h"
#include "results/two_samples.h"

namespace omenbench {

/// Which measurements to look at: 'index:pgm-* workload:ycsb-a workload:ycsb-c' keeps those whose index matches the
/// glob and whose workload is one of the two.
class MeasurementFilter {
 public:
  /// Fields: dataset, workload, index, family, tier, keys, threads, metric. Throws Error.
  explicit MeasurementFilter(const std::string& text);
  bool keeps(const Measurement& measurement) const;
  bool names(const std::string& field) const;
  /// Throws Error, with the names that exist, when a term matches none of these: what is misspelt would only leave
  /// less.
  void require_known(std::span<const Measurement> all) const;
  /// Takes the rows, cells and verdicts away whose fields do not match; a metric is none of them.
  void prune(Result& result) const;
  const std::string& text() const { return text_; }

 private:
  bool matches(const Measurement& measurement, const std::string& field) const;

  std::string text_;
  std::vector<std::pair<std::string, std::string>> terms_;
};

/// What a filter may name: the measurements of a result, and its cells that have none.
std::vector<Measurement> nameable(const Result& result);

/// The value of one of those fields. Throws Error on an unknown one.
std::string field_of(const Measurement& measurement, const std::string& field);

struct Compared {
  Measurement base, head;
  /// head / base; none when a value is not positive, or unresolved.
  std::optional<double> ratio, lo, hi;
  double p_value = 1;
  /// A side is only known to be at most its value (a percentile too close to the timer's cost): there is no ratio.
  bool unresolved() const { return base.upper_bound || head.upper_bound; }
  /// Why there is no interval: "too few rounds"; empty where there is one, and where none is missed: bytes are the same
  /// in every round, and an engine loads once.
  std::string_view no_interval() const;
  /// The interval of the ratio does not hold 1.
  bool differs() const { return lo && (*lo > 1 || *hi < 1); }
};

/// One measurement of two runs. REQUIRES: both have blocks.
Compared compare_measurements(const Measurement& base, const Measurement& head);

/// Why `row` of `base` and the row of that name in `head` cannot be compared: other keys, other operations, no such
/// row. Empty when they can.
std::string why_incomparable(const Result& base, const Result& head, const Row& row);

/// A measurement of the base that cannot be compared, and why: its row has other keys or other operations on the head,
/// or is no part of it.
struct Incomparable {
  Measurement base;
  std::string reason;
  bool changed = false;  ///< the head has a row of that name
};

struct Comparison {
  std::vector<Compared> cells;             ///< in the order of the base
  std::vector<Measurement> gone;           ///< that the base has and the head has not, in rows that both have
  std::vector<Incomparable> incomparable;  ///< of the rows that changed or are gone
  std::vector<std::string> warnings;       ///< other machine, other compiler, cells that only one side has
};

/// Another version of an engine's server or library, as "engine 'postgres'", and the two.
struct EngineDifference {
  std::string engine, first, second;
};
std::vector<EngineDifference> engine_differences(const Result& base, const Result& head);

/// Everything that can be compared, which may be nothing.
Comparison compare_what_both_have(const Result& base, const Result& head, const MeasurementFilter& filter);

/// Rows that cannot be compared (other keys under one dataset name, other operation streams) are named and the others
/// compared. Throws Error when no cell is left.
Comparison compare_results(const Result& base, const Result& head, const MeasurementFilter& filter);

/// How a comparison is laid out. What is neither in rows nor in columns and differs begins a table of its own.
struct ComparisonLayout {
  std::vector<std::string> rows{"index"};
  std::vector<std::string> columns{"metric"};
};
Document comparison_document(const Comparison& comparison, const ComparisonLayout& layout);
nlohmann::ordered_json to_json(const Comparison& comparison);

}  // namespace omenbench
