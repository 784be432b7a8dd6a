#!/usr/bin/env bash
# Both hash maps of oneTBB put all keys that are multiples of 2^20 into one bucket.
#
# Guess: TBB's hash tables mix integers before they choose a bucket (older ones multiplied by the golden ratio), so spaced
# keys spread.
# What happens: tbb_hash_compare and concurrent_unordered_map take std::hash, the identity, and buckets are chosen by its low
# bits. 4,000 multiples of 2^20 cost 2,000 comparisons a lookup in concurrent_hash_map, multiples of 256 still 125. In
# concurrent_unordered_map all 4,000 share a bucket; counting calls of the equality does not show it (one a lookup), since
# the list is walked by order keys first.
# Why it matters: page addresses, prefixes of addresses, ids with a shard in the low bits and keys scaled to the whole 64-bit
# range are such keys. The usual concurrent hash baselines turn into lists, and everything wins against them.
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

#include <algorithm>
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

constexpr std::uint64_t kKeys = 4000;
struct Shape {
  double hash_map, unordered_map;
  std::size_t fullest;
};

static Shape shape_of(int shift) {
  tbb::concurrent_hash_map<std::uint64_t, int, CountingCompare> hash;
  tbb::concurrent_unordered_map<std::uint64_t, int, std::hash<std::uint64_t>, CountingEqual> unordered;
  for (std::uint64_t k = 0; k < kKeys; ++k) {
    hash.insert({k << shift, 0});
    unordered.insert({k << shift, 0});
  }
  Shape shape = {};
  compared = 0;
  for (std::uint64_t k = 0; k < kKeys; ++k) hash.count(k << shift);
  shape.hash_map = double(compared) / kKeys;
  compared = 0;
  for (std::uint64_t k = 0; k < kKeys; ++k) unordered.find(k << shift);
  shape.unordered_map = double(compared) / kKeys;
  for (std::size_t b = 0; b < unordered.unsafe_bucket_count(); ++b) {
    shape.fullest = std::max<std::size_t>(shape.fullest, unordered.unsafe_bucket_size(b));
  }
  std::printf("multiples of 2^%d: concurrent_hash_map %.1f comparisons a lookup; concurrent_unordered_map %.1f, fullest bucket %zu\n",
              shift, shape.hash_map, shape.unordered_map, shape.fullest);
  return shape;
}

int main() {
  std::printf("%s, %d keys\n", TBB_runtime_version(), int(kKeys));
  const Shape dense = shape_of(0), spaced = shape_of(8), far = shape_of(20);
  const bool as_described = dense.hash_map < 3 && dense.fullest < 100 && spaced.hash_map > 50 && spaced.fullest > 250 &&
                            far.hash_map > 1000 && far.fullest == kKeys && far.unordered_map < 3;
  return as_described ? 0 : 1;
}
CC
lib=$work/usr/lib/x86_64-linux-gnu
g++ -std=c++17 -O1 -isystem "$work/usr/include" "$work/try.cc" -o "$work/try" -L"$lib" -ltbb -Wl,-rpath,"$lib"
"$work/try" || { echo 'changed' >&2; exit 1; }
