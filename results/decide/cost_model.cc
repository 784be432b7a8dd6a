// See the header. With seven features the normal equations are a 7 x 7 system, solved by Cholesky's decomposition.
#include "results/decide/cost_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/json.h"
#include "core/error.h"
#include "embedded/cost_model.h"
#include "results/statistics.h"

namespace omenbench {
namespace {

constexpr const char* kSchema = "omenbench.cost-model/1";
constexpr double kRidge = 0.1;
constexpr std::size_t kFirstOfMix = 4;  ///< features from here on are shares of operations
constexpr double kRounding = 1e-5;      ///< of a stored model
using Samples = std::vector<const CostSample*>;
using Matrix = std::array<CostFeatures, kCostFeatures>;

/// Solves A x = b in place. REQUIRES: A symmetric and positive definite; its lower triangle is read.
CostFeatures solve(Matrix a, CostFeatures b) {
  for (std::size_t j = 0; j < kCostFeatures; ++j) {
    for (std::size_t k = 0; k < j; ++k) a[j][j] -= a[j][k] * a[j][k];
    a[j][j] = std::sqrt(a[j][j]);
    for (std::size_t i = j + 1; i < kCostFeatures; ++i) {
      for (std::size_t k = 0; k < j; ++k) a[i][j] -= a[i][k] * a[j][k];
      a[i][j] /= a[j][j];
    }
  }
  for (std::size_t i = 0; i < kCostFeatures; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= a[i][k] * b[k];
    b[i] /= a[i][i];
  }
  for (std::size_t i = kCostFeatures; i-- > 0;) {
    for (std::size_t k = i + 1; k < kCostFeatures; ++k) b[i] -= a[k][i] * b[k];
    b[i] /= a[i][i];
  }
  return b;
}

/// The constant is not penalised, or few samples would pull every prediction towards the yardstick.
CostFeatures least_squares(const Samples& samples) {
  Matrix a{};
  CostFeatures b{};
  for (std::size_t i = 1; i < kCostFeatures; ++i) a[i][i] = kRidge;
  a[0][0] = 1e-9;
  for (const CostSample* sample : samples) {
    const CostFeatures x = features_of(sample->point);
    for (std::size_t i = 0; i < kCostFeatures; ++i) {
      for (std::size_t j = 0; j < kCostFeatures; ++j) a[i][j] += x[i] * x[j];
      b[i] += x[i] * sample->log_ratio;
    }
  }
  return solve(a, b);
}

double dot(const CostFeatures& weights, const CostFeatures& x) {
  double sum = 0;
  for (std::size_t i = 0; i < kCostFeatures; ++i) sum += weights[i] * x[i];
  return sum;
}

/// Each sample predicted by a model that was fitted without its dataset.
std::map<const CostSample*, double> predict_unseen(const Samples& samples) {
  std::map<const CostSample*, double> predicted;
  std::set<std::string_view> datasets;
  for (const CostSample* sample : samples) datasets.insert(sample->dataset);
  for (const std::string_view left_out : datasets) {
    Samples others;
    for (const CostSample* sample : samples) {
      if (sample->dataset != left_out) others.push_back(sample);
    }
    if (others.empty()) continue;
    const CostFeatures weights = least_squares(others);
    for (const CostSample* sample : samples) {
      if (sample->dataset == left_out) predicted[sample] = dot(weights, features_of(sample->point));
    }
  }
  return predicted;
}

double root_mean_square(const std::vector<double>& errors) {
  double sum = 0;
  for (const double error : errors) sum += error * error;
  return errors.empty() ? 1 : std::sqrt(sum / static_cast<double>(errors.size()));
}

/// Of each condition's measurements: was the fastest among those that would have been kept?
double share_of_winners_kept(std::span<const CostSample> samples,
                             const std::map<const CostSample*, Prediction>& unseen) {
  std::vector<Samples> cells;
  for (const CostSample& sample : samples) {
    const auto same = [&](const Samples& cell) {
      return cell[0]->dataset == sample.dataset && cell[0]->point == sample.point;
    };
    const auto found = std::ranges::find_if(cells, same);
    (found == cells.end() ? cells.emplace_back() : *found).push_back(&sample);
  }
  std::size_t kept = 0;
  for (const Samples& cell : cells) {
    std::vector<std::optional<Prediction>> predictions;
    for (const CostSample* sample : cell) {
      const auto found = unseen.find(sample);
      predictions.push_back(found == unseen.end() ? std::nullopt : std::optional(found->second));
    }
    const auto fastest = std::ranges::min_element(cell, {}, &CostSample::log_ratio);
    kept += plausible(predictions)[static_cast<std::size_t>(fastest - cell.begin())];
  }
  return static_cast<double>(kept) / static_cast<double>(cells.size());
}

}  // namespace

CostFeatures features_of(const CostPoint& point) {
  const double keys = std::max(point.keys, 1.0);
  // Centred where most measurements lie, so that the penalty bears on slopes and not on where the origin is.
  return {1,
          std::log2(keys) - 17,
          std::log2(std::max(point.local_segments, 1.0) / keys) + 12,
          std::log2(std::max(point.global_segments, 1.0) / keys) + 17,
          point.inserts,
          point.changes,
          std::log2(1 + point.scanned)};
}

double Prediction::ratio() const { return std::exp(log_ratio); }

CostModel CostModel::fit(std::span<const CostSample> samples, std::string yardstick) {
  CostModel model;
  model.yardstick_ = std::move(yardstick);
  model.samples_ = samples.size();
  std::map<std::string, Samples> by_index;
  std::set<std::string> datasets;
  for (std::size_t i = 0; i < kCostFeatures; ++i) {
    const auto value = [i](const CostSample& sample) { return features_of(sample.point)[i]; };
    const auto [low, high] = std::ranges::minmax_element(samples, {}, value);
    model.ranges_[i] = {value(*low), value(*high)};
  }
  for (const CostSample& sample : samples) {
    by_index[sample.index].push_back(&sample);
    datasets.insert(sample.dataset);
  }
  model.datasets_.assign(datasets.begin(), datasets.end());
  std::map<const CostSample*, Prediction> unseen;
  for (const auto& [index, own] : by_index) {
    const std::map<const CostSample*, double> predicted = predict_unseen(own);
    std::vector<double> errors;
    for (const auto& [sample, log_ratio] : predicted) errors.push_back(log_ratio - sample->log_ratio);
    const double error = root_mean_square(errors);
    for (const auto& [sample, log_ratio] : predicted) unseen[sample] = {log_ratio, error};
    model.indexes_.push_back({index, least_squares(own), error, own.size()});
  }
  model.winner_kept_ = share_of_winners_kept(samples, unseen);
  return model;
}

std::optional<Prediction> CostModel::predict(std::string_view index, const CostPoint& point) const {
  const auto found = std::ranges::find(indexes_, index, &IndexCost::index);
  if (found == indexes_.end()) return std::nullopt;
  CostFeatures x = features_of(point);
  for (std::size_t i = 0; i < kCostFeatures; ++i) x[i] = std::clamp(x[i], ranges_[i].first, ranges_[i].second);
  return Prediction{dot(found->weights, x), found->error};
}

bool CostModel::covers(const CostPoint& point) const {
  if (samples_ == 0) return false;
  const CostFeatures x = features_of(point);
  for (std::size_t i = kFirstOfMix; i < kCostFeatures; ++i) {
    if (x[i] > ranges_[i].second + kRounding) return false;
  }
  const auto [fewest, most] = keys_range();
  return point.keys >= fewest / 4 && point.keys <= most * 4;
}

std::pair<double, double> CostModel::keys_range() const {
  return {std::exp2(ranges_[1].first + 17), std::exp2(ranges_[1].second + 17)};
}

std::pair<double, double> CostModel::inserts_range() const { return ranges_[4]; }

double CostModel::typical_error() const {
  std::vector<double> errors;
  for (const IndexCost& index : indexes_) errors.push_back(index.error);
  return errors.empty() ? 0 : median(errors);
}

nlohmann::ordered_json CostModel::to_json() const {
  const auto rounded = [](double value) { return std::round(value * 1e6) / 1e6; };
  nlohmann::ordered_json json = {{"schema", kSchema},
                                 {"yardstick", yardstick_},
                                 {"samples", samples_},
                                 {"datasets", datasets_},
                                 {"winner_kept", rounded(winner_kept_)},
                                 {"features", kCostFeatureNames}};
  for (const auto& [low, high] : ranges_) json["ranges"].push_back({rounded(low), rounded(high)});
  json["indexes"] = nlohmann::ordered_json::object();
  for (const IndexCost& index : indexes_) {
    nlohmann::ordered_json weights = nlohmann::ordered_json::array();
    for (const double weight : index.weights) weights.push_back(rounded(weight));
    json["indexes"][index.index] = {
        {"error", rounded(index.error)}, {"samples", index.samples}, {"weights", std::move(weights)}};
  }
  return json;
}

CostModel CostModel::from_json(const nlohmann::json& json, const std::string& where) {
  try {
    if (json.at("schema") != kSchema) throw Error(fmt::format("{}: expected schema {}", where, kSchema));
    const auto names = json.at("features").get<std::vector<std::string>>();
    if (!std::ranges::equal(names, kCostFeatureNames)) {
      throw Error(fmt::format("{}: fitted by another version of omenbench (its features are others)", where));
    }
    CostModel model;
    model.yardstick_ = json.at("yardstick").get<std::string>();
    model.samples_ = json.at("samples").get<std::size_t>();
    model.datasets_ = json.at("datasets").get<std::vector<std::string>>();
    model.winner_kept_ = json.at("winner_kept").get<double>();
    model.ranges_ = json.at("ranges").get<std::array<std::pair<double, double>, kCostFeatures>>();
    for (const auto& [name, fields] : json.at("indexes").items()) {
      model.indexes_.push_back({name, fields.at("weights").get<CostFeatures>(), fields.at("error").get<double>(),
                                fields.at("samples").get<std::size_t>()});
    }
    return model;
  } catch (const nlohmann::json::exception& error) {
    throw Error(fmt::format("{}: no cost model: {}", where, plain_reason(error)));
  }
}

CostModel CostModel::none(std::string yardstick) {
  CostModel model;
  model.yardstick_ = std::move(yardstick);
  return model;
}

CostModel CostModel::built_in() {
  const EmbeddedFile& file = embedded::cost_model().front();
  return from_json(parse_json(file.content, std::string(file.name)), std::string(file.name));
}

std::vector<bool> plausible(std::span<const std::optional<Prediction>> predictions) {
  double bar = INFINITY;
  for (const auto& prediction : predictions) {
    if (prediction) bar = std::min(bar, prediction->log_ratio + prediction->error);
  }
  std::vector<bool> kept;
  for (const auto& prediction : predictions) {
    kept.push_back(!prediction || prediction->log_ratio - kBenefit * prediction->error <= bar);
  }
  return kept;
}

}  // namespace omenbench
