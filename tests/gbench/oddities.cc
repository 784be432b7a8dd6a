// A Google Benchmark program with everything that a gate of such programs must understand. OMENBENCH_PLANTED="mix 15"
// in its environment makes those of that name do 15 % more.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

namespace {

/// `rounds`, and more where a slow-down is planted in `name`.
std::uint64_t planted(const std::string& name, std::uint64_t rounds) {
  const char* text = std::getenv("OMENBENCH_PLANTED");
  if (text == nullptr || !std::string(text).starts_with(name + " ")) return rounds;
  return rounds * (100 + std::stoul(text + name.size())) / 100;
}

std::uint64_t work(std::uint64_t rounds) {
  std::uint64_t state = 1;
  for (std::uint64_t i = 0; i < rounds; ++i) benchmark::DoNotOptimize(state = state * 6364136223846793005 + i);
  return state;
}

template <class Number>
void mix(benchmark::State& state) {
  const std::uint64_t rounds = planted("mix", static_cast<std::uint64_t>(state.range(0)));
  for ([[maybe_unused]] const auto iteration : state) benchmark::DoNotOptimize(static_cast<Number>(work(rounds)));
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.SetLabel("mixes \"words\"");
  state.counters["not a number"] = std::numeric_limits<double>::quiet_NaN();
  state.counters["size"] = static_cast<double>(sizeof(Number));
  state.SetComplexityN(state.range(0));
}
BENCHMARK_TEMPLATE(mix, std::uint32_t)->Arg(1000)->Arg(2000)->Complexity(benchmark::oN);
BENCHMARK_TEMPLATE(mix, unsigned char)->Arg(1000)->UseRealTime()->Unit(benchmark::kMicrosecond)->Iterations(300);

/// Waits for memory: each step depends on the last.
void chase(benchmark::State& state) {
  constexpr std::uint32_t kPlaces = 1U << 20;
  std::vector<std::uint32_t> next(kPlaces);
  for (std::uint32_t i = 0; i < kPlaces; ++i) next[i] = (i * 1664525U + 1013904223U) % kPlaces;  // one long cycle
  const std::uint64_t steps = planted("chase", 20'000);
  std::uint32_t place = 0;
  for ([[maybe_unused]] const auto iteration : state) {
    for (std::uint64_t i = 0; i < steps; ++i) place = next[place];
    benchmark::DoNotOptimize(place);
  }
}
BENCHMARK(chase);

void plain(benchmark::State& state) {
  for ([[maybe_unused]] const auto iteration : state) benchmark::DoNotOptimize(work(500));
}
BENCHMARK(plain)->Threads(2);
BENCHMARK(plain)->Name("twice")->Repetitions(2)->ReportAggregatesOnly();
BENCHMARK(plain)->Name("twin")->Iterations(500);
BENCHMARK(plain)->Name("twin")->Iterations(500);

void manual(benchmark::State& state) {
  for ([[maybe_unused]] const auto iteration : state) state.SetIterationTime(1e-6 * static_cast<double>(work(1) != 0));
}
BENCHMARK(manual)->UseManualTime()->Iterations(2000);

void broken(benchmark::State& state) {
  state.SkipWithError("it \"cannot\" be measured");
  for ([[maybe_unused]] const auto iteration : state) continue;
}
BENCHMARK(broken);

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  std::puts("a line that is no benchmark");
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
