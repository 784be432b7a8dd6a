// What a Google Benchmark program says about its benchmarks: the JSON of versions 1.7 to 1.9, read as rows. (Written
// from documents of those versions and the library's description of its output, docs/user_guide.md there.)
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace omenbench {

/// How a row came about.
enum class GbenchState : unsigned char {
  kMeasured,
  kSkipped,  ///< the benchmark says that it does not apply here (SkipWithMessage)
  kError,    ///< it says that it failed (SkipWithError)
};

struct GbenchRow {
  std::string name;       ///< of the benchmark, with its arguments
  std::string aggregate;  ///< "mean", "median", ... of its own repetitions; empty: one of them
  GbenchState state = GbenchState::kMeasured;
  std::string message;  ///< why it was skipped, or failed
  std::string label;
  double family = 0, instance = 0;  ///< tell those of one name apart
  double iterations = 0;
  double real_ns = 0, cpu_ns = 0;          ///< per iteration; with manual time real_ns is that
  std::map<std::string, double> counters;  ///< the benchmark's own, and the library's rates; only finite ones
};

struct GbenchDocument {
  std::string library_version;  ///< since 1.8; empty before
  std::vector<GbenchRow> rows;
  bool complexities = false;  ///< rows that fit a curve (BigO, RMS) were left out
};

/// `where` names the document in errors. Throws Error for what is no such document, or is cut off.
GbenchDocument read_gbench(std::string_view text, const std::string& where);

/// The fold of a benchmark's repetitions in one document.
struct GbenchSample {
  GbenchState state = GbenchState::kMeasured;
  std::string message{}, label{};
  double real_ns = 0, cpu_ns = 0;
  double measured_ns = 0;  ///< time that the clock saw altogether; infinity where the document does not say
  std::map<std::string, double> counters{};
  bool aggregated = false;  ///< the program keeps its repetitions to itself: its own medians
};

/// The medians over repetitions of the benchmark of that name; of several with one name, of the `which`-th from 0.
/// Throws Error when there is none.
GbenchSample sample_of(const GbenchDocument& document, const std::string& name, std::size_t which,
                       const std::string& where);

}  // namespace omenbench
