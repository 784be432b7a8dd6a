// The library's benchmarks, as Google Benchmark has them.
#include "word_count.h"

#include <benchmark/benchmark.h>

#include <string>

namespace {

std::string text_of(std::size_t words) {
  std::string text;
  unsigned state = 1;
  for (std::size_t i = 0; i < words; ++i) {
    state = state * 1664525 + 1013904223;
    text += "word" + std::string(1 + state % 5, static_cast<char>('a' + (state >> 8) % 26)) + " ";
  }
  return text;
}

void count_words(benchmark::State& state) {
  const std::string text = text_of(static_cast<std::size_t>(state.range(0)));
  for ([[maybe_unused]] const auto iteration : state) benchmark::DoNotOptimize(word_count(text));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(count_words)->Arg(100)->Arg(10'000);

}  // namespace

BENCHMARK_MAIN();
