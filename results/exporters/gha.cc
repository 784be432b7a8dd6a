// github-action-benchmark's `customSmallerIsBetter`: one row per cell and metric, with the interval as its range.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "results/exporter.h"
#include "results/text.h"

namespace omenbench {
namespace {

using Json = nlohmann::ordered_json;

std::string write(const Result& result, const ExportOptions& options) {
  Json rows = Json::array();
  FormatNames names("gha");
  for (const Measurement& measurement : comparable_measurements_of(result, options)) {
    const std::string name = measurement.cell_name() + " " + measurement.metric;
    names.add(name, measurement);
    Json row = {{"name", name}, {"unit", measurement.unit}, {"value", measurement.median}};
    const std::string rounds = counted(measurement.blocks.size(), "round");
    if (measurement.interval) {
      const double wide = std::max(measurement.hi - measurement.median, measurement.median - measurement.lo);
      row["range"] = fmt::format("\u00b1 {:.6g}", wide);
      row["extra"] = fmt::format("{}, interval [{:.6g}, {:.6g}]", rounds, measurement.lo, measurement.hi);
    } else {
      row["extra"] = rounds + ", no interval";
    }
    rows.push_back(std::move(row));
  }
  return rows.dump(2) + "\n";
}

const bool registered =
    register_exporter({.name = "gha",
                       .summary = "github-action-benchmark, customSmallerIsBetter: medians with their intervals",
                       .write = write});

}  // namespace
}  // namespace omenbench
