// See the header.
#include "synthetic_run.h"

#include <cmath>
#include <limits>
#include <map>
#include <numbers>

namespace omenbench::testing {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

void add_engine_facts(TrialRecord& trial, const std::string& version, double floor_ns) {
  trial.no_op_ns = floor_ns;
  trial.engine_version = version;
  trial.engine_settings_json = R"({"fsync": "on"})";
  trial.disk_bytes = 26'000'000;
  trial.cache_bytes = 64 << 20;
  trial.total_bytes = trial.self_reported_bytes = trial.rss_delta_bytes = 0;
}

struct ExampleIndex {
  const char* name;
  const char* display;
  const char* family;
  const char* tier;
  bool is_static, ordered;
  double lookup_ns, scan_ns, mixed_ns, bytes_per_key, build_ms;
};

constexpr ExampleIndex kExampleIndexes[] = {
    {"pgm-64", "PGM-index, eps 64", "learned", "in-process", true, true, 112, 450, 130, 16.06, 24},
    {"rmi", "RMI, two layers", "learned", "in-process", true, true, 47, 400, 60, 19.2, 150},
    {"alex", "ALEX", "learned", "in-process", false, true, 61, 270, 80, 25, 190},
    {"absl-btree", "absl::btree_map", "tree", "in-process", false, true, 181, 340, 210, 19, 28},
    {"std-map", "std::map", "tree", "in-process", false, true, 905, 1600, 980, 64, 160},
    {"simd-tree", "SIMD search tree", "array", "in-process", true, true, 33, 310, 81, 16.5, 5},
    {"absl-hash", "absl::flat_hash_map", "hash", "in-process", false, false, 14, 0, 19, 36, 41},
    {"sqlite-file", "SQLite, file", "engine", "embedded", false, true, 1890, 9000, 4100, 0, 1100},
    {"postgres", "PostgreSQL", "engine", "server", false, true, 41200, 60000, 90000, 0, 2300},
    {"oracle-gather", "payloads at known positions", "reference", "in-process", true, false, 8.2, 0, 0, 16, 3},
    {"full-scan", "sum of all entries", "reference", "in-process", true, true, 610000, 610000, 0, 16, 3}};

/// How the cell fails from that round on; kOk: it does not.
TrialStatus example_failure(const RowPlan& row, const std::string& index, std::uint64_t round, std::string& reason) {
  if (index == "rmi" && row.mutates && round == 2) {
    reason = "pass throughput: the answers' checksum differs from the reference";
    return TrialStatus::kWrongResult;
  }
  if (index == "std-map" && row.ordered && row.dataset == "lognormal" && round == 0) {
    reason = "no end after 60 s";
    return TrialStatus::kTimeout;
  }
  if (index == "absl-btree" && row.mutates && row.dataset == "lognormal" && round == 5) {
    reason = "signal 11 (SIGSEGV) in pass latency";
    return TrialStatus::kCrash;
  }
  return TrialStatus::kOk;
}

double example_time(const ExampleIndex& index, const RowPlan& row) {
  const double base = row.ordered ? index.scan_ns : row.mutates ? index.mixed_ns : index.lookup_ns;
  if (row.dataset != "lognormal") return base;
  if (std::string_view(index.name) == "pgm-64" && !row.mutates) return base * 0.29;
  return std::string_view(index.name) == "rmi" ? base * 1.6 : base;
}

TrialRecord example_trial(const ExampleIndex& index, const RowPlan& row, std::uint64_t row_number, std::uint64_t round,
                          Rng& rng) {
  const double wobble = row.mutates && index.family == std::string_view("learned") ? 0.2 : 0.02;
  const double ns = example_time(index, row) * (1 + wobble * (rng.uniform() - 0.5));
  TrialRecord trial = ok_trial(row_number, round, index.name, ns);
  trial.total_bytes = trial.self_reported_bytes = trial.rss_delta_bytes =
      static_cast<std::uint64_t>(index.bytes_per_key * static_cast<double>(row.keys));
  trial.build_ns = static_cast<std::uint64_t>(index.build_ms * 1e6 * (1 + 0.03 * rng.uniform()));
  if (row.mutates || row.ordered) {
    trial.passes[static_cast<int>(Pass::kDependent)] = {};
    trial.passes[static_cast<int>(Pass::kBatched)] = {};
  }
  if (row.mutates && index.family == std::string_view("learned")) {
    trial.counters = {{"retrains", 3 + round % 2}, {"longest_stall_ns", 2'000'000}};
  }
  const std::string_view tier = index.tier;
  if (tier == "embedded") add_engine_facts(trial, "3.40.1", 310);
  if (tier == "server") add_engine_facts(trial, "15.8", 33'900);
  if (tier == "server") trial.latency.percentiles[5] = kNaN;
  if (row.mutates && tier == "in-process") trial.prefixes = {{20'000, ns * 1.2}, {100'000, ns * 1.1}};
  return trial;
}

RowPlan example_row(const std::string& dataset, std::uint64_t keys, const std::string& workload, bool ordered,
                    bool mutates) {
  RowPlan row{.dataset = dataset,
              .keys = keys,
              .workload = workload,
              .ordered = ordered,
              .mutates = mutates,
              .operations = 1'000'000,
              .phase_operations = {},
              .cells = {},
              .notes = {},
              .realised = {{ordered ? "scan" : "lookup", mutates ? 0.5003 : 1.0}}};
  for (const ExampleIndex& index : kExampleIndexes) {
    const std::string_view tier = index.tier;
    CellPlan cell{.index = index.name,
                  .reason = {},
                  .operations = tier == "server"     ? 20'000U
                                : tier == "embedded" ? 100'000U
                                                     : 1'000'000U};
    if (ordered && !index.ordered) {
      cell.status = TrialStatus::kUnsupported;
      cell.reason = "has no ordered operations";
    } else if (mutates && index.family == std::string_view("reference")) {
      cell.status = TrialStatus::kUnsupported;
      cell.reason = "read-only rows";
    }
    row.cells.push_back(std::move(cell));
  }
  return row;
}

}  // namespace

double normal(Rng& rng) {
  const double u = 1 - rng.uniform(), v = rng.uniform();
  return std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * v);
}

IndexSummary index_summary(const std::string& name, const std::string& family, const std::string& tier) {
  return {.name = name,
          .display = "display of " + name,
          .family = family,
          .tier = tier,
          .is_static = false,
          .ordered = family != "hash",
          .citation = "none",
          .parameters = {{"epsilon", "64"}}};
}

Run empty_run(const std::vector<IndexSummary>& indexes) {
  Run run;
  run.header.started = "2026-01-02T03:04:05Z";
  ToolInfo& tool = run.header.tool;
  tool.version = "0.1.0";
  tool.commit = "c0ffee";
  tool.compiler = "g++";
  tool.flags = "-O3";
  tool.isa = "native";
  Environment& machine = run.header.environment;
  machine.cpu = machine.kernel = "test";
  machine.thp = "never";
  machine.governor = "none";
  machine.timer = {"steady_clock", 20, 0};
  machine.fingerprint = "f00";
  run.header.plan = {{"name", "test"}, {"seed", 1}, {"blocks", 12}};
  run.header.datasets = {{.name = "data",
                          .kind = "generated",
                          .sha256 = "ab",
                          .source = "test",
                          .key_type = "uint64",
                          .citation = "",
                          .n = 1000,
                          .rows = 1000,
                          .notes = {},
                          .hardness = {}}};
  run.header.indexes = indexes;
  RowPlan row{.dataset = "data",
              .keys = 1000,
              .workload = "lookup",
              .operations = 1'000'000,
              .phase_operations = {},
              .cells = {},
              .notes = {},
              .realised = {}};
  for (const IndexSummary& index : indexes) {
    row.cells.push_back({.index = index.name, .reason = {}, .operations = 1'000'000});
  }
  run.header.rows = {row};
  return run;
}

TrialRecord ok_trial(std::uint64_t row, std::uint64_t round, const std::string& index, double ns_per_op) {
  TrialRecord trial;
  trial.row = row;
  trial.round = round;
  trial.index = index;
  trial.stream_sha256 = "57ea3" + std::to_string(round) + "0000000";
  trial.passes[0] = {true, 1'000'000, ns_per_op};
  trial.passes[1] = {true, 1'000'000, ns_per_op * 2};
  trial.passes[2] = {true, 1'000'000, ns_per_op * 11};
  if (index != "absl-btree") trial.passes[3] = {true, 1'000'000, ns_per_op * 0.4};
  trial.latency.samples = 1'000'000;
  trial.latency.percentiles = {ns_per_op * 10, ns_per_op * 12, ns_per_op * 15,
                               ns_per_op * 20, ns_per_op * 40, ns_per_op * 90};
  trial.latency.max = ns_per_op * 1000;
  trial.latency.histogram = {{static_cast<std::uint64_t>(ns_per_op * 10), 900'000},
                             {static_cast<std::uint64_t>(ns_per_op * 20), 100'000}};
  trial.build_ns = static_cast<std::uint64_t>(ns_per_op * 1e5);
  trial.total_bytes = trial.self_reported_bytes = trial.rss_delta_bytes = 20'000;
  trial.peak_rss_bytes = 9'000'000;
  trial.involuntary_switches = round % 3;
  trial.steal_ticks = round == 4 ? 2 : 0;
  trial.frequency_khz = 2'300'000;
  trial.start_ms = 12;
  trial.wall_ms = 900;
  return trial;
}

void add_rounds(Run& run, std::uint64_t rounds,
                const std::function<double(const std::string& index, std::uint64_t round)>& time) {
  for (std::uint64_t round = 0; round < rounds; ++round) {
    for (const CellPlan& cell : run.header.rows[0].cells) {
      if (cell.status != TrialStatus::kOk) continue;
      run.trials.push_back(ok_trial(0, round, cell.index, time(cell.index, round)));
    }
  }
}

Run example_run() {
  Run run = empty_run({});
  run.header.datasets = {{.name = "osm_cellids_1M",
                          .kind = "real",
                          .sha256 = "5f1c",
                          .source = "osm.xz",
                          .key_type = "uint64",
                          .citation = "ODbL",
                          .n = 1'036'094,
                          .rows = 1'036'094,
                          .notes = {},
                          .hardness = KeyHardness{2'400, 91, 6.2}},
                         {.name = "lognormal",
                          .kind = "generated",
                          .sha256 = "77aa",
                          .source = "lognormal:sigma=2",
                          .key_type = "uint64",
                          .citation = "",
                          .n = 1'000'000,
                          .rows = 1'000'000,
                          .notes = {},
                          .hardness = KeyHardness{250, 12, 3.1}}};
  for (const ExampleIndex& index : kExampleIndexes) {
    IndexSummary summary = index_summary(index.name, index.family, index.tier);
    summary.display = index.display;
    summary.is_static = index.is_static;
    summary.ordered = index.ordered;
    run.header.indexes.push_back(std::move(summary));
  }
  run.header.rows.clear();
  for (const DatasetSummary& dataset : run.header.datasets) {
    run.header.rows.push_back(example_row(dataset.name, dataset.n, "sosd-lookup", false, false));
    run.header.rows.push_back(example_row(dataset.name, dataset.n, "range-scan-100", true, false));
    run.header.rows.push_back(example_row(dataset.name, dataset.n, "ycsb-a", false, true));
  }
  Rng rng(7);
  for (std::uint64_t number = 0; number < run.header.rows.size(); ++number) {
    const RowPlan& row = run.header.rows[number];
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      if (row.cells[i].status != TrialStatus::kOk) continue;
      for (std::uint64_t round = 0; round < 12; ++round) {
        TrialRecord trial = example_trial(kExampleIndexes[i], row, number, round, rng);
        trial.status = example_failure(row, trial.index, round, trial.reason);
        run.trials.push_back(trial);
        if (trial.status != TrialStatus::kOk) break;
      }
    }
  }
  return run;
}

/// Phases, kinds, an open pass, a search, windows: each in half of the trials, with numbers missing here and there.
static void add_random_modes(TrialRecord& trial, Rng rng) {
  const auto value = [&] { return rng.below(10) == 0 ? kNaN : 1 + 1e6 * rng.uniform(); };
  const auto part = [&](const char* name) {
    PartRecord record;
    record.name = name;
    record.operations = 1 + rng.below(1000);
    record.ns_per_op = value();
    record.p50 = value();
    record.p99 = value();
    return record;
  };
  if (rng.below(2) == 0) trial.phases = {part("fill"), part("ask")};
  if (!trial.phases.empty()) {
    trial.phases[1].offered_per_s = 500;
    trial.phases[1].open_p99 = value();
  }
  if (rng.below(2) == 0) trial.kinds = {part("lookup"), part("insert")};
  if (rng.below(2) == 0) {
    trial.open = {.offered_per_s = 500,
                  .achieved_per_s = value(),
                  .latency = trial.latency,
                  .lag_p50 = value(),
                  .lag_p99 = value(),
                  .lag_max = value()};
  }
  if (rng.below(2) == 0) {
    trial.search = SearchRecord{.p99_limit_ns = 1e6, .max_per_s = value(), .probes = {{100, 99, 5e5, true}}};
  }
  for (std::uint64_t i = 0, windows = rng.below(6); i < windows; ++i) {
    trial.windows.push_back(
        {1 + 1e6 * rng.uniform(), value(), value(), 1e5, rng.below(1'000'000), rng.below(1'000'000)});
  }
}

Run random_run(std::uint64_t seed) {
  Rng rng(seed);
  const char* families[] = {"learned", "tree", "array", "hash", "engine", "reference"};
  std::vector<IndexSummary> indexes;
  for (std::uint64_t i = 0, count = 1 + rng.below(9); i < count; ++i) {
    const char* family = families[rng.below(6)];
    const bool engine = std::string_view(family) == "engine";
    indexes.push_back(index_summary(std::string(family) + std::to_string(i), family,
                                    !engine             ? "in-process"
                                    : rng.below(2) == 0 ? "embedded"
                                                        : "server"));
    indexes.back().is_static = rng.below(2) == 0;
  }
  if (rng.below(2) == 0) indexes.push_back(index_summary("oracle-gather", "reference"));
  Run run = empty_run(indexes);
  run.interrupted = rng.below(2) == 0;
  if (rng.below(8) == 0) run.header.environment.timer.cost_ns = 0;
  const RowPlan plain = run.header.rows[0];
  run.header.rows.clear();
  for (std::uint64_t number = 0, rows = 1 + rng.below(4); number < rows; ++number) {
    RowPlan row = plain;
    row.workload += std::to_string(number);
    row.ordered = rng.below(2) == 0;
    row.mutates = rng.below(2) == 0;
    row.reshapes = row.mutates && rng.below(2) == 0;
    std::map<std::string, bool> failed;
    for (CellPlan& cell : row.cells) {
      cell.operations = rng.below(3) == 0 ? 20'000 : 1'000'000;
      if (rng.below(8) == 0) cell.status = rng.below(2) == 0 ? TrialStatus::kUnsupported : TrialStatus::kNotRun;
    }
    for (std::uint64_t round = 0, rounds = rng.below(16); round < rounds; ++round) {
      for (const CellPlan& cell : row.cells) {
        if (cell.status != TrialStatus::kOk || failed[cell.index]) continue;
        if (round + 1 == rounds && rng.below(3) == 0) continue;  // split by an interrupt
        TrialRecord trial = ok_trial(number, round, cell.index, 10 + 1000 * rng.uniform());
        if (rng.below(60) == 0) trial.status = static_cast<TrialStatus>(1 + rng.below(kTrialStatuses - 1));
        if (rng.below(50) == 0) trial.passes[rng.below(4)] = {};
        if (rng.below(50) == 0) trial.passes[0].ns_per_op = kNaN;
        if (row.mutates && rng.below(2) == 0) trial.prefixes = {{20'000, 10 + 100 * rng.uniform()}};
        if (rng.below(50) == 0) trial.latency.percentiles[rng.below(6)] = kNaN;
        if (rng.below(50) == 0) trial.build_ns = trial.total_bytes = 0;
        if (rng.below(50) == 0) trial.engine_settings_json = "no { json";
        if (seed % 2 == 0) add_random_modes(trial, Rng(mix64(seed, run.trials.size())));
        failed[cell.index] = trial.status != TrialStatus::kOk;
        run.trials.push_back(std::move(trial));
      }
    }
    run.header.rows.push_back(std::move(row));
  }
  return run;
}

}  // namespace omenbench::testing
