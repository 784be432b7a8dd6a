#!/usr/bin/env bash
# The decimal comparators of Tokyo Cabinet and QDBM misorder and merge keys that 64 bits hold.
#
# Guess: tccmpdecimal and VL_CMPDEC exist for keys written as decimal digits, compare digits, and so are exact at any length.
# What happens: Tokyo Cabinet reads the text into a signed 64-bit number that wraps: the walk over a B+tree begins with 2^63
# and 2^63 + 5 and comes to 1 afterwards. QDBM reads it into a double: 2^53 and 2^53 + 1 are one key, and the second put
# replaces the first.
# Why it matters: unsigned keys as text are the portable form for both, and the comparator is their offer for keeping
# numerical order. A scan from 1 upwards misses the upper half; a load of n keys leaves fewer than n.
# Packages: libtokyocabinet-dev 1.4.48-15, libqdbm-dev 1.8.78-12+b1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download \
  {libtokyocabinet-dev,libtokyocabinet9}=1.4.48-15 {libqdbm-dev,libqdbm14}=1.8.78-12+b1)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done

cat >"$work/try.cc" <<'CC'
#include <tcbdb.h>
#include <tcutil.h>

#include <cstdio>
#include <cstdlib>
#include <string>
extern "C" {
#include <depot.h>
#include <villa.h>
}

static std::string walk_of_tokyo_cabinet(const char* path) {
  TCBDB* tree = tcbdbnew();
  tcbdbsetcmpfunc(tree, tccmpdecimal, nullptr);
  if (!tcbdbopen(tree, path, BDBOWRITER | BDBOCREAT)) std::exit(2);
  for (const char* key : {"1", "9223372036854775808", "9223372036854775807", "9223372036854775813"}) tcbdbput2(tree, key, key);
  std::string keys;
  BDBCUR* cursor = tcbdbcurnew(tree);
  for (bool more = tcbdbcurfirst(cursor); more; more = tcbdbcurnext(cursor)) {
    char* key = tcbdbcurkey2(cursor);
    keys += std::string(keys.empty() ? "" : " ") + key;
    std::free(key);
  }
  tcbdbcurdel(cursor);
  tcbdbclose(tree);
  tcbdbdel(tree);
  return keys;
}

static int records_of_qdbm(const char* path) {
  VILLA* tree = vlopen(path, VL_OWRITER | VL_OCREAT, VL_CMPDEC);
  if (tree == nullptr) std::exit(2);
  for (const char* key : {"1", "9007199254740992", "9007199254740993"}) vlput(tree, key, -1, key, -1, VL_DOVER);
  const int records = vlrnum(tree);
  vlclose(tree);
  return records;
}

int main(int, char** arguments) {
  const std::string folder = arguments[1];
  const std::string keys = walk_of_tokyo_cabinet((folder + "/tokyo").c_str());
  const int records = records_of_qdbm((folder + "/qdbm").c_str());
  std::printf("Tokyo Cabinet %s walks: %s\n", tcversion, keys.c_str());
  std::printf("QDBM %s holds of three keys: %d\n", dpversion, records);
  return keys == "9223372036854775808 9223372036854775813 1 9223372036854775807" && records == 2 ? 0 : 1;
}
CC
lib=$work/usr/lib/x86_64-linux-gnu
g++ -std=c++17 -O1 -isystem "$work/usr/include" -isystem "$work/usr/include/qdbm" "$work/try.cc" -o "$work/try" \
  "$lib"/libtokyocabinet.so.9 "$work"/usr/lib/libqdbm.so.14 -Wl,-rpath,"$lib:$work/usr/lib"
"$work/try" "$work" || { echo 'changed' >&2; exit 1; }
