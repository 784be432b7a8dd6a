// Which verdict of a row is its headline: throughput, and where there is none because caches are evicted between
// operations, the median latency.
#pragma once

#include <nlohmann/json.hpp>

namespace omenbench {

inline bool is_headline(const nlohmann::ordered_json& verdict) {
  const auto flag = verdict.find("headline");
  return flag == verdict.end() ? verdict["metric"] == "throughput" : flag->get<bool>();
}

}  // namespace omenbench
