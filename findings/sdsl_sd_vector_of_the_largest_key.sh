#!/usr/bin/env bash
# An Elias-Fano vector of sdsl-lite that holds 2^64 - 1 gives back none of its keys.
#
# Guess: sd_vector, made from sorted 64-bit keys, holds any of them; if not, the constructor says so, as it does for
# keys out of order.
# What happens: the universe is the last key + 1, which is 0 for 2^64 - 1, and the width of the upper parts follows from
# it. The constructor accepts; size() is 0, select gives another key for each of 10,000, rank another position for
# 4,265, and the vector is larger than without that key. With 2^64 - 2 as the last key all is right. Assertions
# see it at the first rank; programs that are built for speed have none. The documentation names no largest key.
# Why it matters: Elias-Fano is the compact rival of a learned index, and 2^64 - 1 is a usual sentinel behind sorted
# keys. A check of a few middle keys is the only thing that tells.
# Package: libsdsl-dev 2.1.1+dfsg-3 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=2.1.1+dfsg-3
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "libsdsl-dev=$version" "libsdsl3=$version")
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
echo "sdsl-lite $version"

cat >"$work/try.cc" <<'CC'
#include <sdsl/bit_vectors.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <random>
#include <vector>

struct Told {
  std::uint64_t size;
  int wrong_keys, wrong_ranks;
};

static Told ask(const char* name, const std::vector<std::uint64_t>& keys) {
  const sdsl::sd_vector<> vector(keys.begin(), keys.end());
  const sdsl::sd_vector<>::select_1_type select(&vector);
  const sdsl::sd_vector<>::rank_1_type rank(&vector);
  Told told = {vector.size(), 0, 0};
  for (std::size_t i = 0; i < keys.size(); ++i) {
    told.wrong_keys += select(i + 1) != keys[i];
    told.wrong_ranks += rank(keys[i]) != i;
  }
  std::printf("%s: size() %llu, %d of %zu keys wrong, %d ranks wrong, %.2f bytes a key\n", name,
              static_cast<unsigned long long>(told.size), told.wrong_keys, keys.size(), told.wrong_ranks,
              double(sdsl::size_in_bytes(vector)) / keys.size());
  return told;
}

int main() {
  std::mt19937_64 random(7919);
  std::vector<std::uint64_t> keys(10000);
  for (std::uint64_t& key : keys) key = random();
  std::sort(keys.begin(), keys.end());
  keys.back() = ~std::uint64_t{1};
  const Told below = ask("last key 2^64 - 2", keys);
  keys.back() = ~std::uint64_t{0};
  const Told last = ask("last key 2^64 - 1", keys);
  const bool right = below.size == ~std::uint64_t{0} && below.wrong_keys == 0 && below.wrong_ranks == 0;
  return right && last.size == 0 && last.wrong_keys > 9000 && last.wrong_ranks > 1000 ? 0 : 1;
}
CC
lib=$work/usr/lib/x86_64-linux-gnu
g++ -std=c++14 -O1 -DNDEBUG -isystem "$work/usr/include" "$work/try.cc" -o "$work/try" -L"$lib" -lsdsl \
  -Wl,-rpath,"$lib"
"$work/try" || { echo 'changed' >&2; exit 1; }
