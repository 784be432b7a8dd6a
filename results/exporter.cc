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

/// An estimate of a rate as one of the time between two events, which is smaller when it is better.
Json gap_of(const Json& rate) {
  if (rate.is_null()) return nullptr;
  const auto gap = [](const Json& per_s) { return per_s.is_null() ? Json() : Json(1e9 / per_s.get<double>()); };
  Json blocks = Json::array();
  for (const Json& per_s : rate["blocks"]) blocks.push_back(gap(per_s));
  return {{"median", gap(rate["median"])}, {"lo", gap(rate["hi"])}, {"hi", gap(rate["lo"])}, {"blocks", blocks}};
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

/// p50 and p99 of a phase or of a kind of operation.
void add_part(std::vector<Measurement>& out, const Measurement& described, const std::string& name, const Json& part) {
  for (const char* field : {"p50", "p99", "open_p50", "open_p99"}) {
    if (part.contains(field)) add(out, described, fmt::format("{}_{}_ns", name, field).c_str(), "ns", part[field]);
  }
}

void add_open(std::vector<Measurement>& out, const Measurement& described, const Json& open) {
  const Json& offered = open["offered_per_s"];
  const std::string name = offered.is_null() ? "open" : fmt::format("open_{:g}_per_s", offered.get<double>());
  for (const char* percentile : {"p50", "p90", "p95", "p99", "p99.9", "p99.99", "max"}) {
    add(out, described, fmt::format("{}_{}_ns", name, percentile).c_str(), "ns", open[percentile]);
  }
  for (const char* percentile : {"p50", "p99", "max"}) {
    add(out, described, fmt::format("{}_lag_{}_ns", name, percentile).c_str(), "ns", open["lag"][percentile]);
  }
  add(out, described, (name + "_gap_ns").c_str(), "ns", gap_of(open["achieved_per_s"]));
}

void add_modes(std::vector<Measurement>& out, const Measurement& described, const Json& cell) {
  if (cell.contains("phases")) {
    for (const Json& phase : cell["phases"]) {
      const std::string name = "phase_" + phase["name"].get<std::string>();
      add(out, described, (name + "_ns_per_op").c_str(), "ns/op", phase["ns_per_op"]);
      add_part(out, described, name, phase);
    }
  }
  if (cell.contains("kinds")) {
    for (const auto& [kind, part] : cell["kinds"].items()) add_part(out, described, kind, part);
  }
  const Json& passes = cell["passes"];
  if (passes.contains("open")) add_open(out, described, passes["open"]);
  if (passes.contains("rate_search")) {
    const Json& search = passes["rate_search"];
    const double limit_ns = search["p99_limit_ns"].is_null() ? 0 : search["p99_limit_ns"].get<double>();
    add(out, described, fmt::format("p99_under_{:.0f}_max_rate_gap_ns", limit_ns).c_str(), "ns",
        gap_of(search["max_rate"]));
  }
}

void add_windows(std::vector<Measurement>& out, const Measurement& described, const Json& windows) {
  struct Quantity {
    const char *field, *metric, *unit;
  };
  constexpr Quantity kQuantities[] = {{"ops_per_s", "ops_per_s", "1/s"},
                                      {"p50", "p50_ns", "ns"},
                                      {"p99", "p99_ns", "ns"},
                                      {"longest_ns", "longest_ns", "ns"},
                                      {"allocated_bytes", "allocated_bytes", "bytes"},
                                      {"resident_bytes", "resident_bytes", "bytes"}};
  for (std::size_t w = 0; w < windows.size(); ++w) {
    for (const Quantity& quantity : kQuantities) {
      add(out, described, fmt::format("window_{}_{}", w + 1, quantity.metric).c_str(), quantity.unit,
          windows[w][quantity.field]);
    }
  }
}

/// Adds what `add_one` finds in every ok cell of a row.
template <class AddOne>
void collect_row(std::vector<Measurement>& out, const Json& result, const Json& row, AddOne add_one) {
  for (const Json& cell : row["cells"]) {
    if (cell["status"] == "ok") add_one(out, result, row, cell);
  }
}

template <class AddOne>
std::vector<Measurement> collect(const Json& result, AddOne add_one) {
  std::vector<Measurement> out;
  for (const Json& row : result["rows"]) collect_row(out, result, row, add_one);
  return out;
}

}  // namespace

std::string Measurement::cell_name() const {
  return fmt::format("{}/{}/{}/threads:{}/{}", workload, dataset, keys, threads, index);
}

std::vector<Measurement> measurements_of(const Json& result) { return collect(result, add_cell); }

std::vector<Measurement> measurements_of(const Json& result, const Json& row) {
  std::vector<Measurement> out;
  collect_row(out, result, row, add_cell);
  return out;
}

std::vector<Measurement> all_measurements_of(const Json& result) {
  return collect(result, [](std::vector<Measurement>& out, const Json& whole, const Json& row, const Json& cell) {
    add_cell(out, whole, row, cell);
    add_modes(out, describe(whole, row, cell), cell);
  });
}

std::vector<Measurement> exact_measurements_of(const Json& result) {
  std::vector<Measurement> measurements = all_measurements_of(result);
  std::erase_if(measurements, [](const Measurement& measurement) { return measurement.upper_bound; });
  return measurements;
}

std::vector<Measurement> windows_of(const Json& result) {
  return collect(result, [](std::vector<Measurement>& out, const Json& whole, const Json& row, const Json& cell) {
    if (cell.contains("timeline")) add_windows(out, describe(whole, row, cell), cell["timeline"]["windows"]);
  });
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
