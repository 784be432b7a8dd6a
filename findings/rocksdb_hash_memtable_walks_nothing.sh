#!/usr/bin/env bash
# A walk over RocksDB with a hash memtable finds none of 100,000 entries, with status OK, until they are flushed.
#
# Guess: the hash memtables trade the order within a prefix's bucket for faster lookups; SeekToFirst and Next still
# meet every entry, in some order or slowly, or report that they cannot.
# What happens: with NewHashSkipListRepFactory or NewHashLinkListRepFactory, SeekToFirst on the memtable is not valid
# at once and the status is OK: nothing is there. Gets find all, so does a range within a prefix, and after Flush the
# same walk counts 100,000. ReadOptions::total_order_seek sorts a copy of the memtable and is right. That this
# option is needed is said of prefix seeks; the factories' comments speak of expensive iteration.
# Why it matters: they are the hash indexes of RocksDB, and a loader that counts what it wrote, a checksum or a full
# scan between loading and measuring sees an empty store, or only the flushed part of a larger one.
# Package: librocksdb-dev 7.8.3-2 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=7.8.3-2
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "librocksdb-dev=$version" "librocksdb7.8=$version" \
  libgflags2.2=2.2.2-2 libsnappy1v5=1.1.9-3)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done

cat >"$work/try.cc" <<'CC'
#include <rocksdb/db.h>
#include <rocksdb/memtablerep.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/version.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

constexpr std::uint64_t kKeys = 100000;

static void expect(const rocksdb::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::exit(2);
}

static std::string big_endian(std::uint64_t value) {
  std::string key(8, '\0');
  for (int b = 0; b < 8; ++b) key[b] = char(value >> (56 - 8 * b));
  return key;
}

static std::uint64_t walk(rocksdb::DB& db, bool total_order) {
  rocksdb::ReadOptions options;
  options.total_order_seek = total_order;
  const std::unique_ptr<rocksdb::Iterator> at(db.NewIterator(options));
  std::uint64_t count = 0;
  for (at->SeekToFirst(); at->Valid(); at->Next()) ++count;
  expect(at->status());
  return count;
}

// Whether a walk misses all of a full memtable, while gets find them, and none of them later.
static bool misses(const char* name, const std::string& folder, rocksdb::MemTableRepFactory* factory) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.allow_concurrent_memtable_write = false;
  options.prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(6));
  options.memtable_factory.reset(factory);
  rocksdb::DB* opened = nullptr;
  expect(rocksdb::DB::Open(options, folder, &opened));
  const std::unique_ptr<rocksdb::DB> db(opened);
  std::uint64_t found = 0;
  for (std::uint64_t i = 0; i < kKeys; ++i) expect(db->Put({}, big_endian(i * 10), "value"));
  std::string value;
  for (std::uint64_t i = 0; i < kKeys; ++i) found += db->Get({}, big_endian(i * 10), &value).ok();
  const std::uint64_t walked = walk(*db, false), ordered = walk(*db, true);
  expect(db->Flush({}));
  const std::uint64_t flushed = walk(*db, false);
  std::printf("%s: gets find %llu, a walk %llu, with total_order_seek %llu, after a flush %llu\n", name,
              static_cast<unsigned long long>(found), static_cast<unsigned long long>(walked),
              static_cast<unsigned long long>(ordered), static_cast<unsigned long long>(flushed));
  return found == kKeys && walked == 0 && ordered == kKeys && flushed == kKeys;
}

int main(int, char** arguments) {
  const std::string folder = arguments[1];
  std::printf("RocksDB %d.%d.%d, status OK throughout\n", ROCKSDB_MAJOR, ROCKSDB_MINOR, ROCKSDB_PATCH);
  const bool plain = misses("skip list", folder + "/plain", new rocksdb::SkipListFactory);
  const bool skip = misses("hash of skip lists", folder + "/skip", rocksdb::NewHashSkipListRepFactory());
  const bool list = misses("hash of lists", folder + "/list", rocksdb::NewHashLinkListRepFactory());
  return !plain && skip && list ? 0 : 1;
}
CC
lib=$work/usr/lib/x86_64-linux-gnu
g++ -std=c++17 -O1 -isystem "$work/usr/include" "$work/try.cc" -o "$work/try" -L"$lib" -lrocksdb -Wl,-rpath,"$lib"
LD_LIBRARY_PATH=$lib "$work/try" "$work" || { echo 'changed' >&2; exit 1; }
