// Bencher Metric Format: {cell: {measure: {value, lower_value, upper_value}}}.
#include <nlohmann/json.hpp>

#include "results/exporter.h"

namespace omenbench {
namespace {

using Json = nlohmann::ordered_json;

std::string write(const Result& result, const ExportOptions& options) {
  Json cells = Json::object();
  FormatNames names("bmf");
  for (const Measurement& measurement : comparable_measurements_of(result, options)) {
    names.add(measurement.cell_name() + " " + measurement.metric, measurement);
    Json& value = cells[measurement.cell_name()][measurement.metric];
    value = {{"value", measurement.median}};
    if (!measurement.interval) continue;
    value["lower_value"] = measurement.lo;
    value["upper_value"] = measurement.hi;
  }
  return cells.dump(2) + "\n";
}

const bool registered =
    register_exporter({.name = "bmf", .summary = "Bencher Metric Format (bencher run --adapter json)", .write = write});

}  // namespace
}  // namespace omenbench
