// The Go benchmark format, for benchstat: one line per round with every metric that has a value in it. benchstat splits
// names at '/', takes what stands before '=' for a key, and needs six or more lines for an interval.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "results/exporter.h"
#include "results/text.h"

namespace omenbench {
namespace {

/// A field ends at white space, a part at '/'.
std::string part(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) <= ' ' || c == '/' || c == '=') c = '_';
  }
  return text;
}

/// "BenchmarkSosdLookup/dataset=books/...".
std::string name_of(const Measurement& measurement) {
  std::string workload;
  bool upper = true;
  for (const char c : measurement.workload) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) {
      upper = true;
      continue;
    }
    workload += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    upper = false;
  }
  return fmt::format("Benchmark{}/dataset={}/keys={}/threads={}/index={}-{}", workload, part(measurement.dataset),
                     measurement.keys, measurement.threads, part(measurement.index), measurement.threads);
}

/// Units must end alike to be known as times; "ns/op" is the one that benchstat shows first.
std::string unit_of(const Measurement& measurement) {
  if (measurement.metric == "ns_per_op") return "ns/op";
  if (measurement.unit == "bytes") return "total-bytes";
  std::string metric = part(measurement.metric.substr(0, measurement.metric.rfind("_ns")));
  std::ranges::replace(metric, '_', '-');
  return metric + (metric == "build" ? "-ns" : "-ns/op");
}

std::string write(const Result& result, const ExportOptions& options) {
  std::vector<std::string> order;
  std::map<std::string, std::vector<std::string>> lines;  // of a cell, one per round
  FormatNames names("gobench");
  for (const Measurement& measurement : comparable_measurements_of(result, options)) {
    const std::string name = name_of(measurement);
    names.add(name + " " + unit_of(measurement), measurement);
    auto& rounds = lines[name];
    if (rounds.empty()) {
      order.push_back(name);
      rounds.assign(measurement.blocks.size(), name + " 1");
    }
    // What was measured once is the same in every round.
    for (std::size_t i = 0; i < rounds.size(); ++i) {
      const auto& blocks = measurement.blocks;
      if (blocks.size() != 1 && i >= blocks.size()) break;
      rounds[i] += fmt::format(" {:.6g} {}", blocks[blocks.size() == 1 ? 0 : i], unit_of(measurement));
    }
  }
  std::string out = fmt::format("goos: linux\ncpu: {}\n", printable(result.environment.cpu));
  for (const std::string& failure : failures_of(result)) out += "# no result: " + printable(failure) + "\n";
  for (const std::string& name : order) {
    for (const std::string& line : lines[name]) out += line + "\n";
  }
  return out;
}

const bool registered = register_exporter(
    {.name = "gobench", .summary = "Go benchmark text for benchstat: one line per round", .write = write});

}  // namespace
}  // namespace omenbench
