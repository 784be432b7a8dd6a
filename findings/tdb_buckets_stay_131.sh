#!/usr/bin/env bash
# TDB keeps 131 hash buckets whatever is put in: a lookup among 100,000 keys walks a list of hundreds.
#
# Guess: the hash size given to tdb_open is "advisory", with 0 for a default, so it is where the table begins; like the
# other hash stores of its kind it grows or splits.
# What happens: it is fixed when the file is made, and the default is 131. With 1,000 keys a lookup takes twice the
# time of one in a table made for them, with 100,000 hundreds of times as much, and inserting them is quadratic. Nothing
# tells but tdb_hash_size.
# Why it matters: it is the hash store of Samba and small enough to try beside gdbm and cdb. With defaults it is among
# them with the small set and orders of magnitude behind with the large one, as if hashing on disk did not scale.
# Package: libtdb-dev 1.4.8-2 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=1.4.8-2
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "libtdb-dev=$version" "libtdb1=$version")
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
echo "TDB $version"

cat >"$work/try.cc" <<'CC'
#include <fcntl.h>
#include <signal.h>
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

extern "C" {
#include <tdb.h>
}

struct Told {
  int buckets;
  double lookup_ns;
};

static TDB_DATA data_of(std::uint64_t& key) { return {reinterpret_cast<unsigned char*>(&key), sizeof key}; }

static Told ask(std::uint64_t keys, int hash_size) {
  tdb_context* tdb = tdb_open("in memory", hash_size, TDB_INTERNAL, O_RDWR | O_CREAT, 0600);
  if (tdb == nullptr) std::exit(2);
  for (std::uint64_t key = 0; key < keys; ++key) {
    if (tdb_store(tdb, data_of(key), data_of(key), TDB_INSERT) != 0) std::exit(2);
  }
  constexpr std::uint64_t kLookups = 1000;
  const auto begin = std::chrono::steady_clock::now();
  for (std::uint64_t i = 0; i < kLookups; ++i) {
    std::uint64_t key = i * 7919 % keys;
    if (tdb_exists(tdb, data_of(key)) == 0) std::exit(2);
  }
  const std::chrono::duration<double, std::nano> time = std::chrono::steady_clock::now() - begin;
  const Told told = {tdb_hash_size(tdb), time.count() / kLookups};
  std::printf("%6llu keys, hash size %6d: %6d buckets, %.0f ns a lookup\n", static_cast<unsigned long long>(keys),
              hash_size, told.buckets, told.lookup_ns);
  tdb_close(tdb);
  return told;
}

int main() {
  ask(1000, 0);
  const Told usual = ask(100000, 0);
  ask(1000, 1009);
  const Told sized = ask(100000, 100003);
  return usual.buckets == 131 && sized.buckets == 100003 && usual.lookup_ns > 10 * sized.lookup_ns ? 0 : 1;
}
CC
lib=$work/usr/lib/x86_64-linux-gnu
g++ -std=c++17 -O1 -isystem "$work/usr/include" "$work/try.cc" -o "$work/try" -L"$lib" -ltdb -Wl,-rpath,"$lib"
"$work/try" || { echo 'changed' >&2; exit 1; }
