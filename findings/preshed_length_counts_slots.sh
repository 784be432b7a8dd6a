#!/usr/bin/env bash
# The length of preshed's PreshCounter of 100,000 keys is 262,144, and that of its map stays when half of them go.
#
# Guess: len() of a counter is how many different keys were counted, as with collections.Counter; len() of a map is how
# many keys it holds.
# What happens: the counter's is the number of slots of its hash table, a power of two: 8 for three keys, 262,144 for
# 100,000. The map's counts insertions into slots: deleting takes nothing off, and the keys 0 and 1, which have a place
# of their own, are not counted: a map that holds just these has length 0. Lookups, iteration and items() are right.
# There is no word on it in the package.
# Why it matters: it is a hash table of 64-bit keys in Python without boxing (spaCy's), so that one tries it against
# dict and sorted arrays. Bytes per key, load factor and "how many distinct keys?" are off by a factor of two and more.
# Package: python3-preshed 3.0.8-1+b1 with python3-cymem 2.0.6-1+b3 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=3.0.8-1+b1
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "python3-preshed=$version" \
  python3-cymem=2.0.6-1+b3 python3-murmurhash=1.0.9+dfsg-1)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export PYTHONPATH=$work/usr/lib/python3/dist-packages PYTHONDONTWRITEBYTECODE=1
echo "preshed $version"

cat >"$work/try.py" <<'PY'
import sys

from preshed.counter import PreshCounter
from preshed.maps import PreshMap


# Lengths and true numbers of a counter of these keys, and of a map of them from which the first half was deleted.
def ask(keys):
    counter, table = PreshCounter(), PreshMap()
    for key in keys:
        counter.inc(key, 1)
        table[key] = 7
    for key in keys[:len(keys) // 2]:
        del table[key]
    counted, held = len(list(counter)), len(list(table.items()))
    print(f"{len(keys)} keys: the counter has {counted} and length {len(counter)}; without the first half the map has "
          f"{held} and length {len(table)}")
    return len(counter), counted, len(table), held


few, many = ask(range(2, 5)), ask(range(2, 100002))
small = PreshMap()
small[0], small[1] = 5, 6
print("a map of", list(small.items()), "has length", len(small))
wrong = few == (8, 3, 3, 2) and many == (262144, 100000, 100000, 50000) and len(small) == 0
sys.exit(0 if wrong else "changed")
PY
/usr/bin/python3 "$work/try.py"
