#!/usr/bin/env bash
# GLib's g_double_hash gives every number between 0 and 1 the hash 0.
#
# Guess: the 64 bits of the double are mixed into the 32 of the hash; equal fractions get equal hashes, others others.
# What happens: the double is converted to an integer and its fraction is lost. 20,000 fractions have one hash, 20,000
# latencies of up to 10 ms, in milliseconds, ten. A GHashTable of them is a list: a lookup takes hundreds of times as
# long as with the same numbers times 2^20.
# Why it matters: normalized keys, probabilities, degrees and seconds are doubles with few whole values. Counting the
# distinct ones in the table that comes with the library is quadratic, and a comparison of hash tables that uses each
# library's own hash measures that.
# Package: libglib2.0-dev 2.74.6-2+deb12u9 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=2.74.6-2+deb12u9
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download {libglib2.0-dev,libglib2.0-0}="$version")
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
lib=$work/usr/lib/x86_64-linux-gnu

cat >"$work/try.cc" <<'CC'
#include <glib.h>

#include <chrono>
#include <cstdio>
#include <unordered_set>
#include <vector>

struct Told {
  std::size_t hashes;
  double lookup_ns;
};

// A table of 20,000 doubles between 0 and `end`: how many hashes they have, and what a lookup takes.
static Told ask(double end) {
  constexpr int kKeys = 20000, kLookups = 500;
  std::vector<double> keys(kKeys);
  std::unordered_set<guint> hashes;
  GHashTable* table = g_hash_table_new(g_double_hash, g_double_equal);
  for (int i = 0; i < kKeys; ++i) {
    keys[i] = end * (i + 0.5) / kKeys;
    hashes.insert(g_double_hash(&keys[i]));
    g_hash_table_add(table, &keys[i]);
  }
  const auto begin = std::chrono::steady_clock::now();
  int found = 0;
  for (int i = 0; i < kLookups; ++i) found += g_hash_table_contains(table, &keys[i * 7919 % kKeys]);
  const std::chrono::duration<double, std::nano> time = std::chrono::steady_clock::now() - begin;
  g_hash_table_destroy(table);
  const Told told = {hashes.size(), time.count() / kLookups};
  std::printf("%d doubles up to %.0f: %zu hashes, %.0f ns a lookup, %d of %d found\n", kKeys, end, told.hashes,
              told.lookup_ns, found, kLookups);
  return told;
}

int main() {
  std::printf("GLib %u.%u.%u\n", glib_major_version, glib_minor_version, glib_micro_version);
  const Told fractions = ask(1), latencies = ask(10), large = ask(1 << 20);
  const bool few = fractions.hashes == 1 && latencies.hashes == 10 && large.hashes == 20000;
  return few && fractions.lookup_ns > 20 * large.lookup_ns ? 0 : 1;
}
CC
g++ -std=c++17 -O1 -isystem "$work/usr/include/glib-2.0" -isystem "$lib/glib-2.0/include" "$work/try.cc" \
  -o "$work/try" -L"$lib" -lglib-2.0 -Wl,-rpath,"$lib"
"$work/try" || { echo 'changed' >&2; exit 1; }
