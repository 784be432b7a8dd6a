// github-action-benchmark's `customSmallerIsBetter`: one row per cell and metric, with the interval as its range.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "results/exporter.h"

namespace omenbench {
namespace {

using Json = nlohmann::ordered_json;

std::string write(const Result& result, const ExportOptions&) {
  Json rows = Json::array();
  for (const Measurement& measurement : exact_measurements_of(result)) {
    const double wide = std::max(measurement.hi - measurement.median, measurement.median - measurement.lo);
    const std::string extra =
        fmt::format("{} rounds, interval [{:.6g}, {:.6g}]", measurement.blocks.size(), measurement.lo, measurement.hi);
    rows.push_back({{"name", measurement.cell_name() + " " + measurement.metric},
                    {"unit", measurement.unit},
                    {"value", measurement.median},
                    {"range", fmt::format("\u00b1 {:.6g}", wide)},
                    {"extra", extra}});
  }
  return rows.dump(2) + "\n";
}

const bool registered =
    register_exporter({.name = "gha",
                       .summary = "github-action-benchmark, customSmallerIsBetter: medians with their intervals",
                       .write = write});

}  // namespace
}  // namespace omenbench
