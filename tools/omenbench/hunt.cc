// `omenbench hunt`: where do learned indexes start and stop winning?
#include "results/hunt/hunt.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <optional>

#include "harness/interrupt.h"
#include "tools/omenbench/command.h"
#include "tools/omenbench/hunt_axes.h"
#include "tools/omenbench/hunt_rows.h"
#include "tools/omenbench/outputs.h"
#include "tools/omenbench/plan_options.h"
#include "tools/omenbench/record.h"

namespace omenbench {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kOperations = 200'000;
constexpr double kBudgetS = 600;
const std::vector<std::string> kDatasets = {"uniform", "lognormal", "osm-like"};
/// What leads in docs/indexes.md somewhere; more of them cost rounds that a frontier needs.
const std::vector<std::string> kIndexes = {"adaptive-radix",
                                           "rmi-auto",
                                           "pgm-auto",
                                           "radix-spline",
                                           "alex",
                                           "lipp",
                                           "dynamic-pgm",
                                           "fiting-tree",
                                           "routed-btree",
                                           "simd-tree",
                                           "simd-tree-prefetch",
                                           "btree",
                                           "absl-btree",
                                           "art",
                                           "judy"};
const std::vector<std::string> kHashes = {"boost-hash", "absl-hash"};

struct Options {
  GivenOptions given;
  std::string axes, at, grid = "star", opponents = "ordered";
  std::optional<std::string> out;
  double target = 2;
};

Plan plan_of(const Options& options) {
  Plan plan;
  for (const std::string& dataset : kDatasets) plan.datasets.push_back({dataset});
  plan.indexes = kIndexes;
  if (options.opponents == "any") plan.indexes.insert(plan.indexes.end(), kHashes.begin(), kHashes.end());
  plan.operations.in_process = kOperations;
  plan.budget_s = kBudgetS;
  options.given.apply_to(plan);
  return plan;
}

HuntSettings settings_of(const Options& options) {
  // One number of keys is a wish for just that.
  const Plan plan = plan_of(options);
  const std::string usual = plan.keys.size() == 1 ? "read-share,skew,scan" : "read-share,skew,scan,size";
  HuntSettings settings{.plan = plan,
                        .base = {},
                        .hashes = options.opponents == "any",
                        .search = {.axes = parse_axes(options.axes.empty() ? usual : options.axes),
                                   .full = options.grid == "full",
                                   .target = options.target,
                                   .budget_s = 0},
                        .usual_indexes = !options.given.has("--index")};
  settings.search.budget_s = settings.plan.budget_s;
  std::vector<HuntAxisValues>& axes = settings.search.axes;
  // The place that all lines pass through has values that were said, and no others.
  for (const HuntAxisValues& axis : axes) {
    if (axis.axis == HuntAxis::kSize) continue;  // chosen when the datasets are known
    const double own = coordinate(settings.base, axis.axis);
    const auto distance = [own](double value) { return std::abs(value - own); };
    settings.base = moved(settings.base, axis.axis, *std::ranges::min_element(axis.values, {}, distance));
  }
  // In a star the others may be searched where a searched axis stands; elsewhere that would mean nothing.
  const bool fixed_only = settings.search.full || axes.size() == 1;
  if (!options.at.empty()) {
    settings.base = parse_place(options.at, settings.base, fixed_only ? axes : std::vector<HuntAxisValues>{});
  }
  for (HuntAxisValues& axis : axes) {
    if (axis.axis != HuntAxis::kSize || settings.plan.keys.empty()) continue;
    if (options.axes.find("size=") != std::string::npos) throw Error("sizes are said twice: with -n and with --axes");
    if (settings.plan.keys.size() < 2) throw Error("-n: the axis 'size' needs two numbers of keys or more");
    axis.values.assign(settings.plan.keys.begin(), settings.plan.keys.end());
    axis.usual = false;
    std::ranges::sort(axis.values);
    axis.values.erase(std::ranges::unique(axis.values).begin(), axis.values.end());
  }
  return settings;
}

/// What comes to nothing leaves nothing behind.
HuntReport hunt_into(Record& record, const HuntSettings& settings, const Announce& announce) try {
  HuntRows rows(settings, record.scratch(), announce);
  record.open(rows.header(), rows.session());
  rows.start_servers();
  HuntReport report = hunt(rows.session(), rows, settings.search, announce);
  rows.describe(report);
  return report;
} catch (const Error&) {
  record.discard();
  throw;
}

ExitCode run_hunt(const Options& options, const CommonOptions& common) {
  const HuntSettings settings = settings_of(options);
  Record record(common, options.out.value_or(""), "hunt", "a hunt");
  const fs::path& directory = record.directory();
  install_interrupt_handlers();
  const HuntReport report = hunt_into(record, settings, announcer(common));
  const std::string json = json_text(to_json(report), 2);
  print_answer(
      common, {.document = [&](Detail detail) { return hunt_document(report, detail); }, .json = [&] { return json; }});
  const ExitCode code = record.close();
  write_file(directory / kHuntFile, json + "\n");
  write_file(directory / kMapFile, hunt_page(report));
  if (!common.quiet) say("{}\n{}\n", (directory / kHuntFile).string(), (directory / kMapFile).string());
  return code;
}

std::function<ExitCode(const CommonOptions&)> define(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("--axes", options->axes,
                 "Axes to search, with values to begin with: read-share=0/0.5/1,skew,scan=10/1000,size (default: all)");
  app.add_option("--at", options->at,
                 "Where the other axes stand: read-share=0.9,skew=0.99,scan=100 (default: lookups)");
  app.add_option("--grid", options->grid, "star: each axis alone (default); full: every combination")
      ->check(CLI::IsMember({"star", "full"}));
  app.add_option("--opponents", options->opponents, "ordered: trees and arrays (default); any: hash maps too")
      ->check(CLI::IsMember({"ordered", "any"}));
  add_value(
      app, "--target",
      [options](const std::string& text) {
        options->target = read_real(text).value_or(0);
        if (!(options->target > 1)) throw Error(fmt::format("--target: expected a factor above 1, got '{}'", text));
      },
      "Also find where learned is faster by this factor (default 2)");
  add_plan_options(
      app, options->given,
      {{"--dataset", "Keys: a file, a catalogue name or a generator (default: uniform, lognormal, osm-like)"},
       {"--keys", "Keys per dataset, 200k or 10M (default: 1M, or all of a smaller set); several: the axis 'size'"},
       {"--index", "Indexes, engines or quoted globs (default: those that lead somewhere)"},
       {"--budget", "Measuring time: 90s, 10m, 1h30m (default 10m)"},
       {"--ops", "Operations per trial (default 200k)"},
       {"--timeout", "Longest trial (default 60s)"},
       {"--memory-limit"},
       {"--seed"},
       {"--pin"},
       {"--isa"},
       {"--pg-bin"},
       {"--worker"},
       {"--plugin"}});
  app.add_option("--out", options->out,
                 "Directory of hunt.json, map.html and the trials (default: omenbench-results/hunt-TIME)");
  return [options](const CommonOptions& common) { return run_hunt(*options, common); };
}

const bool registered = register_command(
    {.name = "hunt",
     .summary = "Find where learned indexes start and stop winning",
     .examples = "  omenbench hunt --budget 10m\n"
                 "  omenbench hunt -d keys.csv:timestamp --axes read-share,scan --out map\n"
                 "  omenbench hunt -d urls -n 1M --axes read-share,scan        byte strings\n"
                 "  omenbench hunt -d osm-like -n 1M --axes read-share -i alex -i lipp -i btree --pin 1\n"
                 "  omenbench hunt -d uniform -n 100k -n 1M -n 10M --axes size --at read-share=0.9,skew=0.99\n"
                 "  omenbench hunt --resume omenbench-results/hunt-20260101-120000",
     .tables = true,
     .keys = true,
     .resumable = true,
     .define = define});

}  // namespace
}  // namespace omenbench
