#!/usr/bin/env bash
# Splitting a red-black tree of libstdc++'s pb_ds in the middle takes over a thousand times as long as joining it.
#
# Guess: split and join of a red-black tree are logarithmic, which is what one has them for; the two halves of a million
# keys part in microseconds.
# What happens: split counts what it split off by walking it, to know its size: 500,000 nodes, ten milliseconds and
# more, next to microseconds for join. Two keys at the end are split off at once. Order statistics in the nodes, which
# know the size, change nothing.
# Why it matters: this is the tree that comes with the compiler and has ranks, so that it is one to compare: for
# partitions that move, bulk deletes of a range and merges by split and join. Each of these is a scan; at a few
# thousand keys it does not show.
# Package: libstdc++-12-dev 12.2.0-14+deb12u1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=12.2.0-14+deb12u1
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "libstdc++-12-dev=$version")
dpkg-deb -x "$work"/*.deb "$work"
echo "libstdc++ $version"

cat >"$work/try.cc" <<'CC'
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ext/pb_ds/assoc_container.hpp>
#include <ext/pb_ds/tree_policy.hpp>
#include <utility>

using Tree = __gnu_pbds::tree<int, __gnu_pbds::null_type, std::less<int>, __gnu_pbds::rb_tree_tag,
                              __gnu_pbds::tree_order_statistics_node_update>;
using Clock = std::chrono::steady_clock;

static double microseconds(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double, std::micro>(to - from).count();
}

// The times of splitting off so many keys at the end and of joining them again, the best of three.
static std::pair<double, double> ask(int keys, int off) {
  Tree tree, rest;
  for (int key = 0; key < keys; ++key) tree.insert(key);
  double split = 1e12, join = 1e12;
  for (int trial = 0; trial < 3; ++trial) {
    const auto begin = Clock::now();
    tree.split(keys - off - 1, rest);
    const auto middle = Clock::now();
    const bool parted = rest.size() == static_cast<std::size_t>(off);
    const auto again = Clock::now();
    tree.join(rest);
    const auto end = Clock::now();
    if (!parted || tree.size() != static_cast<std::size_t>(keys)) return {0, 0};
    split = std::min(split, microseconds(begin, middle));
    join = std::min(join, microseconds(again, end));
  }
  std::printf("%d keys, %d of them split off: %.1f us, joined again: %.1f us\n", keys, off, split, join);
  return {split, join};
}

int main() {
  const auto few = ask(1000000, 2), small = ask(10000, 5000), half = ask(1000000, 500000);
  return half.first < 200 * half.second || half.first < 30 * small.first || half.first < 200 * few.first;
}
CC
g++ -std=c++17 -O2 -isystem "$work/usr/include/c++/12" -isystem "$work/usr/include/x86_64-linux-gnu/c++/12" \
  "$work/try.cc" -o "$work/try"
"$work/try" || { echo 'changed' >&2; exit 1; }
