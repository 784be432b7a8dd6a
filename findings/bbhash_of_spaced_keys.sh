#!/usr/bin/env bash
# BBHash takes 52 bits a key for keys that are multiples of 2^32, where it takes 3.8 for others.
#
# Guess: a minimal perfect hash by cascading bit arrays takes about 3.8 bits a key with gamma = 2, for any distinct
# keys: they are hashed first, and what is left after a few levels is a handful.
# What happens: the functor for 64-bit keys gives those with many zeros at the end hashes that meet level after level.
# What collides in all 25 levels goes into a std::unordered_map of keys and numbers: one in seven of 100,000 multiples
# of 2^32; and pairs (a << 32 | b) take 7.7 bits. Random and consecutive keys, and multiples of 2^16, are as promised.
# The result stays a perfect hash. The README offers the functor for such keys and names no limit.
# Why it matters: keys that fill the upper half of 64 bits (coarse cell ids, numbers scaled to the whole range, pairs)
# are usual sets for learned indexes, and perfect hashes are compared with those by bits a key and by lookup: both are
# here mostly those of a hash map.
# Package: libbbhash-dev 1.0.0-5 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=1.0.0-5
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "libbbhash-dev=$version")
dpkg-deb -x "$work"/*.deb "$work"
echo "BBHash $version"

cat >"$work/try.cc" <<'CC'
#include <BooPHF.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

using Hash = boomphf::mphf<std::uint64_t, boomphf::SingleHashFunctor<std::uint64_t>>;
constexpr std::uint64_t kKeys = 100000;

// Bits a key, by the library's own account, of a perfect hash of these distinct keys.
template <typename Key>
static double bits(const char* name, Key key) {
  std::vector<std::uint64_t> keys;
  for (std::uint64_t i = 0; i < kKeys; ++i) keys.push_back(key(i));
  Hash hash(keys.size(), keys, 1, 2.0, false, false);
  std::vector<bool> taken(keys.size());
  for (const std::uint64_t one : keys) {
    const std::uint64_t number = hash.lookup(one);
    if (number >= keys.size() || taken[number]) std::exit(2);
    taken[number] = true;
  }
  const double per_key = static_cast<double>(hash.totalBitSize()) / static_cast<double>(keys.size());
  std::printf("%s: %.1f bits a key\n", name, per_key);
  return per_key;
}

int main() {
  std::mt19937_64 random(7919);
  const double usual[] = {bits("consecutive", [](std::uint64_t i) { return i; }),
                          bits("random", [&](std::uint64_t) { return random(); }),
                          bits("multiples of 2^16", [](std::uint64_t i) { return i << 16; })};
  for (const double per_key : usual) {
    if (per_key > 4) return 1;
  }
  const double composite = bits("(i / 316) << 32 | i % 316", [](std::uint64_t i) { return i / 316 << 32 | i % 316; });
  return composite > 6 && bits("multiples of 2^32", [](std::uint64_t i) { return i << 32; }) > 30 ? 0 : 1;
}
CC
g++ -std=c++17 -O1 -w -I"$work/usr/include" "$work/try.cc" -o "$work/try" -pthread
"$work/try" || { echo 'changed' >&2; exit 1; }
