// Tidy CSV (RFC 4180): one line per cell, metric and round, and one without value per cell that is not ok. The last
// but one says "<=" where a percentile is too close to the timer's cost: the value is then only an upper bound. The
// last column has the rounds after which the cell left the race, where it did.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "results/exporter.h"

namespace omenbench {
namespace {

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string write(const Result& result, const ExportOptions& options) {
  std::string out = "dataset,keys,workload,threads,index,family,tier,status,metric,unit,round,value,bound,left_after\n";
  std::vector<Measurement> measurements = all_measurements_of(result);
  std::ranges::move(windows_of(result), std::back_inserter(measurements));
  std::ranges::move(counts_of(result), std::back_inserter(measurements));
  if (options.keeps) std::erase_if(measurements, [&](const Measurement& one) { return !options.keeps(one); });
  for (const Measurement& measurement : measurements) {
    const std::string cell =
        fmt::format("{},{},{},{},{},{},{},ok,{},{}", quoted(measurement.dataset), measurement.keys,
                    quoted(measurement.workload), measurement.threads, quoted(measurement.index), measurement.family,
                    measurement.tier, quoted(measurement.metric), measurement.unit);
    const std::string left = measurement.left_after == 0 ? "" : std::to_string(measurement.left_after);
    for (std::size_t i = 0; i < measurement.blocks.size(); ++i) {
      out += fmt::format("{},{},{:.10g},{},{}\n", cell, i + 1, measurement.blocks[i],
                         measurement.upper_bound ? "<=" : "", left);
    }
  }
  for (const Row& row : result.rows) {
    for (const Cell& cell : row.cells) {
      if (cell.ok()) continue;
      out += fmt::format("{},{},{},{},{},{},{},{},,,,,,\n", quoted(row.dataset), row.keys, quoted(row.workload),
                         row.threads, quoted(cell.index), to_string(cell.family), to_string(cell.tier),
                         to_string(cell.status));
    }
  }
  return out;
}

const bool registered =
    register_exporter({.name = "csv",
                       .summary = "tidy CSV: one line per cell, metric and round; time lines and counts too",
                       .knows_windows = true,
                       .knows_bounds = true,
                       .write = write});

}  // namespace
}  // namespace omenbench
