// A run and its repetition: which of the first one's conclusions the second confirms, contradicts or leaves open, and
// by how much every measurement moved. Conclusions are ratios within rounds and carry over to another machine and
// another day; times belong to their machine, and are told but count only where the caller asks for them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/fields.h"
#include "results/document/document.h"
#include "results/result.h"
#include "results/two_samples.h"

namespace omenbench {

enum class Agreement : std::uint8_t { kAgrees, kDiffers, kOpen };
template <>
inline constexpr std::size_t kEnumSize<Agreement> = 3;
std::string_view to_string(Agreement agreement);

/// What one of the two runs says of a contest. Zeros: unresolved.
struct SaidVerdict {
  VerdictWord word = VerdictWord::kUnresolved;
  bool weak = false;  ///< does not survive the correction for many rows
  std::string learned, baseline;
  double ratio = 0, lo = 0, hi = 0;
};
template <class Visitor>
void visit_fields(Visitor& v, Is<SaidVerdict> auto& said) {
  v.field("verdict", said.word);
  v.field("weak", said.weak);
  v.field("learned", said.learned, {.null_if_empty = true});
  v.field("baseline", said.baseline, {.null_if_empty = true});
  v.field("ratio", said.ratio, {.null_if_empty = true});
  v.field("lo", said.lo, {.null_if_empty = true});
  v.field("hi", said.hi, {.null_if_empty = true});
}

/// Of now over then.
template <class Visitor>
void visit_fields(Visitor& v, Is<Change> auto& change) {
  v.field("ratio", change.ratio);
  v.field("lo", change.lo);
  v.field("hi", change.hi);
}

/// A verdict of the first run that stood (neither open nor weak), and what became of it.
struct Conclusion {
  std::string dataset, workload;
  std::uint64_t keys = 0, threads = 1;
  OpponentClass opponents = OpponentClass::kOrdered;
  std::string engine;  ///< of the engine classes
  Metric metric = Metric::kThroughput;
  bool headline = false;
  SaidVerdict then, now;
  std::optional<Change> change;  ///< of the ratio learned / baseline
  Agreement agreement = Agreement::kOpen;
  std::string reason;  ///< why it is open; else empty
};
template <class Visitor>
void visit_fields(Visitor& v, Is<Conclusion> auto& conclusion) {
  v.field("dataset", conclusion.dataset);
  v.field("keys", conclusion.keys);
  v.field("workload", conclusion.workload);
  v.field("threads", conclusion.threads);
  v.field("class", conclusion.opponents);
  v.field("baseline", conclusion.engine, {.null_if_empty = true});
  v.field("metric", conclusion.metric);
  v.field("headline", conclusion.headline);
  v.field("then", conclusion.then);
  v.field("now", conclusion.now);
  v.field("change", conclusion.change);
  v.field("agreement", conclusion.agreement);
  v.field("reason", conclusion.reason, {.null_if_empty = true});
}

/// One measurement of one cell. It agrees when the interval of the change lies within the smallest effect worth acting
/// on, differs when all of it lies outside, and is open otherwise.
struct Moved {
  std::string dataset, workload, index, metric, unit;
  std::uint64_t keys = 0, threads = 1;
  double then = 0, now = 0;
  std::optional<Change> change;
  Agreement agreement = Agreement::kOpen;
};
template <class Visitor>
void visit_fields(Visitor& v, Is<Moved> auto& moved) {
  v.field("dataset", moved.dataset);
  v.field("keys", moved.keys);
  v.field("workload", moved.workload);
  v.field("threads", moved.threads);
  v.field("index", moved.index);
  v.field("metric", moved.metric);
  v.field("unit", moved.unit);
  v.field("then", moved.then);
  v.field("now", moved.now);
  v.field("change", moved.change);
  v.field("agreement", moved.agreement);
}

/// Something besides times that is another in the second run.
struct Difference {
  std::string what, then, now;
};
template <class Visitor>
void visit_fields(Visitor& v, Is<Difference> auto& difference) {
  v.field("what", difference.what);
  v.field("then", difference.then);
  v.field("now", difference.now);
}

struct Reproduction {
  bool same_machine = true, same_program = true;
  std::uint64_t datasets = 0;             ///< whose keys are the same, all of them
  std::uint64_t rows = 0, same_rows = 0;  ///< of the first run; of those, with the same operations in all common rounds
  std::uint64_t shorter_rows = 0;         ///< that have fewer rounds than then, or none
  std::vector<Difference> differences;    ///< machine, program, plan, plugins, operations
  std::vector<std::string> newly_failed;  ///< cells that had a result
  std::vector<Conclusion> conclusions;
  std::uint64_t open_then = 0;  ///< verdicts of the first run that concluded nothing
  std::vector<Moved> measurements;

  std::uint64_t count(Agreement agreement) const;
  /// Of headlines, what was concluded then and is open now.
  std::uint64_t open_headlines() const;
  /// Measurements that differ.
  std::uint64_t moved() const;
};
template <class Visitor>
void visit_fields(Visitor& v, Is<Reproduction> auto& reproduction) {
  std::string schema = "omenbench.reproduction/1";
  v.field("schema", schema);
  v.field("same_machine", reproduction.same_machine);
  v.field("same_program", reproduction.same_program);
  v.field("datasets", reproduction.datasets);
  v.field("rows", reproduction.rows);
  v.field("same_rows", reproduction.same_rows);
  v.field("shorter_rows", reproduction.shorter_rows);
  v.field("differences", reproduction.differences);
  v.field("newly_failed", reproduction.newly_failed);
  v.field("conclusions", reproduction.conclusions);
  v.field("open_then", reproduction.open_then);
  v.field("measurements", reproduction.measurements);
}

/// REQUIRES: `now` ran on the keys of `then`. Datasets are the same by their SHA-256, whatever they are called.
Reproduction compare_again(const Result& then, const Result& now);

Document reproduction_document(const Reproduction& reproduction);

}  // namespace omenbench
