// Google Benchmark's JSON, for its compare.py and everything else that reads it. Rounds are repetitions: rows of one
// name. `cpu_time` repeats `real_time`, because trials are measured by the wall clock alone; rates are never written,
// because their readers compare them the wrong way round.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "results/exporter.h"

namespace omenbench {
namespace {

using Json = nlohmann::ordered_json;

/// Bencher's adapter wants `caches` to be there, whatever it holds.
Json context_of(const Result& result) {
  Json caches = Json::array();
  for (const CpuCache& cache : result.environment.caches) {
    std::string type = cache.type;
    if (!type.empty()) type[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(type[0])));
    caches.push_back(
        {{"type", type}, {"level", cache.level}, {"size", cache.size_bytes}, {"num_sharing", cache.shared_by}});
  }
  return {{"date", result.started},
          {"executable", "omenbench"},
          {"num_cpus", std::max<std::uint64_t>(1, result.environment.logical_cpus)},
          {"caches", caches},
          {"omenbench_version", result.tool.version},
          {"omenbench_commit", result.tool.commit},
          {"omenbench_fingerprint", result.environment.fingerprint},
          {"omenbench_cells_without_result", failures_of(result)}};
}

std::string write(const Result& result, const ExportOptions& options) {
  Json rows = Json::array();
  std::uint64_t family = 0;
  FormatNames names("gbench");
  for (const Measurement& measurement : comparable_measurements_of(result, options)) {
    if (measurement.unit == "bytes") continue;                // every row is a time
    if (std::ranges::min(measurement.blocks) <= 0) continue;  // a lag may be none, which takes the geometric mean away
    const std::string name = measurement.cell_name() + "/" + measurement.metric;
    names.add(name, measurement);
    const std::vector<double> values = options.one_row ? std::vector<double>{measurement.median} : measurement.blocks;
    for (std::size_t i = 0; i < values.size(); ++i) {
      rows.push_back({{"name", name},
                      {"family_index", family},
                      {"per_family_instance_index", 0},
                      {"run_name", name},
                      {"run_type", "iteration"},
                      {"repetitions", values.size()},
                      {"repetition_index", i},
                      {"threads", measurement.threads},
                      {"iterations", 1},
                      {"real_time", values[i]},
                      {"cpu_time", values[i]},
                      {"time_unit", "ns"}});
    }
    ++family;
  }
  return Json{{"context", context_of(result)}, {"benchmarks", rows}}.dump(2) + "\n";
}

const bool registered = register_exporter({.name = "gbench",
                                           .summary = "Google Benchmark JSON: its compare.py, github-action-benchmark "
                                                      "(googlecpp, with --one-row), bencher (cpp_google)",
                                           .knows_one_row = true,
                                           .write = write});

}  // namespace
}  // namespace omenbench
