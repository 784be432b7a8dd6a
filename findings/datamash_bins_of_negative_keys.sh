#!/usr/bin/env bash
# GNU datamash puts -10 into the bin from -20 to -11, and the largest 64-bit key is 1.844674407371e+19 for it.
#
# Guess: bin:10 rounds down to a multiple of ten: -10 is its own bin, as 10 is. And max is one of the values.
# What happens: a negative value goes into the next lower bin in any case, so that what lies on a boundary is counted
# a bin too low: -5 is in -10, but -10 in -20 and -20 in -30, and a histogram of -20 to -1 has bins of 1, 10 and 9.
# Results are printed with 14 digits: min and max of keys beyond 10^14 are rounded, while unique shows them as they
# are. With --format '%.0f' they are exact.
# Why it matters: it is the tool for a quick look at a column of differences or keys. Differences of neighbouring
# measurements lie on both sides of 0, and their histogram leans to the left. The largest key looks up nothing.
# Package: datamash 1.7-2 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download datamash=1.7-2)
dpkg-deb -x "$work"/datamash_*.deb "$work"
datamash=$work/usr/bin/datamash
version=$("$datamash" --version)
echo "${version%%$'\n'*}"

bins=$(printf '%s\n' -20 -15 -10 -5 0 5 10 15 20 | "$datamash" bin:10 1 | tr '\n' ' ')
echo "bins of 10 for -20 -15 -10 -5 0 5 10 15 20: $bins"
histogram=$(seq -20 -1 | "$datamash" bin:10 1 | "$datamash" --group 1 count 1 | tr '\t\n' ': ')
echo "-20 to -1 in bins of 10: $histogram"
right=$(seq 0 19 | "$datamash" bin:10 1 | "$datamash" --group 1 count 1 | tr '\t\n' ': ')
echo "0 to 19 in bins of 10: $right"
keys() { printf '%s\n' 9007199254740993 18446744073709551615; }
largest=$(keys | "$datamash" min 1 max 1 unique 1)
echo "min, max and unique of 9007199254740993 and 18446744073709551615: $largest"
exact=$(keys | "$datamash" --format '%.0f' min 1 max 1)
echo "with a format: $exact"

if [ "$bins" != '-30 -20 -20 -10 0 0 10 10 20 ' ] || [ "$right" != '0:10 10:10 ' ] ||
  [[ $largest != *1.844674407371e+19* ]] || [[ $exact != *18446744073709551615 ]]; then
  echo 'changed' >&2
  exit 1
fi
