// See the header.
#include "tools/omenbench/run_options.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <tuple>

#include "core/error.h"
#include "tools/omenbench/command.h"
#include "tools/omenbench/left_out.h"

namespace omenbench {

void add_run_options(CLI::App& app, RunOptions& o) {
  app.add_option("--plan", o.plan, "Built-in plan or JSON file (default: quickstart); see 'omenbench list plans'");
  app.add_option("-d,--dataset", o.datasets,
                 "Keys: a file (FILE, FILE:column, FILE:a,b, FILE:@recipe), a catalogue name or a generator")
      ->allow_extra_args(false);
  app.add_option("-i,--index", o.indexes, "Index or quoted glob; see 'omenbench list indexes'")
      ->allow_extra_args(false);
  app.add_option("-w,--workload", o.workloads, "Workload, quoted glob or JSON file; see 'omenbench list workloads'")
      ->allow_extra_args(false);
  app.add_option("-n,--keys", o.keys, "Keys per dataset, sampled with the seed: 200000, 200k, 10M")
      ->allow_extra_args(false);
  app.add_option("-t,--threads", o.threads, "Threads per row (default 1); a sweep: 1,2,4 or 1-4")
      ->allow_extra_args(false);
  app.add_option("--ops", o.operations,
                 "Operations per block in-process; embedded engines run a tenth, servers a fiftieth of the stream");
  app.add_option("--blocks", o.blocks, "Exactly so many rounds per row (default: adaptive, at least 12)")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1000}));
  app.add_option("--budget", o.budget, "Measuring time of the whole run: 90s, 10m, 1h30m");
  app.add_option("--timeout", o.timeout,
                 "Longest trial before it counts as timeout, beside what a mode takes by design (default 60s)");
  app.add_option("--memory-limit", o.memory_limit, "Address space of each trial: 8GiB (default: 90 % of what is free)");
  app.add_option(
         "--rate", o.rate,
         "Open loop beside the closed one: operations per second over all threads, or 'max' to search the highest")
      ->option_text("RATE|max");
  app.add_option("--p99-limit", o.p99_limit, "With --rate max: the latency that p99 must not exceed, such as 1ms");
  app.add_option("--duration", o.duration, "With --rate: how long operations arrive, in each trial (default 5s)");
  app.add_option("--timeline", o.timeline, "Throughput, latency and memory in so many windows of time (default 50)")
      ->expected(0, 1)
      ->option_text("[WINDOWS]");
  app.add_option("--cold", o.cold,
                 "Evict the caches before every operation by reading SIZE (default: twice the largest cache)")
      ->expected(0, 1)
      ->option_text("[SIZE]");
  app.add_option("--memory-pressure", o.memory_pressure,
                 "Memory that a trial, or a private server, may hold: 512MiB, by a cgroup where that is possible");
  app.add_option("--seed", o.seed, "Seed of sampling, streams and orders (default 1)")->check(seed_check());
  app.add_option("--pin", o.pin, "Pin trial threads to these CPUs: 1 or 0,2-3");
  app.add_flag("--huge-pages", o.huge_pages, "Ask for transparent huge pages in the indexes' large arrays");
  app.add_option("--isa", o.isa, "Worker to use: native, x86-64-v2, x86-64-v3 or x86-64-v4 (default: the best here)");
  app.add_option("--duplicates", o.duplicates, "Equal keys: drop them, or make them distinct by a sequence number")
      ->check(CLI::IsMember({"drop", "sequence"}));
  add_server_options(app, o.servers);
  app.add_option("--worker", o.extra_workers, "Further worker executable whose indexes take part")
      ->allow_extra_args(false);
  app.add_option("--plugin", o.plugins,
                 "Shared object whose indexes take part beside those of -i (docs/adding-an-index.md)")
      ->allow_extra_args(false);
  app.add_option("--out", o.out, "Result directory (default: omenbench-results/PLAN-TIME)");
  app.add_option("--resume", o.resume, "Continue the interrupted run in this directory");
  app.add_flag("--retry-failed", o.retry_failed, "With --resume: also repeat the rows that hold failed cells");
  app.add_flag("--dry-run", o.dry_run, "Show rows, cells, memory and an estimate of the time, and run nothing");
  app.add_flag("--strict", o.strict, "Exit with 4 when a headline verdict is inconclusive");
}

namespace {

/// Operations per trial with cold caches where nobody says otherwise: each takes as long as reading twice the cache.
constexpr std::uint64_t kColdOperations = 200;

void read_modes(const RunOptions& o, Plan& plan) {
  if (o.rate) std::tie(plan.rate, plan.search_rate) = parse_rate(*o.rate, "--rate");
  if (o.p99_limit) plan.p99_limit_s = parse_duration_s(*o.p99_limit, "--p99-limit");
  if (o.duration) {
    plan.duration_s = parse_duration_s(*o.duration, "--duration");
    if (!o.rate) throw Error("--duration goes with --rate");
  }
  if (o.timeline) plan.timeline = o.timeline->empty() ? 50 : parse_count(*o.timeline, "--timeline");
  if (o.cold) {
    plan.cold = true;
    if (!o.cold->empty()) {
      plan.cold_bytes = parse_bytes(*o.cold, "--cold");
      if (plan.cold_bytes == 0)
        throw Error("--cold: nothing to read before each operation; leave the size out for twice the largest cache");
    }
    if (!o.operations) plan.operations = {kColdOperations, kColdOperations, kColdOperations, true};
  }
  if (o.memory_pressure) plan.memory_pressure_bytes = parse_bytes(*o.memory_pressure, "--memory-pressure");
}

}  // namespace

Plan plan_of(const RunOptions& o) {
  Plan plan = load_plan(o.plan.value_or("quickstart"));
  if (!o.datasets.empty()) {
    plan.datasets.clear();
    for (const std::string& dataset : o.datasets) plan.datasets.push_back({dataset});
    plan.keys.clear();  // the plan's count was meant for the plan's datasets
  }
  if (o.indexes.empty()) {
    leave_out_unbuilt(plan.indexes);
  } else {
    plan.indexes = o.indexes;
  }
  if (!o.workloads.empty()) plan.workloads = o.workloads;
  if (!o.keys.empty()) plan.keys.clear();
  for (const std::string& keys : o.keys) plan.keys.push_back(parse_count(keys, "-n"));
  if (!o.threads.empty()) plan.threads.clear();
  for (const std::string& threads : o.threads) {
    std::ranges::copy(parse_thread_counts(threads, "-t"), std::back_inserter(plan.threads));
  }
  if (o.operations) {
    const std::uint64_t operations = parse_count(*o.operations, "--ops");
    plan.operations = {.in_process = operations,
                       .embedded = std::max<std::uint64_t>(1, operations / 10),
                       .server = std::max<std::uint64_t>(1, operations / 50),
                       .forced = true};
  }
  if (o.blocks) plan.blocks = o.blocks;
  if (o.budget) plan.budget_s = parse_duration_s(*o.budget, "--budget");
  if (o.timeout) plan.timeout_s = parse_duration_s(*o.timeout, "--timeout");
  if (o.memory_limit) plan.memory_limit_bytes = parse_bytes(*o.memory_limit, "--memory-limit");
  read_modes(o, plan);
  if (o.seed) plan.seed = *o.seed;
  if (o.pin) plan.pin = parse_cpus(*o.pin, "--pin");
  if (o.huge_pages) plan.huge_pages = true;
  if (o.isa) plan.isa = *o.isa;
  if (o.duplicates) plan.duplicates = *o.duplicates == "drop" ? Duplicates::kDrop : Duplicates::kSequence;
  plan.extra_workers.insert(plan.extra_workers.end(), o.extra_workers.begin(), o.extra_workers.end());
  const bool own = !o.datasets.empty() || !o.indexes.empty() || !o.workloads.empty() || !o.keys.empty();
  if (!o.plan && own) {
    plan.name = "run";
    plan.description = "Chosen on the command line";
  }
  for (const std::string& plugin : o.plugins) plan.plugins.push_back(plugin);
  // --resume may be called from another directory.
  for (std::string& plugin : plan.plugins) plugin = std::filesystem::absolute(plugin).lexically_normal().string();
  if (plan.datasets.empty()) throw Error("the plan names no dataset; add one with -d");
  if (plan.indexes.empty()) throw Error("the plan names no index; add one with -i");
  if (plan.workloads.empty()) throw Error("the plan names no workload; add one with -w");
  return plan;
}

void refuse_shaping_options(const RunOptions& o) {
  const bool shaping = o.plan || !o.datasets.empty() || !o.indexes.empty() || !o.workloads.empty() || !o.keys.empty() ||
                       !o.threads.empty() || o.operations || o.budget || o.timeout || o.memory_limit || o.pin ||
                       o.duplicates || o.isa || o.blocks || o.seed || !o.extra_workers.empty() || !o.plugins.empty() ||
                       o.huge_pages || o.rate || o.p99_limit || o.duration || o.timeline || o.cold ||
                       o.memory_pressure || !o.out.empty() || o.dry_run;
  if (shaping) {
    throw Error(
        "--resume continues a run as it was planned; only --pg, --redis, --retry-failed and --strict go with it");
  }
}

}  // namespace omenbench
