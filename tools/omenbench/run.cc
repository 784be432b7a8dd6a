// `omenbench run`: its command line, and what it would do (--dry-run). How a plan is run, run_plan.h says.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "harness/environment.h"
#include "policies/outlook.h"
#include "tools/omenbench/command.h"
#include "tools/omenbench/plan_rows.h"
#include "tools/omenbench/run_options.h"
#include "tools/omenbench/run_plan.h"

namespace omenbench {
namespace {

std::vector<std::string> foresee(const PreparedRun& run) {
  double round_s = 0;
  for (const RowPlan& row : run.header.rows) round_s += estimate_row(run, row).seconds_per_round;
  return what_cannot_be_decided({.rows = run.header.rows,
                                 .indexes = run.header.indexes,
                                 .round_s = round_s,
                                 .budget_s = run.plan.budget_s,
                                 .blocks = run.plan.blocks});
}

ExitCode dry_run(const PreparedRun& run, const CommonOptions& common) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  double total_s = 0;
  for (const RowPlan& row : run.header.rows) {
    const RowEstimate estimate = estimate_row(run, row);
    const double seconds = estimate.seconds_per_round * static_cast<double>(run.min_rounds);
    total_s += seconds;
    nlohmann::ordered_json cells = nlohmann::ordered_json::array();
    for (const CellPlan& cell : row.cells) {
      cells.push_back({{"index", cell.index},
                       {"status", cell.status == TrialStatus::kOk ? "planned" : to_string(cell.status)},
                       {"reason", cell.reason},
                       {"operations", cell.operations}});
    }
    rows.push_back({{"dataset", row.dataset},
                    {"keys", row.keys},
                    {"workload", row.workload},
                    {"threads", row.threads},
                    {"shared_bytes", estimate.shared_bytes},
                    {"largest_cell_bytes", estimate.largest_cell_bytes},
                    {"estimated_s", seconds},
                    {"cells", cells}});
  }
  const std::vector<std::string> undecidable = foresee(run);
  if (common.format == OutputFormat::kJson) {
    const nlohmann::ordered_json document = {{"rows", rows},
                                             {"rounds", run.min_rounds},
                                             {"estimated_s", total_s},
                                             {"budget_s", run.plan.budget_s},
                                             {"cannot_be_decided", undecidable},
                                             {"memory_available_bytes", available_memory_bytes()}};
    fmt::print("{}\n", document.dump(2));
    return ExitCode::kOk;
  }
  for (const auto& row : rows) {
    fmt::print("{}  {} keys  {}  {} thread(s): about {:.0f} s, {} shared + up to {} in a trial\n",
               row["dataset"].get<std::string>(), row["keys"].get<std::uint64_t>(), row["workload"].get<std::string>(),
               row["threads"].get<std::uint64_t>(), row["estimated_s"].get<double>(),
               human_bytes(row["shared_bytes"].get<std::uint64_t>()),
               human_bytes(row["largest_cell_bytes"].get<std::uint64_t>()));
    for (const auto& cell : row["cells"]) {
      const auto reason = cell["reason"].get<std::string>();
      fmt::print("    {:<20} {:<12} {:>9} operations{}\n", cell["index"].get<std::string>(),
                 cell["status"].get<std::string>(), cell["operations"].get<std::uint64_t>(),
                 reason.empty() ? "" : "  (" + reason + ")");
    }
  }
  fmt::print("{} rows, {}{} rounds each: roughly {:.0f} s, budget {:.0f} s; {} of memory available. Nothing was run.\n",
             rows.size(), run.plan.blocks ? "" : "at least ", run.min_rounds, total_s, run.plan.budget_s,
             human_bytes(available_memory_bytes()));
  for (const std::string& sentence : undecidable) fmt::print("note: {}\n", sentence);
  return ExitCode::kOk;
}

ExitCode run_fresh(const RunOptions& options, const CommonOptions& common) {
  PreparedRun run = prepare_fresh(options, announcer(common));
  if (options.dry_run) return dry_run(run, common);
  for (const std::string& sentence : foresee(run)) announcer(common)("warning: " + sentence);
  return start_run(std::move(run), options, common);
}

std::function<ExitCode(const CommonOptions&)> define(CLI::App& app) {
  auto options = std::make_shared<RunOptions>();
  add_run_options(app, *options);
  return [options](const CommonOptions& common) {
    return options->resume.empty() ? run_fresh(*options, common) : resume_run(*options, common);
  };
}

const bool registered = register_command(
    {.name = "run",
     .summary = "Measure indexes on keys and workloads, and decide",
     .examples = "  omenbench run                                                 the quickstart plan\n"
                 "  omenbench run -d keys.csv.gz:timestamp -w sosd-lookup --budget 5m\n"
                 "  omenbench run -d osm_cellids_1M_uint64.xz -i 'pgm-*' -i absl-btree -i rmi\n"
                 "  omenbench run -d uniform -d lognormal -n 1M -w 'ycsb-*' --blocks 12 --out results/ycsb\n"
                 "  omenbench run -d timestamps -n 10M --dry-run\n"
                 "  omenbench run -d lognormal -n 1M -w ycsb-a --rate 100k --duration 10s\n"
                 "  omenbench run -d lognormal -n 1M -w ycsb-a --rate max --p99-limit 100us -t 1,2\n"
                 "  omenbench run -d uniform -n 1M -w sosd-lookup --cold\n"
                 "  omenbench run -d uniform -n 10M -i 'sqlite-*' -i pgm-64 --memory-pressure 512MiB\n"
                 "  omenbench run --resume omenbench-results/quickstart-20260101-120000",
     .define = define});

}  // namespace
}  // namespace omenbench
