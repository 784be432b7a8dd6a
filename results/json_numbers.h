// Numbers as the result document writes them: a missing one is null, estimates carry their interval.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <vector>

namespace omenbench {

/// Seven significant digits: more is noise and doubles the file. Null unless finite.
nlohmann::ordered_json number(double value);
/// Null for 0.
nlohmann::ordered_json count_or_null(std::uint64_t value);
nlohmann::ordered_json number_or_null(double value);
nlohmann::ordered_json numbers(std::span<const double> values);

/// Median and interval of one value per complete round; null when there is none.
nlohmann::ordered_json estimate_json(std::vector<double> values);
/// The same of a latency, which may be too close to the timer's cost.
nlohmann::ordered_json percentile_json(std::vector<double> values, double timer_cost_ns);

}  // namespace omenbench
