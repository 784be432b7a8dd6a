// See the header.
#include "results/exporter.h"

#include <fmt/format.h>

#include <algorithm>

namespace omenbench {
namespace {

using Json = nlohmann::ordered_json;

std::vector<Exporter>& exporters() {
  static std::vector<Exporter> instance;
  return instance;
}

/// Adds a metric of `cell` unless its estimate is null.
void add(std::vector<Measurement>& out, const Measurement& cell, const char* metric, const char* unit,
         const Json& estimate) {
  if (estimate.is_null()) return;
  Measurement measurement = cell;
  measurement.metric = metric;
  measurement.unit = unit;
  if (estimate.is_number()) {
    measurement.median = measurement.lo = measurement.hi = estimate.get<double>();
    measurement.blocks = {measurement.median};
  } else {
    measurement.median = estimate["median"].get<double>();
    const bool has_interval = !estimate["lo"].is_null() && !estimate["hi"].is_null();
    measurement.lo = has_interval ? estimate["lo"].get<double>() : measurement.median;
    measurement.hi = has_interval ? estimate["hi"].get<double>() : measurement.median;
    measurement.blocks = estimate["blocks"].get<std::vector<double>>();
    measurement.upper_bound = estimate.value("unresolved_timer", false);
  }
  out.push_back(std::move(measurement));
}

Measurement describe(const Json& result, const Json& row, const Json& cell) {
  Measurement measurement;
  measurement.dataset = row["dataset"].get<std::string>();
  measurement.workload = row["workload"].get<std::string>();
  // Another measurement, not another value of the same one.
  if (row.value("cold", false)) measurement.workload += ", cold caches";
  if (result["environment"].contains("memory_pressure")) measurement.workload += ", memory pressure";
  if (!row["stream_sha256"].empty()) measurement.stream = row["stream_sha256"][0].get<std::string>();
  measurement.index = cell["index"].get<std::string>();
  measurement.family = cell["family"].get<std::string>();
  measurement.tier = cell["tier"].get<std::string>();
  measurement.keys = row["keys"].get<std::uint64_t>();
  measurement.threads = row["threads"].get<std::uint64_t>();
  return measurement;
}

void add_cell(std::vector<Measurement>& out, const Json& result, const Json& row, const Json& cell) {
  const Measurement described = describe(result, row, cell);
  const Json& passes = cell["passes"];
  const auto rate = [&](const char* pass, const char* metric) {
    if (!passes[pass].is_null()) add(out, described, metric, "ns/op", passes[pass]["ns_per_op"]);
  };
  rate("throughput", "ns_per_op");
  rate("dependent", "dependent_ns_per_op");
  rate("batched", "batched_ns_per_op");
  if (!passes["latency"].is_null()) {
    for (const char* percentile : {"p50", "p90", "p95", "p99", "p99.9", "p99.99", "max"}) {
      add(out, described, fmt::format("{}_ns", percentile).c_str(), "ns", passes["latency"][percentile]);
    }
  }
  add(out, described, "build_ns", "ns", cell["build_ns"]);
  add(out, described, "total_bytes", "bytes", cell["total_bytes"]);
}

}  // namespace

std::string Measurement::cell_name() const {
  return fmt::format("{}/{}/{}/threads:{}/{}", workload, dataset, keys, threads, index);
}

std::vector<Measurement> measurements_of(const Json& result, const Json& row) {
  std::vector<Measurement> out;
  for (const Json& cell : row["cells"]) {
    if (cell["status"] == "ok") add_cell(out, result, row, cell);
  }
  return out;
}

std::vector<Measurement> measurements_of(const Json& result) {
  std::vector<Measurement> out;
  for (const Json& row : result["rows"]) std::ranges::move(measurements_of(result, row), std::back_inserter(out));
  return out;
}

std::vector<std::string> failures_of(const Json& result) {
  std::vector<std::string> out;
  for (const Json& row : result["rows"]) {
    for (const Json& cell : row["cells"]) {
      if (cell["status"] == "ok") continue;
      out.push_back(fmt::format("{}, {} keys, {}, {} thread(s), {}: {}: {}", row["dataset"].get<std::string>(),
                                row["keys"].get<std::uint64_t>(), row["workload"].get<std::string>(),
                                row["threads"].get<std::uint64_t>(), cell["index"].get<std::string>(),
                                cell["status"].get<std::string>(), cell["reason"].get<std::string>()));
    }
  }
  return out;
}

bool register_exporter(Exporter exporter) {
  auto& all = exporters();
  all.insert(std::ranges::upper_bound(all, exporter.name, {}, &Exporter::name), std::move(exporter));
  return true;
}

const std::vector<Exporter>& registered_exporters() { return exporters(); }

}  // namespace omenbench
