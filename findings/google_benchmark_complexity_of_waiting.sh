#!/usr/bin/env bash
# Google Benchmark's Complexity() calls a linear benchmark O(1) when its time is manual or spent waiting.
#
# Guess: the growth is fitted to the time that the benchmark reports, which UseManualTime and UseRealTime choose.
# What happens: the form is chosen by the processor time alone, and then fitted to the other time as it is. With manual
# times of n ns, and a loop that does nothing else, the row BigO says (1), with a root mean square error of 119 per cent
# beside it; n log n and the square root of n are (1) as well. With UseRealTime and a body that waits n us it is (1) or
# lgN, as the processor time of waiting happens to vary. Asked for by name, `Complexity(benchmark::oN)`, N fits with an
# error of 0. The guide describes the automatic choice as the best fit and does not say of what.
# Why it matters: manual time is for what another process, a server or a device does, and there the processor time is
# that of the call. A scan of a whole table in a server is told to be of constant cost.
# Package: libbenchmark-dev 1.7.1-1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=1.7.1-1
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "libbenchmark-dev=$version" \
  "libbenchmark1debian=$version")
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
echo "Google Benchmark $version"

cat >"$work/try.cc" <<'CC'
#include <benchmark/benchmark.h>

#include <chrono>
#include <cmath>
#include <thread>

// Reports n ns, n log n ns and so on, and takes next to nothing.
template <double (*Growth)(double)>
void manual(benchmark::State& state) {
  for (auto _ : state) state.SetIterationTime(Growth(double(state.range(0))) * 1e-9);
  state.SetComplexityN(state.range(0));
}
double linear(double n) { return n; }
double log_linear(double n) { return n * std::log2(n); }
double square_root(double n) { return std::sqrt(n); }

void waiting(benchmark::State& state) {
  for (auto _ : state) std::this_thread::sleep_for(std::chrono::microseconds(state.range(0)));
  state.SetComplexityN(state.range(0));
}

static void sizes(benchmark::internal::Benchmark* benchmark) {
  for (int n = 1 << 8; n <= 1 << 14; n *= 4) benchmark->Arg(n);
}

BENCHMARK(manual<linear>)->Name("manual_n")->Apply(sizes)->Iterations(999)->UseManualTime()->Complexity();
BENCHMARK(manual<log_linear>)->Name("manual_n_log_n")->Apply(sizes)->Iterations(999)->UseManualTime()->Complexity();
BENCHMARK(manual<square_root>)->Name("manual_sqrt_n")->Apply(sizes)->Iterations(999)->UseManualTime()->Complexity();
BENCHMARK(manual<linear>)->Name("oN")->Apply(sizes)->Iterations(999)->UseManualTime()->Complexity(benchmark::oN);
BENCHMARK(waiting)->Name("waiting_n_us")->Apply(sizes)->Iterations(5)->UseRealTime()->Complexity();
BENCHMARK_MAIN();
CC
lib=$work/usr/lib/x86_64-linux-gnu
g++ -std=c++17 -O1 -isystem "$work/usr/include" "$work/try.cc" -o "$work/try" -L"$lib" -lbenchmark -lpthread \
  -Wl,-rpath,"$lib"
"$work/try" >"$work/told" 2>"$work/noise"
grep -E 'BigO|RMS' "$work/told" | tr -s ' '

# $1: a benchmark. Prints the form that its row BigO tells for the time it reports.
form() { grep -E "^$1/.*BigO" "$work/told" | tr -s ' ' | cut -d ' ' -f 3; }
chosen="$(form manual_n) $(form manual_n_log_n) $(form manual_sqrt_n)"
if [ "$chosen" != '(1) (1) (1)' ] || [ "$(form oN)" != N ] || [ "$(form waiting_n_us)" = N ]; then
  echo 'changed' >&2
  exit 1
fi
