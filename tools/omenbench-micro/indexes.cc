// omenbench-micro: find, insert and build of every registered index under Google Benchmark, for the hours in which one
// makes an index faster. The times come from the same trial function that a run calls (one iteration is one trial, and
// reports the time of its measured part), so the two cannot drift apart; the answers are checked. What it lacks is all
// that makes a comparison fair (processes of their own, interleaved rounds, intervals): verdicts come from
// `omenbench run`.
//
//   omenbench-micro --benchmark_filter='find/pgm.*' --benchmark_repetitions=5
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/operation.h"
#include "core/registry.h"
#include "core/rng.h"
#include "core/trial_io.h"
#include "harness/clock.h"

namespace omenbench {
namespace {

constexpr std::uint64_t kPayloadSeed = 1;
constexpr std::uint64_t kOperations = 200'000;

/// `count` distinct uniform keys, ascending.
std::vector<Key> uniform_keys(std::size_t count) {
  Rng rng(42);
  std::vector<Key> keys(count);
  for (Key& key : keys) key = rng.next();
  std::ranges::sort(keys);
  const auto rest = std::ranges::unique(keys);
  keys.erase(rest.begin(), rest.end());
  return keys;
}

void shuffle(std::vector<Key>& keys, Rng& rng) {
  for (std::size_t i = keys.size(); i > 1; --i) std::swap(keys[i - 1], keys[rng.below(i)]);
}

/// One trial's input and the fold of its right answers.
struct Material {
  std::vector<Entry> entries;
  std::vector<Operation> operations;
  std::uint64_t checksum = 0;

  void load(const std::vector<Key>& keys) {
    for (const Key key : keys) entries.push_back({key, payload_of(key, kPayloadSeed)});
  }
};

Material material_for_find(std::size_t keys, std::uint64_t operations) {
  const std::vector<Key> all = uniform_keys(keys);
  Material material;
  material.load(all);
  Rng rng(7);
  AnswerChecksum checksum;
  for (std::uint64_t i = 0; i < operations; ++i) {
    const Key key = all[rng.below(all.size())];
    material.operations.push_back({.key = key});
    checksum.add(payload_of(key, kPayloadSeed));
  }
  material.checksum = checksum.value();
  return material;
}

/// Half of the keys are loaded, others are inserted in random order.
Material material_for_insert(std::size_t keys, std::uint64_t operations) {
  const std::vector<Key> all = uniform_keys(keys);
  std::vector<Key> loaded, unborn;
  for (std::size_t i = 0; i < all.size(); ++i) (mix64(i) % 2 == 0 ? loaded : unborn).push_back(all[i]);
  Rng rng(7);
  shuffle(unborn, rng);
  Material material;
  material.load(loaded);
  AnswerChecksum checksum;
  for (std::size_t i = 0; i < std::min<std::size_t>(operations, unborn.size()); ++i) {
    material.operations.push_back({.key = unborn[i], .argument = 1, .kind = OpKind::kInsert});
    checksum.add(kPresentAnswer);
  }
  material.checksum = checksum.value();
  return material;
}

/// Runs one trial's throughput pass. Returns false, and says so, when it failed.
bool run_once(benchmark::State& state, const IndexInfo& info, const Material& material, bool mutates,
              TrialOutput& output) {
  const ThreadStream stream{.operations = material.operations.data(), .count = material.operations.size()};
  TrialInput input;
  input.pass_mask = 1U << static_cast<int>(Pass::kThroughput);
  input.payload_seed = kPayloadSeed;
  input.entries = material.entries.data();
  input.entry_count = material.entries.size();
  input.share_streams(&stream);
  input.mutates = mutates;
  output = TrialOutput();
  info.run(input, output);
  if (output.status != TrialStatus::kOk) {
    state.SkipWithError(output.reason);
    return false;
  }
  if (output.passes[0].checksum[0] != material.checksum) {
    state.SkipWithError("wrong answers");
    return false;
  }
  return true;
}

void report_per(benchmark::State& state, const char* name, std::size_t count) {
  using benchmark::Counter;
  state.counters[name] = Counter(static_cast<double>(count),
                                 static_cast<Counter::Flags>(Counter::kIsIterationInvariantRate | Counter::kInvert));
}

std::uint64_t operations_for(const IndexInfo& info) {
  return info.max_operations == 0 ? kOperations : std::min(kOperations, info.max_operations);
}

void find(benchmark::State& state, const IndexInfo& info) {
  const Material material = material_for_find(static_cast<std::size_t>(state.range(0)), operations_for(info));
  const auto output = std::make_unique<TrialOutput>();
  for ([[maybe_unused]] const auto iteration : state) {
    if (!run_once(state, info, material, false, *output)) return;
    state.SetIterationTime(static_cast<double>(output->passes[0].elapsed_ns) * 1e-9);
  }
  report_per(state, "per_find", material.operations.size());
}

void insert(benchmark::State& state, const IndexInfo& info) {
  const Material material = material_for_insert(static_cast<std::size_t>(state.range(0)), operations_for(info));
  const auto output = std::make_unique<TrialOutput>();
  for ([[maybe_unused]] const auto iteration : state) {
    if (!run_once(state, info, material, true, *output)) return;
    state.SetIterationTime(static_cast<double>(output->passes[0].elapsed_ns) * 1e-9);
  }
  report_per(state, "per_insert", material.operations.size());
}

void build(benchmark::State& state, const IndexInfo& info) {
  const Material material = material_for_find(static_cast<std::size_t>(state.range(0)), 1);
  const auto output = std::make_unique<TrialOutput>();
  for ([[maybe_unused]] const auto iteration : state) {
    if (!run_once(state, info, material, false, *output)) return;
    state.SetIterationTime(static_cast<double>(output->build_ns) * 1e-9);
  }
  report_per(state, "per_key", material.entries.size());
}

using Body = void (*)(benchmark::State&, const IndexInfo&);

void add(const char* what, Body body, const IndexInfo& info) {
  const std::string name = std::string(what) + "/" + info.name;
  benchmark::RegisterBenchmark(name.c_str(), [body, &info](benchmark::State& state) { body(state, info); })
      ->Arg(10'000)
      ->Arg(1'000'000)
      ->UseManualTime()
      ->Unit(benchmark::kMillisecond);
}

void read_steady_clock(benchmark::State& state) {
  for ([[maybe_unused]] const auto iteration : state) benchmark::DoNotOptimize(steady_now_ns());
}
BENCHMARK(read_steady_clock);

/// What the latency pass adds to every operation.
void read_latency_clock(benchmark::State& state) {
  const LatencyClock clock(0.5);  // the rate does not matter to the cost
  std::uint64_t before = clock.now();
  for ([[maybe_unused]] const auto iteration : state) {
    const std::uint64_t after = clock.now();
    benchmark::DoNotOptimize(clock.elapsed_ns(before, after));
    before = after;
  }
}
BENCHMARK(read_latency_clock);

}  // namespace
}  // namespace omenbench

int main(int argc, char** argv) {
  using namespace omenbench;
  for (const IndexInfo& info : registered_indexes()) {
    if (info.capabilities.oracle) continue;  // needs positions, which only a run has
    add("find", &find, info);
    if (info.capabilities.insertable) add("insert", &insert, info);
    add("build", &build, info);
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
