// What an index will cost on given keys and a given mix, before it is measured: the ratio of its time to that of a
// yardstick, which carries over from one machine to another far better than nanoseconds do. Per index a linear model of
// ln(ratio), fitted by least squares with a small ridge penalty (Hoerl and Kennard, "Ridge Regression", 1970) to
// earlier measurements. Its error is that on datasets it was not fitted to. It knows sizes, hardness and mixes, never
// names of datasets.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace omenbench {

/// What the cost of an operation depends on.
struct CostPoint {
  double keys = 0;             ///< loaded
  double local_segments = 1;   ///< lines that predict every position to within 32
  double global_segments = 1;  ///< to within 4,096
  double inserts = 0;          ///< share of the operations
  double changes = 0;          ///< share of updates, erases and read-modify-writes
  double scanned = 0;          ///< entries per operation: share of scans times their mean length

  bool operator==(const CostPoint&) const = default;
};

inline constexpr std::size_t kCostFeatures = 7;
using CostFeatures = std::array<double, kCostFeatures>;
inline constexpr std::array<const char*, kCostFeatures> kCostFeatureNames = {
    "constant", "log2 keys", "log2 local segments per key", "log2 global segments per key",
    "inserts",  "changes",   "log2 1 + entries scanned"};

CostFeatures features_of(const CostPoint& point);

/// One measurement to fit to.
struct CostSample {
  std::string dataset;  ///< left out together when the error is estimated; not used otherwise
  std::string index;
  CostPoint point;
  double log_ratio = 0;  ///< ln(its time / the yardstick's)
};

struct Prediction {
  double log_ratio = 0;
  double error = 0;  ///< root mean square of the error of log_ratio on unseen datasets

  double ratio() const;
};

class CostModel {
 public:
  /// REQUIRES: at least one sample, of at least two datasets.
  static CostModel fit(std::span<const CostSample> samples, std::string yardstick);
  /// Throws Error beginning with `where`.
  static CostModel from_json(const nlohmann::json& json, const std::string& where);
  nlohmann::ordered_json to_json() const;
  /// No model: it knows no index, and names what others are compared with.
  static CostModel none(std::string yardstick);
  /// The model that is part of the program.
  static CostModel built_in();

  /// None for an index that it was not fitted to. Beyond what it was fitted to, a feature counts as the nearest that
  /// it was.
  std::optional<Prediction> predict(std::string_view index, const CostPoint& point) const;

  /// Whether the point lies near what it was fitted to: no more than four times as many or as few keys, and no larger
  /// share of inserts, other writes and scanned entries. Elsewhere its errors say nothing, and nothing should be left
  /// out for its sake.
  bool covers(const CostPoint& point) const;

  const std::string& yardstick() const { return yardstick_; }
  /// Smallest and largest number of keys, and share of inserts, that it was fitted to.
  std::pair<double, double> keys_range() const;
  std::pair<double, double> inserts_range() const;
  std::size_t samples() const { return samples_; }
  const std::vector<std::string>& datasets() const { return datasets_; }
  /// Share of the fitted conditions whose fastest index `plausible` would have kept, judged by models that had not seen
  /// their dataset.
  double winner_kept() const { return winner_kept_; }
  /// Median over the indexes of their errors.
  double typical_error() const;

 private:
  struct IndexCost {
    std::string index;
    CostFeatures weights{};
    double error = 0;
    std::size_t samples = 0;
  };

  std::string yardstick_;
  std::vector<IndexCost> indexes_;
  std::array<std::pair<double, double>, kCostFeatures> ranges_{};
  std::vector<std::string> datasets_;
  std::size_t samples_ = 0;
  double winner_kept_ = 0;
};

/// Which indexes may turn out fastest: those that would beat the best one's pessimistic prediction if their own error
/// were `kBenefit` standard errors in their favour. What has no prediction is kept.
inline constexpr double kBenefit = 2;
std::vector<bool> plausible(std::span<const std::optional<Prediction>> predictions);

}  // namespace omenbench
