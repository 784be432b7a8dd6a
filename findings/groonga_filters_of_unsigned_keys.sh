#!/usr/bin/env bash
# Groonga's filter `_key == 9223372036854775809` finds the key before it, and not the one it names.
#
# Guess: keys of type UInt64 are compared as such; a literal that is one of them finds it.
# What happens: keys up to 2^64 - 1 are loaded, printed and sorted right, in a patricia trie as anywhere. In a filter a
# literal from 2^63 up becomes a double: equality with 2^63 + 1 answers 2^63, that with 2^64 - 2 answers nothing,
# `<=` and between() lose keys at their upper end. The reference of literals names 32 and 64 bit integers and does not
# say where they end. A quoted literal is converted to the key's type, and right.
# Why it matters: hashes, cell ids and timestamps plus a flipped sign bit fill the upper half of 64 bits. A comparison
# with another index finds another row, with no error, and only for these keys.
# Package: groonga-bin 13.0.0+dfsg-3~deb12u1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=13.0.0+dfsg-3~deb12u1
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "groonga-bin=$version" "libgroonga0=$version" \
  libmsgpackc2=4.0.0-3)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
groonga() { "$work/usr/bin/groonga" --log-path "$work/log" "$@"; }
groonga --version | head -n 1 | cut -d ' ' -f 1,2

below=9223372036854775807
middle=9223372036854775808
above=9223372036854775809
last=18446744073709551614
groonga -n "$work/db" table_create Keys TABLE_PAT_KEY UInt64 >"$work/created"
for key in 5 $below $middle $above $last; do
  groonga "$work/db" load --table Keys --values "'[{\"_key\":$key}]'" >"$work/loaded"
done
# $1: a filter. Prints the keys that it finds, in order; sets `found` to them.
find_keys() {
  found=$(groonga "$work/db" select Keys --output_columns _key --sort_keys _key --filter "'$1'" |
    grep -o '\[[0-9]*\]' | tr -d '[]' | tail -n +2 | xargs)
  echo "$1: $found"
}
find_keys 'true'
all=$found
find_keys "_key == $above"
equal=$found
find_keys "_key == $last"
largest=$found
find_keys "_key <= $above"
range=$found
find_keys "_key == \"$above\""
if [ "$all" != "5 $below $middle $above $last" ] || [ "$equal" != "$middle" ] || [ -n "$largest" ] ||
  [ "$range" != "5 $below $middle" ] || [ "$found" != "$above" ]; then
  echo 'changed' >&2
  exit 1
fi
