#!/usr/bin/env bash
# Roaring64Map takes nine times the memory that getSizeInBytes tells, for random 64-bit keys.
#
# Guess: getSizeInBytes is what the set occupies, up to the allocator's rounding.
# What happens: it is the size of the serialised form, 22 bytes a key. In memory each of the 2^32 upper halves that occurs is
# a node of a std::map with a Roaring bitmap of its own, and mostly for one key: 192 bytes, and shrinkToFit saves nothing.
# Why it matters: a compressed set is compared with other indexes by bytes a key. By the library's own number it beats a
# B-tree of random keys; in truth it takes more than ten times the room of a sorted array.
# Package: libroaring-dev 0.2.66+ds-2 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=0.2.66+ds-2
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "libroaring-dev=$version" "libroaring0=$version")
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done

cat >"$work/try.cc" <<'CC'
#include <malloc.h>

#include <cstdint>
#include <cstdio>
#include <random>
#include <roaring/roaring64map.hh>
#include <roaring/roaring_version.h>

int main() {
  constexpr int kKeys = 100000;
  std::mt19937_64 random(7919);
  const auto before = mallinfo2().uordblks;
  Roaring64Map set;
  for (int i = 0; i < kKeys; ++i) set.add(std::uint64_t{random()});
  const double told = double(set.getSizeInBytes()) / kKeys;
  const double taken = double(mallinfo2().uordblks - before) / kKeys;
  set.shrinkToFit();
  const double shrunk = double(mallinfo2().uordblks - before) / kKeys;
  std::printf("CRoaring %d.%d.%d, %d random keys, bytes a key: told %.1f, allocated %.1f, after shrinkToFit %.1f\n",
              ROARING_VERSION_MAJOR, ROARING_VERSION_MINOR, ROARING_VERSION_REVISION, kKeys, told, taken, shrunk);
  return told < 30 && shrunk > 150 ? 0 : 1;
}
CC
lib=$work/usr/lib/x86_64-linux-gnu
g++ -std=c++17 -O1 -isystem "$work/usr/include" "$work/try.cc" -o "$work/try" -L"$lib" -lroaring -Wl,-rpath,"$lib"
"$work/try" || { echo 'changed' >&2; exit 1; }
