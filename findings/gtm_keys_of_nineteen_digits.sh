#!/usr/bin/env bash
# GT.M orders keys as numbers up to 18 digits and as text beyond: 10^19 comes before 9223372036854775807.
#
# Guess: a global is a sorted array whose integer subscripts order as integers, all 64 bits of them; the oldest
# key-value engine in use will know large ones.
# What happens: numbers have 18 significant digits. A longer string of digits stays what it is and orders as a string,
# behind all numbers, so that keys of 19 and 20 digits mix: 18446744073709551615 lies before 9223372036854775807. A
# literal is rounded instead: 9223372036854775806 and ...807 are one key, 9223372036854775800.
# Why it matters: hashes, cell ids and nanoseconds since 1970 have 19 and 20 digits. A walk in order, a range and a
# bound are wrong about them and point lookups right, so that a check by lookups passes.
# Package: fis-gtm-7.0 7.0-005-1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=7.0-005-1
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "fis-gtm-7.0=$version" libelf1=0.188-2.1)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
gtm_dist=$(echo "$LD_LIBRARY_PATH"/fis-gtm/V*)
mkdir "$work/routines"
export gtm_dist gtm_tmp=$work gtmgbldir=$work/globals.gld
export gtmroutines="$work/routines $gtm_dist/libgtmutil.so $gtm_dist"
echo "GT.M $version"

printf 'change -segment DEFAULT -file=%s\nexit\n' "$work/globals.dat" | "$gtm_dist/mumps" -run GDE >"$work/log" 2>&1
"$gtm_dist/mupip" create >>"$work/log" 2>&1
# Keys as strings, walked in order; then two keys as numbers.
cat >"$work/routines/keys.m" <<'M'
keys
 new key
 for key=5,"999999999999999999","9223372036854775807","10000000000000000000","18446744073709551615" set ^digits(key)=""
 set key="" for  set key=$order(^digits(key)) quit:key=""  write key," "
 write !
 set ^number(9223372036854775806)="",^number(9223372036854775807)=""
 set key="" for  set key=$order(^number(key)) quit:key=""  write key," "
 write !
 quit
M
{ read -r digits; read -r numbers; } < <("$gtm_dist/mumps" -run keys)
echo "strings of digits in order: $digits"
echo "the numbers 2^63 - 2 and 2^63 - 1: $numbers"
if [ "$digits" != '5 999999999999999999 10000000000000000000 18446744073709551615 9223372036854775807' ] ||
  [ "$numbers" != 9223372036854775800 ]; then
  echo 'changed' >&2
  exit 1
fi
