// Runs over time: a SQLite file of medians, keyed by machine and commit, and the changes that stand out in their
// series.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "results/compare/compare.h"
#include "results/document/document.h"

struct sqlite3;

namespace omenbench {

/// What one run says of one measurement.
struct HistoryPoint {
  std::string started, commit, kernel;  ///< kernel: empty in runs that an earlier version added
  double median = 0, lo = 0, hi = 0;
};

/// A step in a series: from `position` on the values lie at another level.
struct ChangePoint {
  std::size_t position = 0;
  double ratio = 1;  ///< level after / level before
  double p_value = 1;
};

/// One measurement on one machine, by time.
struct HistorySeries {
  std::string fingerprint, cpu;
  Measurement what;  ///< without values
  std::vector<HistoryPoint> points{};
  std::vector<ChangePoint> changes{};
};

/// Steps with p < 1e-5 (two samples of equal variance), a size of at least 3 % and three standard deviations, and at
/// least three points on either side (docs/ci.md says why so strict). `values` are positive.
std::vector<ChangePoint> change_points(std::span<const double> values);

/// Positions of the points from which on another kernel runs.
std::vector<std::size_t> kernel_updates(std::span<const HistoryPoint> points);

enum class HistoryAccess : std::uint8_t { kRead, kAppend };

class History {
 public:
  /// Opens the file; kAppend creates it. Throws Error when it is something else, damaged, of a later version, or cannot
  /// be opened. To read takes no right to write.
  History(const std::filesystem::path& file, HistoryAccess access);

  /// Appends every metric of every ok cell, in one transaction. False when this run is there already.
  bool add(const Result& result);
  /// By machine and measurement, each in order of time, with its changes.
  std::vector<HistorySeries> series(const MeasurementFilter& filter) const;

 private:
  std::uint64_t number(const char* sql) const;
  void check() const;
  void check_seals() const;
  std::string seal_of(std::uint64_t run) const;
  void seal(std::uint64_t run) const;
  void migrate() const;

  struct Close {
    void operator()(sqlite3* database) const;
  };
  std::unique_ptr<sqlite3, Close> database_;
  std::string file_;
};

Document history_document(std::span<const HistorySeries> series);
/// A page that stands on its own: a chart per series, changes marked and listed.
std::string render_history_page(std::span<const HistorySeries> series);
nlohmann::ordered_json to_json(std::span<const HistorySeries> series);

}  // namespace omenbench
