#!/usr/bin/env bash
# The row filter [K == 9007199254740993] on a 64-bit column of a FITS table finds two rows, the neighbour among them.
#
# Guess: FITS has 64-bit integers, and CFITSIO reads and writes them exactly, signed and unsigned; so its expressions,
# which distinguish integers from reals, compare them exactly.
# What happens: expressions take columns of 64 bits as doubles. Around 2^53 neighbours are one number; an unsigned
# column just below 2^64 has rows equal to nothing, and [U >= x] with x in the middle selects all 1,000. There is no
# word about it, and columns of 32 bits, and the values that are read, are right.
# Why it matters: row filters in a file's name are how tables of catalogues are subset, by any program that uses the
# library, and source ids of large catalogues are 64-bit integers beyond 2^53: a lookup by id returns other objects,
# too, and a range some more.
# Package: libcfitsio-dev 4.2.0-3 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=4.2.0-3
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "libcfitsio-dev=$version")
dpkg-deb -x "$work"/*.deb "$work"
echo "CFITSIO $version"

cat >"$work/try.c" <<'C'
#include <fitsio.h>
#include <stdio.h>
#include <string.h>

// The library initialises libcurl for tables on the network, which nothing here is.
int curl_global_init(long flags) { return (int)(flags - flags); }

static const char* file;

// How many rows a filter selects.
static long rows(const char* filter) {
  char name[500];
  snprintf(name, sizeof name, "%s[1][%s]", file, filter);
  fitsfile* table = NULL;
  long count = -1;
  int status = 0;
  fits_open_table(&table, name, READONLY, &status);
  fits_get_num_rows(table, &count, &status);
  fits_close_file(table, &status);
  if (status) fits_report_error(stderr, status);
  printf("[%s]: %ld rows\n", filter, count);
  return count;
}

// 1,000 rows: K from 2^53 up, U from 2^64 - 1,616 up, W from 2^32 - 1,296 up, the last two unsigned.
static int write(void) {
  char *names[] = {"K", "U", "W"}, *forms[] = {"1K", "1W", "1V"}, *units[] = {"", "", ""};
  LONGLONG k[1000];
  ULONGLONG u[1000];
  unsigned w[1000];
  for (int i = 0; i < 1000; ++i) {
    k[i] = 9007199254740992 + i;
    u[i] = 18446744073709550000ULL + (unsigned)i;
    w[i] = 4294966000U + (unsigned)i;
  }
  fitsfile* table = NULL;
  int status = 0;
  fits_create_file(&table, file, &status);
  fits_create_tbl(table, BINARY_TBL, 0, 3, names, forms, units, "KEYS", &status);
  fits_write_col(table, TLONGLONG, 1, 1, 1, 1000, k, &status);
  fits_write_col(table, TULONGLONG, 2, 1, 1, 1000, u, &status);
  fits_write_col(table, TUINT, 3, 1, 1, 1000, w, &status);
  LONGLONG last_k = 0;
  ULONGLONG last_u = 0;
  int any = 0;
  fits_read_col(table, TLONGLONG, 1, 1000, 1, 1, NULL, &last_k, &any, &status);
  fits_read_col(table, TULONGLONG, 2, 1000, 1, 1, NULL, &last_u, &any, &status);
  fits_close_file(table, &status);
  if (status) fits_report_error(stderr, status);
  printf("the last row reads back as %lld and %llu\n", last_k, last_u);
  return status == 0 && last_k == k[999] && last_u == u[999];
}

int main(int count, char** arguments) {
  file = arguments[count - 1];
  if (!write()) return 1;
  const long equal = rows("K == 9007199254740993"), within = rows("K >= 9007199254741092 && K <= 9007199254741192");
  const long none = rows("U == 18446744073709550007"), all = rows("U >= 18446744073709550507");
  const long small = rows("W == 4294966007");
  return equal != 2 || within != 103 || none != 0 || all != 1000 || small != 1;
}
C
gcc -O1 -no-pie -isystem "$work/usr/include" "$work/try.c" -o "$work/try" \
  "$work/usr/lib/x86_64-linux-gnu/libcfitsio.a" -lm -Wl,--unresolved-symbols=ignore-all
"$work/try" "$work/keys.fits" || { echo 'changed' >&2; exit 1; }
