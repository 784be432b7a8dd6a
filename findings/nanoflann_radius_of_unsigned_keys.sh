#!/usr/bin/env bash
# A radius search around a key that is in the tree finds it for 27 of 996 keys in nanoflann, if the keys are unsigned.
#
# Guess: the tree is a template over the type of its coordinates, and unsigned integers are as good as doubles; if
# they were not, it would not compile or everything would be wrong.
# What happens: which side of a node is searched first depends on whether (key - low) + (key - high) is below 0, and
# no unsigned number is. The far side is searched first, the near one is then judged by its distance from the wrong
# boundary and left out as too far. The nearest key, and the nearest five, come out right all the same (there is no
# radius to cut off yet), which is what one tests. As int64_t or double the same keys are all found. (The radius of L2
# is to be squared.)
# Why it matters: 64-bit keys of times and places are unsigned in most indexes, this library of one header is a usual
# tree for "all within", and 97 of 100 searches miss even the key in their middle, at high speed.
# Package: libnanoflann-dev 1.4.3+ds-2 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=1.4.3+ds-2
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "libnanoflann-dev=$version")
dpkg-deb -x "$work"/libnanoflann-dev_*.deb "$work"
echo "nanoflann $version"

cat >"$work/try.cc" <<'CC'
#include <cstdint>
#include <cstdio>
#include <nanoflann.hpp>
#include <utility>
#include <vector>

// 0, 10, 20, ..., 9990 as nanoflann asks for them.
template <class Key>
struct Keys {
  std::vector<Key> keys;
  Keys() {
    for (int i = 0; i < 1000; ++i) keys.push_back(static_cast<Key>(i * 10));
  }
  std::size_t kdtree_get_point_count() const { return keys.size(); }
  Key kdtree_get_pt(std::size_t i, std::size_t) const { return keys[i]; }
  template <class Box>
  bool kdtree_get_bbox(Box&) const {
    return false;
  }
};

struct Told {
  int itself, within, nearest;
};

template <class Key>
static Told ask(const char* type) {
  using Metric = nanoflann::L2_Simple_Adaptor<Key, Keys<Key>, Key, std::uint32_t>;
  const Keys<Key> keys;
  nanoflann::KDTreeSingleIndexAdaptor<Metric, Keys<Key>, 1, std::uint32_t> tree(1, keys);
  Told told{};
  for (std::uint32_t i = 2; i < 998; ++i) {
    const Key key = keys.keys[i];
    std::vector<std::pair<std::uint32_t, Key>> found;
    tree.radiusSearch(&key, Key{25 * 25}, found, nanoflann::SearchParams());
    for (const auto& [index, distance] : found) told.itself += index == i;
    told.within += found.size() == 5;
    const Key near = key + Key{3};
    std::uint32_t index = 0;
    Key distance{};
    tree.knnSearch(&near, 1, &index, &distance);
    told.nearest += index == i;
  }
  std::printf("%s: of 996 keys %d find themselves within 25, %d all five, nearest right for %d\n", type, told.itself,
              told.within, told.nearest);
  return told;
}

int main() {
  const Told real = ask<double>("double"), whole = ask<std::int64_t>("int64_t");
  const Told natural = ask<std::uint64_t>("uint64_t"), shorter = ask<std::uint32_t>("uint32_t");
  const bool right = real.within == 996 && whole.within == 996 && real.nearest == 996 && natural.nearest == 996;
  return !right || natural.itself > 100 || shorter.itself > 100;
}
CC
g++ -std=c++17 -O1 -isystem "$work/usr/include" "$work/try.cc" -o "$work/try"
"$work/try" || { echo 'changed' >&2; exit 1; }
