#!/usr/bin/env bash
# Under Valgrind a 64-bit key does not survive a long double: 2^63 + 1 comes back as 2^63.
#
# Guess: memcheck makes a program slower and its answers stay the same. A long double of x86 has 64 bits of fraction, so
# it holds any 64-bit integer.
# What happens: Valgrind computes the x87's 80 bits in 64. A long double is a double there, and keys above 2^53 are
# rounded when they are converted. The manual has it among its limitations; a run of the program says nothing.
# Why it matters: a learned index that computes in long double, because a double does not hold its keys, predicts
# something else under the very tool with which one looks for its errors: a search that trusts an error bound misses
# keys there and nowhere else, or finds the ones that it misses.
# Package: valgrind 1:3.19.0-1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=1:3.19.0-1
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "valgrind=$version")
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export VALGRIND_LIB=$work/usr/libexec/valgrind
"$work/usr/bin/valgrind" --version

cat >"$work/try.cc" <<'CC'
#include <cstdint>
#include <cstdio>
#include <initializer_list>

int main() {
  for (const std::uint64_t number : {(1ull << 53) + 1, (1ull << 60) + 1, (1ull << 63) + 1, ~0ull - 1}) {
    const volatile std::uint64_t key = number;
    const volatile long double held = static_cast<long double>(key);
    const auto back = static_cast<std::uint64_t>(held);
    std::printf("%llu ", static_cast<unsigned long long>(back - key));
  }
}
CC
g++ -std=c++17 -O1 "$work/try.cc" -o "$work/try"
alone=$("$work/try")
under=$("$work/usr/bin/valgrind" -q "$work/try")
echo "2^53 + 1, 2^60 + 1, 2^63 + 1 and 2^64 - 2 through a long double, change modulo 2^64: $alone"
echo "under valgrind: $under"
if [ "$alone" != '0 0 0 0 ' ] || [ "$under" = "$alone" ]; then
  echo 'changed' >&2
  exit 1
fi
