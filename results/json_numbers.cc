// See the header.
#include "results/json_numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "results/statistics.h"
#include "results/verdicts.h"

namespace omenbench {

using Json = nlohmann::ordered_json;

Json number(double value) {
  if (!std::isfinite(value)) return nullptr;
  if (value == std::floor(value) && std::abs(value) < 1e15) return static_cast<std::int64_t>(value);
  return std::stod(fmt::format("{:.7g}", value));
}

Json count_or_null(std::uint64_t value) { return value == 0 ? Json() : Json(value); }
Json number_or_null(double value) { return value > 0 ? number(value) : Json(); }

Json numbers(std::span<const double> values) {
  Json json = Json::array();
  for (const double value : values) json.push_back(number(value));
  return json;
}

Json estimate_json(std::vector<double> values) {
  std::erase_if(values, [](double value) { return !std::isfinite(value); });
  if (values.empty()) return nullptr;
  const Estimate result = estimate(values);
  return {{"median", number(result.median)},
          {"lo", result.interval ? number(result.interval->lo) : Json()},
          {"hi", result.interval ? number(result.interval->hi) : Json()},
          {"blocks", numbers(values)}};
}

Json percentile_json(std::vector<double> values, double timer_cost_ns) {
  Json json = estimate_json(std::move(values));
  if (!json.is_null()) json["unresolved_timer"] = below_timer(json["median"].get<double>(), timer_cost_ns);
  return json;
}

}  // namespace omenbench
