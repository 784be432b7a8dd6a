// See the header.
#include "tools/omenbench/run_options.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/units.h"
#include "core/error.h"
#include "tools/omenbench/choose_indexes.h"
#include "tools/omenbench/command.h"
#include "tools/omenbench/left_out.h"

namespace omenbench {
namespace {

/// "2/8".
ShardFacts parse_shard(const std::string& text) {
  const auto slash = text.find('/');
  if (slash == std::string::npos) {
    throw Error(fmt::format("--shard: expected I/N, the I-th of N parts, as in 2/8; got '{}'", text));
  }
  constexpr std::uint64_t kMostShards = 100'000;
  ShardFacts shard;
  shard.of = parse_whole(text.substr(slash + 1), "--shard", 1, kMostShards);
  shard.number = parse_whole(text.substr(0, slash), "--shard", 1, shard.of);
  return shard;
}

}  // namespace

void add_run_options(CLI::App& app, RunOptions& o) {
  app.add_option("--plan", o.plan, "Built-in plan or JSON file (default: quickstart); see 'omenbench list plans'");
  add_plan_options(app, o.given);
  add_server_options(app, o.servers);
  app.add_option("--out", o.out, "Result directory (default: omenbench-results/PLAN-TIME)");
  add_value(
      app, "--shard", [&o](const std::string& text) { o.shard = parse_shard(text); },
      "Only the I-th of N parts of the plan's rows: 2/8; 'omenbench merge' puts them together (docs/cluster.md)")
      ->option_text("I/N");
  app.add_option("--resume", o.resume, "Continue the interrupted run in this directory");
  app.add_flag("--retry-failed", o.retry_failed, "With --resume: also repeat the rows that hold failed cells");
  app.add_flag("--dry-run", o.dry_run, "Show rows, cells, memory and an estimate of the time, and run nothing");
  app.add_flag("--strict", o.strict, "Exit with 4 when a headline verdict is inconclusive");
}

Plan plan_of(const std::string& name, const GivenOptions& given) {
  Plan plan = load_plan(name);
  std::error_code ignored;
  if (is_built_in_plan(name) && std::filesystem::is_regular_file(name, ignored)) {
    say("note: '{0}' is the built-in plan; './{0}' is the file of that name here\n", name);
  }
  if (given.has("--duration") && !given.has("--rate")) throw Error("--duration goes with --rate");
  const std::vector<std::string> own = plan.indexes;
  given.apply_to(plan);
  const bool some_of_own = given.has("--index") && only_leave_out(plan.indexes);
  if (some_of_own) plan.indexes.insert(plan.indexes.begin(), own.begin(), own.end());
  plan.default_indexes = some_of_own || !given.has("--index");
  if (plan.default_indexes) leave_out_unbuilt(plan.indexes);
  if (plan.datasets.empty()) throw Error("the plan names no dataset; add one with -d");
  if (plan.indexes.empty()) throw Error("the plan names no index; add one with -i");
  if (plan.workloads.empty()) throw Error("the plan names no workload; add one with -w");
  return plan;
}

Plan plan_of(const RunOptions& o) {
  Plan plan = plan_of(o.plan.value_or("quickstart"), o.given);
  const auto own = [&](std::string_view option) { return o.given.has(option); };
  if (!o.plan && (own("--dataset") || own("--index") || own("--workload") || own("--keys"))) {
    plan.name = "run";
    plan.description = "Chosen on the command line";
  }
  return plan;
}

void refuse_shaping_options(const RunOptions& o) {
  if (!o.plan && !o.given.any() && o.out.empty() && !o.dry_run && !o.shard) return;
  throw Error("--resume continues a run as it was planned; only --pg, --redis, --retry-failed and --strict go with it");
}

}  // namespace omenbench
