// `omenbench run`: its command line, and what it would do (--dry-run). How a plan is run, run_plan.h says.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "base/fields_json.h"
#include "harness/environment.h"
#include "policies/outlook.h"
#include "results/text.h"
#include "tools/omenbench/command.h"
#include "tools/omenbench/outputs.h"
#include "tools/omenbench/plan_rows.h"
#include "tools/omenbench/record.h"
#include "tools/omenbench/run_options.h"
#include "tools/omenbench/run_plan.h"

namespace omenbench {
namespace {

/// What a round of all rows takes, as far as that is known before.
double round_of_all_s(const PreparedRun& run) {
  double round_s = 0;
  for (const RowPlan& row : run.header.rows) round_s += estimate_row(run, row).seconds_per_round;
  return round_s;
}

std::vector<std::string> foresee(const PreparedRun& run) {
  const auto& shard = run.header.facts.shard;
  return what_cannot_be_decided({.rows = run.header.rows,
                                 .indexes = run.header.indexes,
                                 .round_s = round_of_all_s(run),
                                 .budget_s = run.budget_s,
                                 .blocks = run.plan.blocks,
                                 .rows_elsewhere = shard ? shard->plan_rows - run.header.rows.size() : 0});
}

/// What a run would do, for --dry-run.
struct Forecast {
  struct CellForecast {
    std::string index, status, reason;
    std::uint64_t operations = 0;
  };
  struct RowForecast {
    std::string dataset, workload;
    std::uint64_t keys = 0, threads = 0, shared_bytes = 0, largest_cell_bytes = 0;
    double estimated_s = 0;
    std::vector<CellForecast> cells;
  };
  std::vector<RowForecast> rows;
  std::uint64_t rounds = 0;
  double first_round_s = 0, estimated_s = 0, budget_s = 0;
  std::vector<std::string> cannot_be_decided;
  std::uint64_t memory_available_bytes = 0;
  std::uint64_t pool_bytes = 0;  ///< for pages, where an index takes a size; 0: none does, or none is given
};
template <class Visitor>
void visit_fields(Visitor& v, Is<Forecast::CellForecast> auto& cell) {
  v.field("index", cell.index);
  v.field("status", cell.status);
  v.field("reason", cell.reason);
  v.field("operations", cell.operations);
}
template <class Visitor>
void visit_fields(Visitor& v, Is<Forecast::RowForecast> auto& row) {
  v.field("dataset", row.dataset);
  v.field("keys", row.keys);
  v.field("workload", row.workload);
  v.field("threads", row.threads);
  v.field("shared_bytes", row.shared_bytes);
  v.field("largest_cell_bytes", row.largest_cell_bytes);
  v.field("estimated_s", row.estimated_s);
  v.field("cells", row.cells);
}
template <class Visitor>
void visit_fields(Visitor& v, Is<Forecast> auto& forecast) {
  v.field("rows", forecast.rows);
  v.field("rounds", forecast.rounds);
  v.field("first_round_s", forecast.first_round_s);
  v.field("estimated_s", forecast.estimated_s);
  v.field("budget_s", forecast.budget_s);
  v.field("cannot_be_decided", forecast.cannot_be_decided);
  v.field("memory_available_bytes", forecast.memory_available_bytes);
  v.field("pool_bytes", forecast.pool_bytes, {.omit_empty = true});
}

Forecast forecast_of(const PreparedRun& run) {
  Forecast forecast{.rows = {},
                    .rounds = run.min_rounds,
                    .first_round_s = round_of_all_s(run),
                    .budget_s = run.budget_s,
                    .cannot_be_decided = foresee(run),
                    .memory_available_bytes = available_memory_bytes()};
  for (const RowPlan& row : run.header.rows) {
    const RowEstimate estimate = estimate_row(run, row);
    Forecast::RowForecast& told = forecast.rows.emplace_back(
        Forecast::RowForecast{.dataset = row.dataset,
                              .workload = row.workload,
                              .keys = row.keys,
                              .threads = row.threads,
                              .shared_bytes = estimate.shared_bytes,
                              .largest_cell_bytes = estimate.largest_cell_bytes,
                              .estimated_s = estimate.seconds_per_round * static_cast<double>(run.min_rounds),
                              .cells = {}});
    forecast.estimated_s += told.estimated_s;
    for (const CellPlan& cell : row.cells) {
      if (run.workers.find(cell.index)->takes_pool()) forecast.pool_bytes = run.plan.pool_bytes;
      const bool planned = cell.status == TrialStatus::kOk;
      told.cells.push_back({.index = cell.index,
                            .status = planned ? "planned" : std::string(to_string(cell.status)),
                            .reason = cell.reason,
                            .operations = cell.operations});
    }
  }
  return forecast;
}

ExitCode dry_run(const PreparedRun& run, const CommonOptions& common) {
  if (common.format != OutputFormat::kTable && common.format != OutputFormat::kJson) {
    throw Error("--dry-run says what would be run as text or, with --json, as JSON; it has no results to lay out");
  }
  const Forecast forecast = forecast_of(run);
  if (common.format == OutputFormat::kJson) {
    fmt::print("{}\n", json_text(write_json(forecast), 2));
    return ExitCode::kOk;
  }
  for (const Forecast::RowForecast& row : forecast.rows) {
    fmt::print("{}  {} keys  {}  {}: about {:.0f} s, {} shared + up to {} in a trial\n", row.dataset, row.keys,
               row.workload, counted(row.threads, "thread"), row.estimated_s, human_bytes(row.shared_bytes),
               human_bytes(row.largest_cell_bytes));
    for (const Forecast::CellForecast& cell : row.cells) {
      fmt::print("    {:<20} {:<12} {:>9} operations{}\n", cell.index, cell.status, cell.operations,
                 cell.reason.empty() ? "" : "  (" + cell.reason + ")");
    }
  }
  fmt::print(
      "{}, {}{} each: roughly {:.0f} s, the first round of all {:.0f} s, budget {:g} s; {} of memory "
      "available. Nothing was run.\n",
      counted(forecast.rows.size(), "row"), run.plan.blocks ? "" : "at least ", counted(forecast.rounds, "round"),
      forecast.estimated_s, std::ceil(forecast.first_round_s), forecast.budget_s,
      human_bytes(forecast.memory_available_bytes));
  if (forecast.pool_bytes != 0) {
    fmt::print("Memory for pages (--pool): {}.\n", human_bytes(forecast.pool_bytes));
  }
  for (const std::string& sentence : forecast.cannot_be_decided) fmt::print("note: {}\n", sentence);
  return ExitCode::kOk;
}

ExitCode run_fresh(const RunOptions& options, const CommonOptions& common) {
  PreparedRun run = prepare_fresh(options, announcer(common));
  if (options.dry_run) return dry_run(run, common);
  for (const std::string& sentence : foresee(run)) announcer(common)("warning: " + sentence);
  return start_run(std::move(run), options, common);
}

ExitCode run_on(const RunOptions& options, const CommonOptions& common) {
  // What reproduce leaves is a run as any.
  if (recorded_command(options.resume) != "reproduce") require_record_of("run", options.resume);
  return resume_run(options, common);
}

std::function<ExitCode(const CommonOptions&)> define(CLI::App& app) {
  auto options = std::make_shared<RunOptions>();
  add_run_options(app, *options);
  return [options](const CommonOptions& common) {
    return options->resume.empty() ? run_fresh(*options, common) : run_on(*options, common);
  };
}

const bool registered = register_command(
    {.name = "run",
     .summary = "Measure indexes on keys and workloads, and decide",
     .examples =
         "  omenbench run                                                 the quickstart plan\n"
         "  omenbench run -d keys.csv.gz:timestamp -w sosd-lookup --budget 5m\n"
         "  omenbench run -d osm_cellids_1M_uint64.xz -i 'pgm-*' -i absl-btree -i rmi\n"
         "  omenbench run -d uniform -d lognormal -n 1M -w 'ycsb-*' --blocks 12 --out results/ycsb\n"
         "  omenbench run -d timestamps -n 10M --dry-run\n"
         "  omenbench run -d paths.txt -i 'bytes-*' -w scan-100         texts, UUIDs, ... (docs/keys.md)\n"
         "  omenbench run -d lognormal -n 1M -w ycsb-a --rate 100k --duration 10s\n"
         "  omenbench run -d lognormal -n 1M -w ycsb-a --rate max --p99-limit 100us -t 1,2\n"
         "  omenbench run -d uniform -n 1M -w sosd-lookup --cold\n"
         "  omenbench run -d lognormal -n 1M -w sosd-lookup --passes throughput,latency\n"
         "  omenbench run -d lognormal -n 1M -w sosd-lookup -i pgm-64 -i simd-tree --explain     why is it faster?\n"
         "  omenbench run -d uniform -n 10M -i 'sqlite-*' -i pgm-64 --memory-pressure 512MiB\n"
         "  omenbench run -d uniform -n 1M --record-size 256 -i btree        rows of 256 bytes (docs/records.md)\n"
         "  omenbench run -d uniform -n 10M -i 'disk-*' --focus disk-hybrid --pool 1536KiB      pages on a disk\n"
         "  omenbench run -n 1M -i postgres -i postgres@17 --pg-bin 17=/opt/pg17/bin     two versions side by side\n"
         "  omenbench run -n 1M -i postgres -i sqlite-file -i btree --versus postgres    what would a change bring?\n"
         "  omenbench run --plan full --shard 2/8 --out shard-2           a part; then: omenbench merge shard-*\n"
         "  omenbench run --resume omenbench-results/quickstart-20260101-120000",
     .tables = true,
     .keys = true,
     .define = define});

}  // namespace
}  // namespace omenbench
