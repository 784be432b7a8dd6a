#!/usr/bin/env bash
# Copying a boost::unordered_flat_map element by element costs five to fifteen times as much as inserting them shuffled.
#
# Guess: a hash table does not care in which order keys come; walking over one while filling another is, if anything,
# kind to the caches. Rust's map once had this trouble, and hash maps have learned from it.
# What happens: an element's place is the upper bits of its hash, and hashes are the same in every map. The elements of
# one come in the order of their hashes, so that all fall into the front of the smaller table, which grows only when
# it is full as a whole: the front is overfull at each size, and most inserts probe over many groups. 400,000 elements
# take some 500 ns each and shuffled 60; insert(first, last) does the same, and the more elements the worse. After
# reserve() it takes 30 ns.
# Why it matters: a trial that fills its table from another one, or loads keys that were dumped from one, sees the
# fastest hash map of the field as the slowest.
# Package: libboost1.81-dev 1.81.0-5+deb12u1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=1.81.0-5+deb12u1
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "libboost1.81-dev=$version")
dpkg-deb -x "$work"/libboost1.81-dev_*.deb "$work"

cat >"$work/try.cc" <<'CC'
#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/version.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <random>
#include <utility>
#include <vector>

using Map = boost::unordered_flat_map<std::uint64_t, std::uint64_t>;
using Entries = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

// The least time per entry in ns of three fillings of an empty map, so that the machine's other work does not show.
static double fill_ns(const Entries& entries, std::size_t reserved) {
  double least = 1e18;
  for (int i = 0; i < 3; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    Map map;
    map.reserve(reserved);
    for (const auto& [key, value] : entries) map.emplace(key, value);
    const std::chrono::duration<double, std::nano> time = std::chrono::steady_clock::now() - begin;
    least = std::min(least, time.count() / entries.size());
  }
  return least;
}

int main() {
  std::printf("Boost %s\n", BOOST_LIB_VERSION);
  std::mt19937_64 random(7919);
  double least_ratio = 1e18;
  for (const std::size_t size : {100000, 200000, 400000}) {
    Map source;
    while (source.size() < size) source.emplace(random(), 0);
    Entries entries(source.begin(), source.end());
    const double own = fill_ns(entries, 0), reserved = fill_ns(entries, size);
    std::shuffle(entries.begin(), entries.end(), random);
    const double shuffled = fill_ns(entries, 0);
    std::printf("%zu entries, ns each: in another map's order %.0f, with reserve %.0f, shuffled %.0f\n", size, own,
                reserved, shuffled);
    least_ratio = std::min(least_ratio, own / std::max(shuffled, reserved));
  }
  return least_ratio > 2 ? 0 : 1;
}
CC
g++ -std=c++17 -O2 -isystem "$work/usr/include" "$work/try.cc" -o "$work/try"
"$work/try" || { echo 'changed' >&2; exit 1; }
