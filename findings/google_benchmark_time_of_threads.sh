#!/usr/bin/env bash
# Google Benchmark divides the real time of a threaded benchmark by its threads.
#
# Guess: with UseRealTime, "Time" is how long one iteration took: a body that sleeps for 20 ms shows at least 20 ms with
# any number of threads.
# What happens: with 4 threads it shows about 5 ms. Iterations are summed over the threads, and the elapsed time is divided by
# that sum; a plain counter that each thread sets to 1 shows 4. Nothing in the output says so.
# Why it matters: "lookup, 4 threads: 50 ns" next to "1 thread: 180 ns" reads as if threads made a lookup faster. The latency
# grew from 180 to 200 ns; 50 ns is the inverse of the throughput.
# Package: libbenchmark-dev 1.7.1-1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=1.7.1-1
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "libbenchmark-dev=$version" "libbenchmark1debian=$version")
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
echo "libbenchmark-dev $version"

cat >"$work/try.cc" <<'CC'
#include <benchmark/benchmark.h>

#include <chrono>
#include <thread>

static void sleep_20_ms(benchmark::State& state) {
  for (auto _ : state) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  state.counters["one"] = 1;
}
BENCHMARK(sleep_20_ms)->Iterations(10)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(sleep_20_ms)->Iterations(10)->UseRealTime()->Unit(benchmark::kMillisecond)->Threads(4);
BENCHMARK_MAIN();
CC
lib=$work/usr/lib/x86_64-linux-gnu
g++ -std=c++17 -O1 -isystem "$work/usr/include" "$work/try.cc" -o "$work/try" -L"$lib" -lbenchmark -lpthread -Wl,-rpath,"$lib"
out=$("$work/try" --benchmark_format=csv 2>"$work/log")
echo "$out"

# The third column is the real time.
time_of() { grep "$1\"," <<<"$out" | cut -d, -f3 | cut -d. -f1; }
one=$(time_of real_time)
four=$(time_of threads:4)
echo "real time of a 20 ms body: 1 thread $one ms, 4 threads $four ms"
if [ "$one" -lt 20 ] || [ "$four" -ge 20 ]; then
  echo 'changed' >&2
  exit 1
fi
