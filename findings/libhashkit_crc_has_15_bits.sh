#!/usr/bin/env bash
# libhashkit's CRC has 32,768 values, and its Hsieh hash, in Debian's package, one.
#
# Guess: a digest is a uint32_t, so a million different keys have nearly a million different ones, with any of the
# algorithms on the list; one that is left out of the build is missing from the list or is refused.
# What happens: CRC gives 15 bits. HSIEH gives 1 for every key: Debian builds without it, libhashkit_has_algorithm()
# says so if asked, and libhashkit_digest() answers all the same. The other nine give what one expects.
# Why it matters: they are hashes ready to be compared under one call, for a table or a partition of keys. With CRC a
# table stops profiting from buckets at 32,768 and a filter from bits; with HSIEH it is a list. Neither is the
# algorithm's fault, and both look like a verdict upon it.
# Package: libhashkit-dev 1.1.4-1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=1.1.4-1
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "libhashkit-dev=$version" "libhashkit2=$version")
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
echo "libhashkit $version"

cat >"$work/try.cc" <<'CC'
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <libhashkit-1.0/hashkit.h>
#include <string>
#include <unordered_set>

int main() {
  bool as_told = true;
  for (int i = 0; i < HASHKIT_HASH_CUSTOM; ++i) {
    const auto algorithm = static_cast<hashkit_hash_algorithm_t>(i);
    std::unordered_set<std::uint32_t> digests;
    for (int number = 0; number < 1000000; ++number) {
      const std::string key = std::to_string(number);
      digests.insert(libhashkit_digest(key.data(), key.size(), algorithm));
    }
    const std::uint32_t most = *std::max_element(digests.begin(), digests.end());
    std::printf("%s: %zu digests of 1000000 keys, at most %u\n", libhashkit_string_hash(algorithm), digests.size(),
                most);
    if (algorithm == HASHKIT_HASH_CRC) {
      as_told = as_told && digests.size() == 32768 && most == 32767;
    } else if (algorithm == HASHKIT_HASH_HSIEH) {
      as_told = as_told && digests.size() == 1 && !libhashkit_has_algorithm(algorithm);
    } else {
      as_told = as_told && digests.size() > 999000;
    }
  }
  return as_told ? 0 : 1;
}
CC
lib=$work/usr/lib/x86_64-linux-gnu
g++ -std=c++17 -O1 -isystem "$work/usr/include" "$work/try.cc" -o "$work/try" -L"$lib" -lhashkit -Wl,-rpath,"$lib"
"$work/try" || { echo 'changed' >&2; exit 1; }
