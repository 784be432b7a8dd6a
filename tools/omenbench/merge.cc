// `omenbench merge`: the shards of one plan as one result.
#include "results/merge.h"

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <vector>

#include "core/error.h"
#include "results/journal.h"
#include "results/result_json.h"
#include "results/summarise.h"
#include "tools/omenbench/command.h"
#include "tools/omenbench/outputs.h"

namespace omenbench {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::vector<std::string> runs;
  std::string out;
};

/// Of a run directory or a journal: a result alone no longer knows its trials.
Run read_run(const fs::path& path) {
  const fs::path journal = fs::is_directory(path) ? path / kJournalFile : path;
  if (!fs::exists(journal) || journal.extension() != ".ndjson") {
    throw Error(fmt::format("'{}' holds no {}; merge takes run directories or journals", path.string(), kJournalFile));
  }
  return read_journal(journal);
}

ExitCode run_merge(const Options& options, const CommonOptions& common) {
  std::vector<Shard> shards;
  for (const std::string& path : options.runs) shards.push_back({path, read_run(path)});
  refuse_unusable_directory(options.out, "a run");
  const Result result = checked(summarise(merge_shards(std::move(shards))));
  const fs::path directory = output_directory(options.out, result.plan.value("name", "merged"));
  omenbench::create_directory(directory);
  const Outcome outcome = write_outputs(result, directory, common);
  return outcome.failed() ? ExitCode::kCellsFailed : ExitCode::kOk;
}

std::function<ExitCode(const CommonOptions&)> define(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("runs", options->runs, "Every shard of one plan: run directories or their journal.ndjson")->required();
  app.add_option("--out", options->out, "Directory of the whole result (default: omenbench-results/PLAN-TIME)");
  return [options](const CommonOptions& common) { return run_merge(*options, common); };
}

const bool registered = register_command(
    {.name = "merge",
     .summary = "Put the shards of a plan together (docs/cluster.md)",
     .examples = "  omenbench run --plan full --shard 1/2 --out shard-1       on one machine\n"
                 "  omenbench run --plan full --shard 2/2 --out shard-2       on another\n"
                 "  omenbench merge shard-1 shard-2 --out whole               results.json and report.html",
     .tables = true,
     .define = define});

}  // namespace
}  // namespace omenbench
