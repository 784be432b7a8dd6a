#!/usr/bin/env bash
# glibc's hsearch sees nothing of a key beyond its eighth character: keys like YCSB's make it a list.
#
# Guess: the hash table of the C library hashes the whole key, well or badly; sized for twice the keys a lookup is a
# probe or two.
# What happens: walking from the last character to the first, it shifts 32 bits by four for each, so that what stands
# behind the eighth character is shifted out. Keys of one length with a common beginning all have one hash. A lookup
# among 20,000 keys "user000000000000" and so on, or numbers of 16 or 20 digits with leading zeros, takes hundreds of
# times as long as among "key00000" and so on. The manual says how large to make the table and nothing of keys.
# Why it matters: it is the hash table one has without a library. Zero-padded numbers and YCSB's keys are the usual ones
# for stores that order by bytes, and loading 20,000 of them is a second of comparing strings.
# Package: libc6 2.36-9+deb12u14 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "glibc $(getconf GNU_LIBC_VERSION | cut -d ' ' -f 2)"

cat >"$work/try.cc" <<'CC'
#include <search.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

// What a lookup among 20,000 numbers written in this form takes.
static double lookup_ns(const char* form) {
  constexpr int kKeys = 20000, kLookups = 1000;
  std::vector<std::string> keys;
  for (int i = 0; i < kKeys; ++i) {
    char text[32];
    std::snprintf(text, sizeof text, form, i);
    keys.emplace_back(text);
  }
  if (hcreate(2 * kKeys) == 0) std::exit(2);
  for (std::string& key : keys) {
    if (hsearch({key.data(), nullptr}, ENTER) == nullptr) std::exit(2);
  }
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < kLookups; ++i) {
    if (hsearch({keys[i * 19].data(), nullptr}, FIND) == nullptr) std::exit(2);
  }
  const std::chrono::duration<double, std::nano> time = std::chrono::steady_clock::now() - begin;
  hdestroy();
  std::printf("%d keys like %s: %.0f ns a lookup\n", kKeys, keys[123].c_str(), time.count() / kLookups);
  return time.count() / kLookups;
}

int main() {
  const double eight = lookup_ns("key%05d"), ycsb = lookup_ns("user%012d"), digits = lookup_ns("%020d");
  return ycsb > 50 * eight && digits > 50 * eight ? 0 : 1;
}
CC
g++ -std=c++17 -O2 -Wno-format-nonliteral "$work/try.cc" -o "$work/try"
"$work/try" || { echo 'changed' >&2; exit 1; }
