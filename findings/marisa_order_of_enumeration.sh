#!/usr/bin/env bash
# marisa-trie enumerates a few words in order and 10,000 keys out of order.
#
# Guess: a trie's predictive search walks children by label, so that the keys under a prefix come sorted.
# What happens: by default nodes are ordered by weight, the number of keys below them, with the label for ties only.
# Four words, or keys of which as many begin with each byte, come sorted; of 10,000 random 8-byte keys some 280 come
# before a smaller one. MARISA_LABEL_ORDER gives the sorted order. The ids are 0 to n - 1 and no ranks with either. The
# documentation names the default where it lists the flags, for lookups' sake.
# Why it matters: sorted big-endian keys in a trie are how integers are scanned by range in it. A merge, a "first key
# not below" or a check against a sorted file by this order is wrong at two or three places in a hundred, and the small
# test passes.
# Package: libmarisa-dev 0.2.6-13+b1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=0.2.6-13+b1
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "libmarisa-dev=$version" "libmarisa0=$version")
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
echo "libmarisa $version"

cat >"$work/try.cc" <<'CC'
#include <marisa.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

struct Shape {
  int descents, ids_that_are_ranks;
};

// Enumerates all keys of a trie; counts those that come after a larger one, and ids that are places in the sorted list.
static Shape shape_of(const char* name, const std::vector<std::string>& sorted, int flags) {
  marisa::Keyset keys;
  for (const std::string& key : sorted) keys.push_back(key.data(), key.size());
  marisa::Trie trie;
  trie.build(keys, flags);
  Shape shape = {};
  std::string last;
  marisa::Agent agent;
  agent.set_query("");
  while (trie.predictive_search(agent)) {
    const std::string key(agent.key().ptr(), agent.key().length());
    shape.descents += key < last;
    last = key;
  }
  for (std::size_t i = 0; i < sorted.size(); ++i) shape.ids_that_are_ranks += keys[i].id() == i;
  std::printf("%s: %zu keys, %d come after a larger one, %d ids are ranks\n", name, sorted.size(), shape.descents,
              shape.ids_that_are_ranks);
  return shape;
}

int main() {
  std::mt19937_64 random(7919);
  std::vector<std::string> keys;
  for (int i = 0; i < 10000; ++i) {
    std::string key(8, '\0');
    const std::uint64_t value = random();
    for (int b = 0; b < 8; ++b) key[b] = char(value >> (56 - 8 * b));
    keys.push_back(key);
  }
  std::sort(keys.begin(), keys.end());
  const Shape words = shape_of("four words", {"apple", "banana", "cherry", "date"}, MARISA_DEFAULT_ORDER);
  const Shape usual = shape_of("big-endian integers", keys, MARISA_DEFAULT_ORDER);
  const Shape label = shape_of("the same with MARISA_LABEL_ORDER", keys, MARISA_LABEL_ORDER);
  const bool ranks = label.ids_that_are_ranks > 1000;
  return words.descents == 0 && usual.descents > 100 && label.descents == 0 && !ranks ? 0 : 1;
}
CC
lib=$work/usr/lib/x86_64-linux-gnu
g++ -std=c++17 -O1 -isystem "$work/usr/include" "$work/try.cc" -o "$work/try" -L"$lib" -lmarisa -Wl,-rpath,"$lib"
"$work/try" || { echo 'changed' >&2; exit 1; }
