// airspeed velocity's results: what `asv publish` and `asv compare` read below their results_dir. A benchmark is a row
// and a metric, its parameter the index; rounds are samples. asv's 99 % interval is left out: ours are 95 %. It shows
// only results whose commit, written out, is one of its repository's.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <ctime>
#include <map>
#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "results/exporter.h"
#include "results/statistics.h"

namespace omenbench {
namespace {

using Json = nlohmann::ordered_json;

/// A part of a dotted name.
std::string word(std::string text) {
  std::ranges::replace_if(
      text, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return text;
}

std::string benchmark_of(const Measurement& m) {
  return fmt::format("{}.{}_{}_keys_{}_threads.{}", word(m.workload), word(m.dataset), m.keys, m.threads,
                     word(m.metric));
}

std::uint64_t milliseconds_of(const std::string& started) {
  std::tm parts{};
  if (strptime(started.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts) == nullptr) return 0;
  return static_cast<std::uint64_t>(timegm(&parts)) * 1000;
}

/// asv counts in seconds and bytes.
double scaled(const Measurement& m, double value) { return m.unit == "bytes" ? value : value * 1e-9; }

double quartile(std::vector<double> values, double p) {
  std::ranges::sort(values);
  return order_statistic(values, p);
}

Json machine_of(const Result& result) {
  const Environment& machine = result.environment;
  return {{"arch", "unknown"},
          {"cpu", machine.cpu},
          {"machine", "omenbench-" + sha256_of(machine.fingerprint).substr(0, 12)},
          {"num_cpu", std::to_string(machine.logical_cpus)},
          {"os", machine.os + ", Linux " + machine.kernel},
          {"ram", std::to_string(machine.memory_total_bytes)}};
}

/// The measurements of one benchmark, by index.
using Parameters = std::vector<Measurement>;

Json description_of(const std::string& name, const Parameters& cells) {
  Json indexes = Json::array();
  for (const Measurement& cell : cells) indexes.push_back("'" + cell.index + "'");
  const bool bytes = cells[0].unit == "bytes";
  return {{"name", name},
          {"code", fmt::format("omenbench run -d {} -n {} -t {} -w {}", cells[0].dataset, cells[0].keys,
                               cells[0].threads, cells[0].workload)},
          {"param_names", {"index"}},
          {"params", Json::array({indexes})},
          {"timeout", 60.0},
          {"type", bytes ? "memory" : "time"},
          {"unit", bytes ? "bytes" : "seconds"},
          {"version", cells[0].stream}};
}

/// One line of a result: in the order of kColumns.
constexpr const char* kColumns[] = {"result",     "params",       "version",      "started_at", "stats_q_25",
                                    "stats_q_75", "stats_number", "stats_repeat", "samples"};

Json line_of(const Json& description, const Parameters& cells, std::uint64_t started) {
  Json values = Json::array(), low = values, high = values, numbers = values, repeats = values, samples = values;
  for (const Measurement& cell : cells) {
    values.push_back(scaled(cell, cell.median));
    low.push_back(scaled(cell, quartile(cell.blocks, .25)));
    high.push_back(scaled(cell, quartile(cell.blocks, .75)));
    numbers.push_back(1);
    repeats.push_back(cell.blocks.size());
    Json rounds = Json::array();
    for (const double block : cell.blocks) rounds.push_back(scaled(cell, block));
    samples.push_back(std::move(rounds));
  }
  return {values, description["params"], description["version"], started, low, high, numbers, repeats, samples};
}

std::vector<ExportedFile> write(const Result& result, const ExportOptions& options) {
  std::map<std::string, Parameters> benchmarks;
  FormatNames names("asv");
  for (const Measurement& one : comparable_measurements_of(result, options)) {
    names.add(benchmark_of(one) + " " + one.index, one);
    benchmarks[benchmark_of(one)].push_back(one);
  }
  if (benchmarks.empty()) return {};
  const Json machine = machine_of(result);
  const std::uint64_t started = milliseconds_of(result.started);
  Json descriptions = Json::object(), lines = Json::object();
  for (const auto& [name, cells] : benchmarks) {
    descriptions[name] = description_of(name, cells);
    lines[name] = line_of(descriptions[name], cells, started);
  }
  descriptions["version"] = 2;
  Json params = machine;
  params["python"] = "";
  const Json document = {{"commit_hash", options.commit},
                         {"env_name", "omenbench"},
                         {"date", started},
                         {"params", params},
                         {"python", ""},
                         {"requirements", Json::object()},
                         {"env_vars", Json::object()},
                         {"result_columns", kColumns},
                         {"results", lines},
                         {"durations", Json::object()},
                         {"version", 2}};
  Json described = machine;
  described["version"] = 1;
  const std::string folder = machine["machine"].get<std::string>() + "/";
  return {{"benchmarks.json", descriptions.dump(1) + "\n"},
          {folder + "machine.json", described.dump(1) + "\n"},
          {folder + options.commit.substr(0, 8) + "-omenbench.json", document.dump() + "\n"}};
}

const bool registered = register_exporter({.name = "asv",
                                           .summary = "airspeed velocity: files below its results_dir (with --commit)",
                                           .files_by_commit = true,
                                           .write_files = write});

}  // namespace
}  // namespace omenbench
