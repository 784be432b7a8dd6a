#!/usr/bin/env bash
# rank, select and cardinality of a Roaring64Map visit every upper half, and so nearly every random key.
#
# Guess: a compressed set with rank and select answers them by directories, in about the time of a lookup, and knows
# how many elements it has.
# What happens: every upper half of 32 bits that occurs is an entry of a std::map, and rank and select add up the
# cardinalities of the entries before the answer. With one random key in each, a rank costs more than a thousand times
# a contains. cardinality() visits all, and copies each bitmap on the way. The header gives no complexities.
# Why it matters: rank is the question that a learned index answers, so this is the set to compare it with. What is
# measured then is a linear walk; and cardinality() in a loop's condition makes the loop quadratic.
# Package: libroaring-dev 0.2.66+ds-2 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=0.2.66+ds-2
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "libroaring-dev=$version" "libroaring0=$version")
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done

cat >"$work/try.cc" <<'CC'
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <random>
#include <roaring/roaring64map.hh>
#include <roaring/roaring_version.h>

// The least time of a call in ns: of some calls, so that the machine's other work does not show.
template <typename Call>
double quickest_ns(int calls, Call call) {
  double least = 1e18;
  for (int i = 0; i < 7; ++i) {
    const auto start = std::chrono::steady_clock::now();
    for (int c = 0; c < calls; ++c) call();
    const std::chrono::duration<double, std::nano> passed = std::chrono::steady_clock::now() - start;
    least = std::min(least, passed.count() / calls);
  }
  return least;
}

int main() {
  std::printf("CRoaring %d.%d.%d\n", ROARING_VERSION_MAJOR, ROARING_VERSION_MINOR, ROARING_VERSION_REVISION);
  std::mt19937_64 random(7919);
  volatile std::uint64_t sink = 0;
  double least_ratio = 1e18;
  for (const int keys : {25000, 50000, 100000}) {
    Roaring64Map set;
    for (int i = 0; i < keys; ++i) set.add(std::uint64_t{random()});
    const std::uint64_t probe = std::uint64_t{1} << 63;  // in the middle
    const double contains = quickest_ns(1000, [&] { sink = sink + set.contains(probe); });
    const double rank = quickest_ns(1, [&] { sink = sink + set.rank(probe); });
    const double select = quickest_ns(1, [&] {
      std::uint64_t key = 0;
      set.select(keys / 2, &key);
      sink = sink + key;
    });
    const double cardinality = quickest_ns(1, [&] { sink = sink + set.cardinality(); });
    std::printf("%6d random keys, ns: contains %.0f, rank %.0f, select %.0f, cardinality %.0f\n", keys, contains,
                rank, select, cardinality);
    least_ratio = std::min({least_ratio, rank / contains, select / contains, cardinality / contains});
  }
  return least_ratio > 200 ? 0 : 1;
}
CC
lib=$work/usr/lib/x86_64-linux-gnu
g++ -std=c++17 -O2 -isystem "$work/usr/include" "$work/try.cc" -o "$work/try" -L"$lib" -lroaring -Wl,-rpath,"$lib"
"$work/try" || { echo 'changed' >&2; exit 1; }
