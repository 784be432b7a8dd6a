#!/usr/bin/env bash
# tbb::concurrent_hash_map multiplies keys by a mixing constant and then looks at the low bits only, which stay as they were.
#
# Guess: concurrent_hash_map brings a hash of its own (a multiplication by the golden ratio), so spaced keys spread, and
# it is concurrent_unordered_map with its identity hash that suffers.
# What happens: the other way round. 4,000 keys that are multiples of 2^20 cost 2,000 comparisons a lookup in
# concurrent_hash_map: the product's low 20 bits are zero like the key's, and buckets are chosen by low bits. At multiples
# of 256 it is 125. concurrent_unordered_map needs one comparison for all of them.
# Why it matters: page addresses, prefixes of addresses, ids with a shard in the low bits and keys scaled to the whole 64-bit
# range are such keys. The map is the usual concurrent hash baseline, and turns into a list.
# Package: libtbb-dev 2021.8.0-2+deb12u1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=2021.8.0-2+deb12u1
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "libtbb-dev=$version" "libtbb12=$version" \
  "libtbbmalloc2=$version")
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done

cat >"$work/try.cc" <<'CC'
#include <tbb/concurrent_hash_map.h>
#include <tbb/concurrent_unordered_map.h>
#include <tbb/version.h>

#include <cstdint>
#include <cstdio>

static long compared = 0;

struct CountingEqual {
  bool operator()(std::uint64_t a, std::uint64_t b) const {
    ++compared;
    return a == b;
  }
};
struct CountingCompare : tbb::tbb_hash_compare<std::uint64_t> {
  bool equal(std::uint64_t a, std::uint64_t b) const { return CountingEqual{}(a, b); }
};

int main() {
  std::printf("%s\n", TBB_runtime_version());
  constexpr std::uint64_t kKeys = 4000;
  double hash_map[3], unordered_map[3];
  for (int i = 0; i < 3; ++i) {
    const int shift = i == 0 ? 0 : i == 1 ? 8 : 20;
    tbb::concurrent_hash_map<std::uint64_t, int, CountingCompare> hash;
    tbb::concurrent_unordered_map<std::uint64_t, int, std::hash<std::uint64_t>, CountingEqual> unordered;
    for (std::uint64_t k = 0; k < kKeys; ++k) {
      hash.insert({k << shift, 0});
      unordered.insert({k << shift, 0});
    }
    compared = 0;
    for (std::uint64_t k = 0; k < kKeys; ++k) hash.count(k << shift);
    hash_map[i] = double(compared) / kKeys;
    compared = 0;
    for (std::uint64_t k = 0; k < kKeys; ++k) unordered.count(k << shift);
    unordered_map[i] = double(compared) / kKeys;
    std::printf("multiples of 2^%d: comparisons a lookup: concurrent_hash_map %.1f, concurrent_unordered_map %.1f\n", shift,
                hash_map[i], unordered_map[i]);
  }
  return hash_map[0] < 3 && hash_map[1] > 50 && hash_map[2] > 1000 && unordered_map[2] < 3 ? 0 : 1;
}
CC
lib=$work/usr/lib/x86_64-linux-gnu
g++ -std=c++17 -O1 -isystem "$work/usr/include" "$work/try.cc" -o "$work/try" -L"$lib" -ltbb -Wl,-rpath,"$lib"
"$work/try" || { echo 'changed' >&2; exit 1; }
