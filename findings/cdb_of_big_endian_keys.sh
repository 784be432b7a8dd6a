#!/usr/bin/env bash
# In a cdb a million consecutive big-endian keys have 25,344 hashes: a lookup takes tens of times as long as with others.
#
# Guess: cdb looks any key up in two reads, as its description says; its tables are half empty and the hash spreads.
# What happens: the hash is h * 33 XOR byte over the key's bytes, in 32 bits. Bytes vary by 256 and 33 is less, so that
# neighbours meet: of numbers that differ in their last two bytes alone there are 8,448 hashes for each 65,536. Equal
# hashes are neighbours in the table and each is read and compared. Little-endian the same million have 135,168 hashes,
# as decimal digits or scrambled all different ones.
# Why it matters: eight bytes, big-endian, is how one writes integers for stores that order by bytes, so all engines of a
# comparison get that. Hits and misses through cdb are then a measure of its hash, and of dense keys alone.
# Package: libcdb-dev 0.78+b1 (TinyCDB, Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=0.78+b1
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "libcdb-dev=$version" "libcdb1=$version")
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
echo "TinyCDB $version"

cat >"$work/try.cc" <<'CC'
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <unordered_set>

extern "C" {
#include <cdb.h>
}

constexpr std::uint64_t kKeys = 1000000;

struct Told {
  std::size_t hashes;
  double lookup_ns;
};

template <typename Write>
Told ask(const char* name, const char* path, Write write) {
  const int file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
  cdb_make making;
  cdb_make_start(&making, file);
  std::unordered_set<unsigned> hashes;
  for (std::uint64_t number = 0; number < kKeys; ++number) {
    const std::string key = write(number);
    cdb_make_add(&making, key.data(), key.size(), "12345678", 8);
    hashes.insert(cdb_hash(key.data(), key.size()));
  }
  cdb_make_finish(&making);
  cdb store;
  if (cdb_init(&store, file) != 0) std::exit(2);
  constexpr int kLookups = 20000;
  const auto begin = std::chrono::steady_clock::now();
  for (std::uint64_t i = 0; i < kLookups; ++i) {
    const std::string key = write(i * 7919 % kKeys);
    if (cdb_find(&store, key.data(), key.size()) != 1) std::exit(2);
  }
  const std::chrono::duration<double, std::nano> time = std::chrono::steady_clock::now() - begin;
  cdb_free(&store);
  close(file);
  const Told told = {hashes.size(), time.count() / kLookups};
  std::printf("%s: %zu hashes of %llu keys, %.0f ns a lookup\n", name, told.hashes,
              static_cast<unsigned long long>(kKeys), told.lookup_ns);
  return told;
}

static std::string bytes(std::uint64_t number) {
  char text[8];
  std::memcpy(text, &number, 8);
  return {text, 8};
}

int main(int, char** arguments) {
  const char* path = arguments[1];
  const Told big = ask("big-endian", path, [](std::uint64_t number) { return bytes(__builtin_bswap64(number)); });
  const Told little = ask("little-endian", path, bytes);
  const Told digits = ask("decimal", path, [](std::uint64_t number) { return std::to_string(number); });
  const Told spread = ask("scrambled", path, [](std::uint64_t number) {
    number = (number + 1) * 0x9E3779B97F4A7C15;
    return bytes((number ^ number >> 31) * 0xBF58476D1CE4E5B9);
  });
  const bool few = big.hashes == 25344 && little.hashes == 135168;
  const bool others = digits.hashes == kKeys && spread.hashes > 990000;
  return few && others && big.lookup_ns > 5 * spread.lookup_ns ? 0 : 1;
}
CC
lib=$work/usr/lib/x86_64-linux-gnu
g++ -std=c++17 -O2 -isystem "$work/usr/include" "$work/try.cc" -o "$work/try" -L"$lib" -lcdb -Wl,-rpath,"$lib"
"$work/try" "$work/keys.cdb" || { echo 'changed' >&2; exit 1; }
