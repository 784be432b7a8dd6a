// omenbench-micro-parts: the coordinator's own hot parts under Google Benchmark: drawing keys and generating streams
// with their reference answers. Generation is not measured by a run but bounds how long one takes.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "core/operation.h"
#include "core/rng.h"
#include "workloads/key_chooser.h"
#include "workloads/stream.h"

namespace omenbench {
namespace {

void draw_uniform(benchmark::State& state) {
  Rng rng(1);
  for ([[maybe_unused]] const auto iteration : state) {
    benchmark::DoNotOptimize(rng.below(static_cast<std::uint64_t>(state.range(0))));
  }
}
BENCHMARK(draw_uniform)->Arg(1'000'000);

void draw_zipf_rank(benchmark::State& state) {
  Rng rng(1);
  const Zipf zipf(static_cast<std::uint64_t>(state.range(0)), 0.99);
  for ([[maybe_unused]] const auto iteration : state) benchmark::DoNotOptimize(zipf.draw(rng));
}
BENCHMARK(draw_zipf_rank)->Arg(1'000)->Arg(1'000'000)->Arg(1'000'000'000);

void scatter_a_rank(benchmark::State& state) {
  const auto n = static_cast<std::uint64_t>(state.range(0));
  const Bijection scatter(n, 1);
  std::uint64_t rank = 0;
  for ([[maybe_unused]] const auto iteration : state) {
    benchmark::DoNotOptimize(scatter(rank));
    rank = rank + 1 == n ? 0 : rank + 1;
  }
}
BENCHMARK(scatter_a_rank)->Arg(1'000'000)->Arg(1'048'577);

void fold_an_answer(benchmark::State& state) {
  AnswerChecksum checksum;
  std::uint64_t answer = 1;
  for ([[maybe_unused]] const auto iteration : state) checksum.add(answer += kGoldenGamma);
  benchmark::DoNotOptimize(checksum.value());
}
BENCHMARK(fold_an_answer);

/// Operations with their reference, on keys 3 apart.
void generate(benchmark::State& state, const std::string& name) {
  constexpr std::uint64_t kOperations = 100'000;
  const Workload workload = load_workload(name);
  std::vector<Key> keys(1'000'000);
  for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = 3 * i;
  const Population population(workload, keys, 1);
  std::uint64_t seed = 0;
  for ([[maybe_unused]] const auto iteration : state) {
    const Stream stream = generate_stream(
        workload, population, {.payload_seed = 1, .seed = ++seed, .operations = kOperations, .prefixes = {}});
    benchmark::DoNotOptimize(stream.stretches[0].threads[0].data());
  }
  using benchmark::Counter;
  state.counters["per_operation"] =
      Counter(static_cast<double>(kOperations),
              static_cast<Counter::Flags>(Counter::kIsIterationInvariantRate | Counter::kInvert));
}
BENCHMARK_CAPTURE(generate, lookups, std::string("sosd-lookup"))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(generate, ycsb_a, std::string("ycsb-a"))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(generate, scans, std::string("scan-100"))->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace omenbench

BENCHMARK_MAIN();
