#!/usr/bin/env bash
# Berkeley DB's key_range puts the middle of a table at 13 per cent when the values before it are smaller.
#
# Guess: the proportion of keys less than a given one is estimated from the pages on the way down; one to a few per cent
# off, as with 1,000,000 keys in 3,000 and more pages.
# What happens: it is a proportion of pages, and every page counts the same. With values of 8 bytes in the first half
# of the keys and of 150 in the second, the key in the middle is told to have 13 per cent of the keys before it. With
# equal values, loaded in order, 95 per cent are told as 89, since the rightmost inner page is not full and counts as
# one that is. The documentation calls the result an estimate and gives neither a bound nor what it depends on.
# Why it matters: it is the one cardinality estimate of an embedded store, a yardstick for learned ones, and used for
# cutting a key range into equal parts for threads: one of two halves then has six times the work of the other.
# Package: libdb5.3-dev 5.3.28+dfsg2-1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=5.3.28+dfsg2-1
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "libdb5.3-dev=$version" "libdb5.3=$version")
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done

cat >"$work/try.cc" <<'CC'
#include <db.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

constexpr int kKeys = 1000000;

static void expect(int error) {
  if (error == 0) return;
  std::fprintf(stderr, "%s\n", db_strerror(error));
  std::exit(2);
}

// Big-endian, so that the B-tree's bytewise order is the numbers'.
struct Key {
  explicit Key(std::uint64_t number) {
    for (int b = 0; b < 8; ++b) bytes[b] = static_cast<unsigned char>(number >> (56 - 8 * b));
    dbt.data = bytes;
    dbt.size = sizeof bytes;
  }
  unsigned char bytes[8];
  DBT dbt = {};
};

struct Told {
  double middle, end;
};

// The proportions told for the keys at a half and at 95 per cent of a table whose halves have values of these sizes.
static Told ask(unsigned first_half, unsigned second_half) {
  DB* db = nullptr;
  expect(db_create(&db, nullptr, 0));
  expect(db->set_cachesize(db, 0, 256u << 20, 1));
  expect(db->open(db, nullptr, nullptr, nullptr, DB_BTREE, DB_CREATE, 0));
  char bytes[256] = {};
  for (int i = 0; i < kKeys; ++i) {
    Key key(i);
    DBT value = {};
    value.data = bytes;
    value.size = i < kKeys / 2 ? first_half : second_half;
    expect(db->put(db, nullptr, &key.dbt, &value, 0));
  }
  const auto less = [&](double proportion) {
    Key key(std::llround(proportion * kKeys));
    DB_KEY_RANGE range = {};
    expect(db->key_range(db, nullptr, &key.dbt, &range, 0));
    return range.less;
  };
  const Told told = {less(0.5), less(0.95)};
  std::printf("%d keys, values of %u and then %u bytes: key_range says %.3f for 0.5 and %.3f for 0.95\n", kKeys,
              first_half, second_half, told.middle, told.end);
  expect(db->close(db, 0));
  return told;
}

int main() {
  std::printf("%s\n", db_version(nullptr, nullptr, nullptr));
  const Told equal = ask(8, 8), unequal = ask(8, 150);
  return equal.end < 0.92 && unequal.middle < 0.2 ? 0 : 1;
}
CC
lib=$work/usr/lib/x86_64-linux-gnu
g++ -std=c++17 -O1 -isystem "$work/usr/include" "$work/try.cc" -o "$work/try" -L"$lib" -ldb-5.3 -Wl,-rpath,"$lib"
"$work/try" || { echo 'changed' >&2; exit 1; }
