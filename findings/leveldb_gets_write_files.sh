#!/usr/bin/env bash
# LevelDB rewrites its files while it is only read: 400,000 gets write 40 MB or more.
#
# Guess: gets read. Once the compactions after loading are done, a read-only workload meets the same files all along.
# What happens: each file has a budget of lookups that pass through it in vain, one for each 16 KB of it and 100 at
# least; when it is used up, the file is compacted into the next level. After a million inserts in random order, closed,
# opened again and settled, 400,000 gets of keys that are there, and no write at all, empty a whole level into the next
# and write 40 to 140 MB in a thread of their own, depending on where the compactions of loading had ended. With Bloom
# filters it is the same. Neither the header nor the guide to the library says it; there is no option against it.
# Why it matters: trials of a read-only row are not alike, since each leaves the next one a better tree unless it
# starts from a copy; the time goes to lookups at first and comes back later. Compacting the whole range after loading
# leaves nothing to do (and is why a loader should).
# Package: libleveldb-dev 1.23-4 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=1.23-4
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "libleveldb-dev=$version" "libleveldb1d=$version" \
  libsnappy1v5=1.1.9-3)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done

cat >"$work/try.cc" <<'CC'
#include <leveldb/db.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <thread>

constexpr int kKeys = 1000000, kGets = 400000;

static std::string big_endian(std::uint64_t value) {
  std::string key(8, '\0');
  for (int b = 0; b < 8; ++b) key[b] = char(value >> (56 - 8 * b));
  return key;
}

static std::string files_of(leveldb::DB& db) {
  std::string all, one;
  for (int level = 0; level < 7; ++level) {
    db.GetProperty("leveldb.num-files-at-level" + std::to_string(level), &one);
    all += one + " ";
  }
  return all;
}

// What this process has written so far, in MB.
static double written() {
  std::ifstream io("/proc/self/io");
  std::string name;
  double bytes = 0;
  while (io >> name >> bytes) {
    if (name == "wchar:") return bytes / 1e6;
  }
  std::exit(2);
}

static void settle(leveldb::DB& db) {
  for (double before = -1; before != written();) {
    before = written();
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
  std::printf("%s files in levels 0 to 6\n", files_of(db).c_str());
}

static std::unique_ptr<leveldb::DB> open(const std::string& folder) {
  leveldb::Options options;
  options.create_if_missing = true;
  options.compression = leveldb::kNoCompression;
  leveldb::DB* db = nullptr;
  if (!leveldb::DB::Open(options, folder, &db).ok()) std::exit(2);
  return std::unique_ptr<leveldb::DB>(db);
}

// Reads keys that are there and tells how much that wrote.
static double read(leveldb::DB& db) {
  const double before = written();
  std::mt19937_64 random(7919);
  std::string value;
  for (int i = 0; i < kGets; ++i) {
    if (!db.Get({}, big_endian(random()), &value).ok()) std::exit(2);
  }
  std::printf("%d gets: ", kGets);
  settle(db);
  std::printf("they wrote %.1f MB\n", written() - before);
  return written() - before;
}

int main(int, char** arguments) {
  std::printf("LevelDB %d.%d\n", leveldb::kMajorVersion, leveldb::kMinorVersion);
  {
    const auto db = open(arguments[1]);
    std::mt19937_64 random(7919);
    const std::string value(100, 'v');
    for (int i = 0; i < kKeys; ++i) {
      if (!db->Put({}, big_endian(random()), value).ok()) return 2;
    }
  }
  const auto db = open(arguments[1]);
  std::printf("%d keys, opened again: ", kKeys);
  settle(*db);
  const double loaded = read(*db);
  db->CompactRange(nullptr, nullptr);
  std::printf("the whole range compacted: ");
  settle(*db);
  const double compacted = read(*db);
  return loaded > 20 && compacted < 1 ? 0 : 1;
}
CC
lib=$work/usr/lib/x86_64-linux-gnu
g++ -std=c++17 -O1 -isystem "$work/usr/include" "$work/try.cc" -o "$work/try" -L"$lib" -lleveldb -Wl,-rpath,"$lib"
"$work/try" "$work/db" || { echo 'changed' >&2; exit 1; }
