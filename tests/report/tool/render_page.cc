// Renders a result document (first argument) to standard output, so that the browser test does not wait for the whole
// program; or a small page of another kind (--hunt, --history, --several RESULT, --gallery RESULT). With --numbers:
// values over all sizes, among them ones that rounding decides about, and their texts.
#include <cmath>
#include <fstream>
#include <iostream>
#include <random>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/numbers.h"
#include "results/history/history.h"
#include "results/hunt/hunt.h"
#include "results/report/gallery.h"
#include "results/report/report.h"
#include "results/report/several.h"
#include "results/result_json.h"

namespace {

nlohmann::json texts_of(double value) {
  using namespace omenbench;
  return {value,           three_digits(value), short_number(value), short_count(value),
          duration(value), byte_size(value),    times(value),        percent(value)};
}

nlohmann::json numbers() {
  nlohmann::json all = nlohmann::json::array();
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> exponent(-9, 14);
  for (int i = 0; i < 4000; ++i) all.push_back(texts_of(std::pow(10, exponent(random))));
  for (int size = -9; size <= 14; ++size) {
    for (int near = 985; near <= 1015; ++near) all.push_back(texts_of((near + 0.5) * std::pow(10, size)));
  }
  for (int ki = 1; ki < 5000; ki += 7) all.push_back(texts_of(ki * 512.0 * 1024));
  return all;
}

/// A hunt along the read share: decided, undecided, a place in between, and the target reached.
omenbench::HuntReport hunt() {
  omenbench::HuntReport report;
  report.lines.push_back({.axis = omenbench::HuntAxis::kReadShare, .points = {}});
  for (const auto& [share, log_ratio, grid] : {std::tuple{0.0, 0.5, true}, std::tuple{0.5, 0.02, true},
                                               std::tuple{0.75, -0.2, false}, std::tuple{1.0, -1.2, true}}) {
    omenbench::HuntPoint point;
    point.place = {.dataset = "osm-like", .keys = 1'000'000, .read_share = share};
    point.grid = grid;
    point.learned = "adaptive-radix";
    point.baseline = "simd-tree-prefetch";
    for (int round = 0; round < 12; ++round) {
      point.learned_ns.push_back(100 * std::exp(log_ratio + 0.002 * (round % 5)));
      point.baseline_ns.push_back(100);
    }
    report.lines[0].points.push_back(report.points.size());
    report.points.push_back(point);
  }
  return report;
}

/// Twelve runs, slower from the seventh on.
std::vector<omenbench::HistorySeries> history() {
  omenbench::HistorySeries series{.fingerprint = "f00", .cpu = "Some CPU", .what = {}};
  series.what.index = "pgm-64";
  series.what.metric = "ns_per_op";
  series.what.unit = "ns";
  for (int run = 0; run < 12; ++run) {
    const double median = run < 6 ? 40 : 55;
    series.points.push_back({"2026-03-" + std::to_string(10 + run) + "T00:00:00Z", "c" + std::to_string(run), "",
                             median, median * 0.98, median * 1.02});
  }
  series.changes.push_back({.position = 6, .ratio = 1.375, .p_value = 1e-6});
  return {series};
}

omenbench::Result result_of(const char* path) {
  std::ifstream file(path);
  return omenbench::result_from_json(nlohmann::ordered_json::parse(file));
}

std::string gallery(const char* path) {
  omenbench::Result elsewhere = result_of(path);
  elsewhere.environment.cpu = elsewhere.environment.fingerprint = "Another CPU";
  return omenbench::render_gallery(
      std::vector<omenbench::NamedResult>{{"here", result_of(path)}, {"there", elsewhere}});
}

std::string several(const char* path) {
  omenbench::Result slower = result_of(path);
  for (omenbench::Cell& cell : slower.rows[0].cells) {
    if (!cell.passes.throughput) continue;
    for (double& ns : cell.passes.throughput->ns_per_op.blocks) ns *= 1.5;
  }
  return omenbench::render_several(
      std::vector<omenbench::NamedResult>{{"runs/monday", result_of(path)}, {"runs/tuesday", slower}});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "--several") std::cout << several(argv[2]);
  if (argc == 3 && std::string_view(argv[1]) == "--gallery") std::cout << gallery(argv[2]);
  if (argc == 3) return 0;
  if (argc != 2) return 2;
  const std::string_view what = argv[1];
  if (what == "--hunt") std::cout << omenbench::hunt_page(hunt());
  if (what == "--history") std::cout << omenbench::render_history_page(history());
  if (what == "--hunt" || what == "--history") return 0;
  if (std::string_view(argv[1]) == "--numbers") {
    std::cout << numbers();
    return 0;
  }
  std::cout << omenbench::render_report(result_of(argv[1]));
}
