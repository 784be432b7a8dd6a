#!/usr/bin/env bash
# Kyoto Cabinet's size() says 16 bytes an entry of a tree in memory that takes 112, and 0 of one that takes 47.
#
# Guess: size() of a database in memory is what it takes there, with the nodes and the buckets, for all classes alike.
# What happens: each class counts something else. ProtoHashDB and ProtoTreeDB add up keys and values, the eight and
# eight bytes that were put in; StashDB adds a header for each record; GrassDB, the B+tree in memory, counts the pages
# that it has written back to its inner hash table, none of 500,000 entries until synchronize, 18 bytes an entry after
# it. The process has grown by 47 to 112 bytes an entry. The documentation has the same words for all: the size of the
# database file.
# Why it matters: bytes per key is half of a comparison of indexes, and this is the call for it. By it GrassDB is free
# and a red-black tree has no pointers.
# Package: libkyotocabinet-dev 1.2.79-2+b1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=1.2.79-2+b1
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "libkyotocabinet-dev=$version" \
  "libkyotocabinet16v5=$version" liblzo2-2=2.10-2)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu:$work/lib/x86_64-linux-gnu

cat >"$work/try.cc" <<'CC'
#include <kcpolydb.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>

constexpr int kEntries = 500000;

static double resident_bytes() {
  std::ifstream pages("/proc/self/statm");
  double all = 0, resident = 0;
  pages >> all >> resident;
  return resident * 4096;
}

// Exit status 0 if the claim of the class is `least` to `most` bytes an entry, and what it takes more than twice that.
template <class Database>
int ask(const char* name, const char* path, double least, double most) {
  Database database;
  if (!database.open(path, kyotocabinet::BasicDB::OWRITER | kyotocabinet::BasicDB::OCREATE)) std::exit(2);
  const double empty = database.size(), before = resident_bytes();
  std::mt19937_64 random(7919);
  for (int i = 0; i < kEntries; ++i) {
    const std::uint64_t number = random();
    const char* bytes = reinterpret_cast<const char*>(&number);
    if (!database.set(bytes, sizeof number, bytes, sizeof number)) std::exit(2);
  }
  const double claimed = (database.size() - empty) / kEntries, taken = (resident_bytes() - before) / kEntries;
  database.synchronize(false);
  const double later = (database.size() - empty) / kEntries;
  std::printf("%-11s size() %.1f bytes an entry, after synchronize %.1f; the process has grown by %.1f\n", name,
              claimed, later, taken);
  return claimed >= least && claimed <= most && taken > 2 * claimed ? 0 : 1;
}

int main(int, char** arguments) {
  const std::string which = arguments[1];
  if (which == "tree") return ask<kyotocabinet::ProtoTreeDB>("ProtoTreeDB", "+", 16, 16);
  if (which == "hash") return ask<kyotocabinet::ProtoHashDB>("ProtoHashDB", "-", 16, 16);
  if (which == "stash") return ask<kyotocabinet::StashDB>("StashDB", ":", 20, 30);
  return ask<kyotocabinet::GrassDB>("GrassDB", "%", 0, 1);
}
CC
g++ -std=c++11 -O1 -isystem "$work/usr/include" "$work/try.cc" -o "$work/try" -L"$work/usr/lib/x86_64-linux-gnu" \
  -Wl,-rpath-link,"$work/lib/x86_64-linux-gnu" -lkyotocabinet
echo "Kyoto Cabinet $version, 500,000 entries of 8 + 8 bytes"
for class in tree hash stash grass; do # a process for each, so that they do not reuse each other's memory
  "$work/try" "$class" || { echo 'changed' >&2; exit 1; }
done
