#!/usr/bin/env bash
# For sorted 64-bit keys zstd's level 19 makes a larger file than level 1.
#
# Guess: a higher level costs time and is never worse by more than noise; 19 is what one publishes data sets with.
# What happens: on sorted keys (timestamps with random gaps) levels 1 to 15 come within a tenth of a per cent of each other,
# and level 19 is some 4 per cent larger than level 1, at many times its cost. The differences of the same keys take 15
# per cent less at level 1.
# Why it matters: SOSD's sets are zstd streams of exactly this. Their compressed sizes say little about how hard the keys
# are, and compressing them with more effort loses.
# Package: zstd 1.5.4+dfsg2-5+deb12u1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download 'zstd=1.5.4+dfsg2-5+deb12u1')
dpkg-deb -x "$work"/*.deb "$work"
zstd=$work/usr/bin/zstd
"$zstd" --version

# $1: "keys" (eight bytes each) or "gaps" (four).
numbers() {
  perl -e 'my ($key, $state) = (1700000000000, 1);
    for (1 .. 300000) {
      $state = ($state * 1103515245 + 12345) % 2147483648;
      my $gap = int($state / 65536) % 1000;
      $key += $gap;
      print $ARGV[0] eq "keys" ? pack("Q<", $key) : pack("L<", $gap);
    }' "$1" >"$work/$1"
}
numbers keys
numbers gaps
size() { "$zstd" -q -c "-$1" "$work/$2" | wc -c; }
one=$(size 1 keys)
nineteen=$(size 19 keys)
gaps=$(size 1 gaps)
echo "2,400,000 bytes of sorted keys: level 1 $one, level 3 $(size 3 keys), level 9 $(size 9 keys), level 19 $nineteen"
echo "their gaps: level 1 $gaps"

if [ $((1000 * nineteen)) -lt $((1015 * one)) ]; then
  echo 'changed: level 19 is no longer larger than level 1' >&2
  exit 1
fi
