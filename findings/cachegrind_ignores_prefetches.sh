#!/usr/bin/env bash
# Cachegrind counts the same misses with software prefetches as without.
#
# Guess: a simulated cache holds what was prefetched, so that the load behind it is a hit; or the prefetch is counted
# as the miss instead, and there is one miss less per line that came in time.
# What happens: Valgrind drops prefetch instructions before a tool sees them. Reading 100,000 scattered words with a
# prefetch 16 words ahead has the same D1 and LL read misses and the same number of data reads as without, to a few
# in 100,000. The instructions are counted.
# Why it matters: cachegrind is the way to compare indexes on a machine whose counters are out of reach. A search that
# prefetches both children, or a batch of lookups that hides its misses, looks like one that only executes more.
# Package: valgrind 1:3.19.0-1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=1:3.19.0-1
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "valgrind=$version")
dpkg-deb -x "$work"/valgrind_*.deb "$work"
export VALGRIND_LIB=$work/usr/libexec/valgrind
"$work/usr/bin/valgrind" --version

cat >"$work/try.cc" <<'CC'
#include <cstdint>
#include <cstdlib>
#include <random>
#include <vector>

template <bool kAhead>
static std::uint64_t read(const std::vector<std::uint64_t>& words, const std::vector<std::uint32_t>& places) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i + 16 < places.size(); ++i) {
    if (kAhead) __builtin_prefetch(&words[places[i + 16]]);
    sum += words[places[i]];
  }
  return sum;
}

int main(int count, char**) {
  std::vector<std::uint64_t> words(1 << 20, 1);
  std::mt19937 random(7919);
  std::vector<std::uint32_t> places(100000);
  for (std::uint32_t& place : places) place = random() % words.size();
  return (count > 1 ? read<true>(words, places) : read<false>(words, places)) == 0;
}
CC
g++ -std=c++17 -O2 "$work/try.cc" -o "$work/try"

# $1: a name; then arguments of the program. Sets `instructions`, data `reads`, and their misses of the `first` and
# the `last` level.
count() {
  local name=$1
  shift
  "$work/usr/bin/valgrind" --tool=cachegrind --cachegrind-out-file="$work/out" --D1=32768,8,64 --LL=1048576,16,64 \
    "$work/try" "$@" >"$work/log" 2>&1
  read -r _ instructions _ _ reads first last _ < <(grep '^summary:' "$work/out")
  echo "$name: $instructions instructions, $reads data reads, of which $first miss D1 and $last LL"
}
count 'without prefetches'
plain=("$instructions" "$reads" "$first" "$last")
count 'with prefetches' ahead
# $1 and $2: numbers. Whether they differ by less than 100.
alike() { [ $(($1 - $2)) -gt -100 ] && [ $(($1 - $2)) -lt 100 ]; }
if ! alike "$reads" "${plain[1]}" || ! alike "$first" "${plain[2]}" || ! alike "$last" "${plain[3]}" ||
  [ $((instructions - plain[0])) -lt 100000 ]; then
  echo 'changed' >&2
  exit 1
fi
