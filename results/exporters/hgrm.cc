// HdrHistogram's percentile distributions, which its plotters read: one file per cell, of the latency pass. Our buckets
// are 1/32 wide at most; as HdrHistogram does, each stands for its highest value. All rounds together, so that these
// are for pictures: numbers with intervals are in every other export.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>

#include "harness/latency_summary.h"
#include "results/exporter.h"

namespace omenbench {
namespace {

constexpr double kTicksPerHalf = 5;  // lines per halving of the distance to 100 %, as its plotters expect

struct Moments {
  double mean = 0, deviation = 0;
  std::uint64_t total = 0;
};

/// The highest value of the bucket at `position`, below what the next one holds.
double highest_of(const Histogram& histogram, std::size_t position) {
  const std::uint64_t floor = histogram[position].first;
  std::uint64_t width = 1;
  while (bucket_floor(floor + width) == floor) width *= 2;
  if (position + 1 < histogram.size()) width = std::min(width, histogram[position + 1].first - floor);
  return static_cast<double>(floor + width - 1);
}

Moments moments_of(const Histogram& histogram) {
  Moments moments;
  double sum = 0, squares = 0;
  for (std::size_t i = 0; i < histogram.size(); ++i) {
    const auto& [floor, count] = histogram[i];
    const double middle = (static_cast<double>(floor) + highest_of(histogram, i)) / 2;
    moments.total += count;
    sum += middle * static_cast<double>(count);
    squares += middle * middle * static_cast<double>(count);
  }
  const auto total = static_cast<double>(moments.total);
  moments.mean = sum / total;
  moments.deviation = std::sqrt(std::max(0.0, squares / total - moments.mean * moments.mean));
  return moments;
}

std::string distribution(const Histogram& histogram) {
  const Moments moments = moments_of(histogram);
  std::string out =
      fmt::format("{:>12} {:>14} {:>10} {:>14}\n\n", "Value", "Percentile", "TotalCount", "1/(1-Percentile)");
  std::uint64_t seen = 0;
  double wanted = 0;  // percent
  for (std::size_t i = 0; i < histogram.size(); ++i) {
    seen += histogram[i].second;
    const double share = static_cast<double>(seen) / static_cast<double>(moments.total);
    while (seen < moments.total && wanted <= share * 100) {
      out += fmt::format("{:12.3f} {:2.12f} {:10d} {:14.2f}\n", highest_of(histogram, i), wanted / 100, seen,
                         1 / (1 - wanted / 100));
      const double halvings = std::floor(std::log2(100 / (100 - wanted))) + 1;
      wanted += 100 / (kTicksPerHalf * std::exp2(halvings));
    }
  }
  const double longest = highest_of(histogram, histogram.size() - 1);
  out += fmt::format("{:12.3f} {:2.12f} {:10d}\n", longest, 1.0, moments.total);
  out += fmt::format("#[Mean    = {:12.3f}, StdDeviation   = {:12.3f}]\n", moments.mean, moments.deviation);
  out += fmt::format("#[Max     = {:12.3f}, Total count    = {:12d}]\n", longest, moments.total);
  return out + fmt::format("#[Buckets = {:12d}, SubBuckets     = {:12d}]\n", histogram.size(), 32);
}

/// A path of harmless characters, which other cells may come to as well ("a b" and "a_b"): those are numbered. Cut
/// where file systems would refuse it.
std::string file_name(const std::string& cell, std::set<std::string>& taken) {
  constexpr std::size_t kLongest = 200;
  std::string name = cell;
  std::ranges::replace_if(
      name, [](unsigned char c) { return std::isalnum(c) == 0 && c != '-' && c != '.'; }, '_');
  if (name.size() > kLongest) name.erase(0, name.size() - kLongest);  // the index stands at the end
  std::string unique = name;
  for (int number = 2; !taken.insert(unique).second; ++number) unique = fmt::format("{}-{}", name, number);
  return unique + ".hgrm";
}

std::vector<ExportedFile> write(const Result& result, const ExportOptions&) {
  std::vector<ExportedFile> files;
  std::set<std::string> taken;
  for (const Row& row : result.rows) {
    for (const Cell& cell : row.cells) {
      if (!cell.ok() || !cell.passes.latency || cell.passes.latency->histogram.empty()) continue;
      files.push_back({file_name(description_of(result, row, cell).cell_name(), taken),
                       distribution(cell.passes.latency->histogram)});
    }
  }
  return files;
}

const bool registered = register_exporter({.name = "hgrm",
                                           .summary = "HdrHistogram percentile distributions (ns), a file per cell",
                                           .knows_bounds = true,
                                           .knows_metrics = false,
                                           .write_files = write});

}  // namespace
}  // namespace omenbench
