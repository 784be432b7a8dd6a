#!/usr/bin/env bash
# sdsl-lite's vector of coded differences takes 9.6 bytes for each of equal keys, and 0.16 for each of consecutive ones.
#
# Guess: enc_vector stores differences in Elias' delta code, so that the closer keys lie the smaller it is, and equal
# ones are the smallest case.
# What happens: those codes begin at 1, and a difference of 0 is written as one of 2^64, the longest there is. Dense
# keys take 0.16 bytes each, the same with two entries for each number 4.9, all equal 9.6: more than 8 as an array. All
# come back right. The coders for gamma and Fibonacci codes do the same.
# Why it matters: real sets repeat keys (timestamps, cell ids). With a repeated key here and there the compressed array
# loses to a plain one, which looks like the keys' fault or the code's.
# Package: libsdsl-dev 2.1.1+dfsg-3 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=2.1.1+dfsg-3
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "libsdsl-dev=$version" "libsdsl3=$version")
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
echo "sdsl-lite $version"

cat >"$work/try.cc" <<'CC'
#include <sdsl/enc_vector.hpp>
#include <sdsl/int_vector.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

// Bytes for each of 10,000 sorted keys, `repeats` times each number.
static double bytes_per_key(std::uint64_t repeats) {
  sdsl::int_vector<64> keys(10000);
  for (std::uint64_t i = 0; i < keys.size(); ++i) keys[i] = i / repeats;
  const sdsl::enc_vector<> coded(keys);
  for (std::uint64_t i = 0; i < keys.size(); ++i) {
    if (coded[i] != keys[i]) std::exit(2);
  }
  const double bytes = double(sdsl::size_in_bytes(coded)) / keys.size();
  std::printf("each number %5llu times: %.2f bytes a key\n", static_cast<unsigned long long>(repeats), bytes);
  return bytes;
}

int main() {
  const double once = bytes_per_key(1), twice = bytes_per_key(2), often = bytes_per_key(10000);
  return once < 0.5 && twice > 4 && often > 8 ? 0 : 1;
}
CC
lib=$work/usr/lib/x86_64-linux-gnu
g++ -std=c++14 -O1 -DNDEBUG -isystem "$work/usr/include" "$work/try.cc" -o "$work/try" -L"$lib" -lsdsl \
  -Wl,-rpath,"$lib"
"$work/try" || { echo 'changed' >&2; exit 1; }
