// Exporters write a result in the format of another tool: one .cc in exporters/ each, which ends in
// `const bool registered = register_exporter({...});`. They see a result only as the measurements of the cells that
// are ok: a failed cell is left out of every export and listed where the format has room for a remark.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "results/result.h"

namespace omenbench {

/// "DATASET, N keys, WORKLOAD, N threads": a row's name in messages.
std::string name_of(const Row& row);

/// One metric of one ok cell. Strings are not escaped.
struct Measurement {
  std::string dataset, workload, index, family, tier;
  std::uint64_t keys = 0, threads = 1;
  std::string stream;  ///< hash of the first round's operations: keys, seed and count are the same where it is
  std::string metric;  ///< "ns_per_op", "dependent_ns_per_op", "p99_ns", "build_ns", "total_bytes", ...
  std::string unit;    ///< "ns/op", "ns" or "bytes"
  double median = 0;
  double lo = 0, hi = 0;         ///< ends of the interval; both the median where there is none
  bool interval = false;         ///< below kMinBlocks rounds there is none
  bool extreme = false;          ///< the longest of all operations: one event, that no other run repeats
  std::vector<double> blocks;    ///< one value per round; the median alone where the result keeps no others
  bool upper_bound = false;      ///< a percentile too close to the timer's cost
  std::uint64_t left_after = 0;  ///< rounds after which its cell left the race; 0: it did not

  /// "sosd-lookup/books/1000000/threads:1/pgm-64".
  std::string cell_name() const;
  /// "p99_ns of pgm-64, sosd-lookup, books, 1000000 keys, 1 thread": for people.
  std::string in_words() const;
};

/// Where a cell stands, without a metric.
Measurement description_of(const Result& result, const Row& row, const Cell& cell);

/// Every metric of the plain passes of every ok cell, reference rows left out, in the order of the result.
std::vector<Measurement> measurements_of(const Result& result);

/// Those of one of its rows.
std::vector<Measurement> measurements_of(const Result& result, const Row& row);

/// The first with what the modes of `run` add: phases ("phase_fill_p99_ns"), kinds of operations ("insert_p99_ns"), the
/// open loop ("open_50000_per_s_p99_ns": another rate is another measurement), and the highest rate under a limit as
/// the time between two arrivals ("p99_under_1000000_max_rate_gap_ns"), because readers take smaller for better.
std::vector<Measurement> all_measurements_of(const Result& result);

struct ExportOptions {
  /// One row per cell (the median) where the format would hold one per round.
  bool one_row = false;
  /// Which measurements are written; null: all.
  std::function<bool(const Measurement&)> keeps{};
  /// Of the format's repository, whole: for formats that file results by commit.
  std::string commit{};
};

/// Those that a format's readers may compare with others of that name: without percentiles of which only an upper bound
/// is known, and without extremes.
std::vector<Measurement> comparable_measurements_of(const Result& result, const ExportOptions& options);

/// The time lines, as one measurement of one value per window and quantity ("window_1_p99_ns"): more than formats that
/// name every metric can use.
std::vector<Measurement> windows_of(const Result& result);

/// What the processor did per operation ("callgrind_ll_misses_per_op", docs/explain.md): for those who read, not for
/// those who compare times.
std::vector<Measurement> counts_of(const Result& result);

/// "books, 1000000 keys, sosd-lookup, 1 thread, alex: crash: killed by signal 11", one per cell that is not ok.
std::vector<std::string> failures_of(const Result& result);

/// The names in a format that puts a measurement's parts together, or has fewer characters than they have: what is
/// named alike there, its reader takes for one.
class FormatNames {
 public:
  explicit FormatNames(std::string format) : format_(std::move(format)) {}

  /// Throws Error when another measurement came to have that name.
  void add(const std::string& name, const Measurement& measurement);

 private:
  using Parts = std::tuple<std::string, std::string, std::uint64_t, std::uint64_t, std::string, std::string>;
  struct Named {
    Parts parts;
    std::string in_words;
  };
  std::string format_;
  std::map<std::string, Named> named_;
};

struct ExportedFile {
  std::string name;  ///< a path below the folder that -o names
  std::string text;
};

struct Exporter {
  std::string name;
  std::string summary;  ///< format and who reads it
  bool knows_one_row = false;
  bool knows_windows = false;  ///< holds the time lines too
  bool knows_bounds = false;   ///< holds upper bounds, marked as such, and extremes; the others leave them out
  bool knows_metrics = true;   ///< false: it shows rows as a whole
  bool files_by_commit = false;
  std::string (*write)(const Result& result, const ExportOptions& options) = nullptr;
  /// In place of `write`, for formats of several files.
  std::vector<ExportedFile> (*write_files)(const Result& result, const ExportOptions& options) = nullptr;
};

bool register_exporter(Exporter exporter);

/// Sorted by name.
const std::vector<Exporter>& registered_exporters();

}  // namespace omenbench
