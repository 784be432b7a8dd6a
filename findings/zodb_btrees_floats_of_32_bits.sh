#!/usr/bin/env bash
# Ten seconds in a row are one value in an LFBTree of Python's BTrees, and byValue(10) tells 95 and 94 both as 9.
#
# Guess: "F" in LFBTree and IFBTree stands for Python's float; byValue(10) gives the values of 10 and more with their
# keys, greatest first.
# What happens: values are stored as C's float with 24 bits, without an error: 1700000000 to 1700000009 become one
# value, 16777217 is 16777216 and 0.1 comes back as 0.10000000149011612; integers are taken, too, and rounded alike.
# byValue divides by its argument: integers by whole division, so that 95 and 94 are 9 each and stand in the order of
# their keys, backwards, not in that of their values. Keys and integer values of the "L" trees have 64 bits.
# Why it matters: these are ZODB's ordered maps and the usual B-tree of Python with a C core. Times and sizes as values
# lose what distinguishes them, and a ranking by value with a threshold shuffles what lies within one multiple of it.
# Package: python3-btrees 4.3.1-5+b1 with python3-persistent 4.6.4-1+b1, python3-zope.interface 5.5.2-1+b1 and
# python3-cffi-backend 1.15.1-5+b1 (Debian 12, Python 3.11).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=4.3.1-5+b1
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "python3-btrees=$version" \
  python3-persistent=4.6.4-1+b1 python3-zope.interface=5.5.2-1+b1 python3-cffi-backend=1.15.1-5+b1)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
echo "BTrees $version"

cat >"$work/try.py" <<'PY'
import sys

from BTrees.LFBTree import LFBTree
from BTrees.LLBTree import LLBTree

seconds = LFBTree({i: 1700000000 + i for i in range(10)})
different = set(seconds.values())
print("1700000000 to 1700000009 as values of an LFBTree:", *different)
few = LFBTree({1: 16777217, 2: 0.1})
print("16777217 and 0.1:", *few.values())
exact = LLBTree({i: 1700000000 + i for i in range(10)})
print("different values of an LLBTree:", len(set(exact.values())))

values = LLBTree({1: 95, 2: 94, 3: 30, 4: 39, 5: 9})
ranked = list(values.byValue(10))
print("95, 94, 30, 39 and 9 of the keys 1 to 5, byValue(10):", ranked)
wrong = len(different) == 1 and list(few.values()) == [16777216.0, 0.10000000149011612]
if not wrong or len(set(exact.values())) != 10 or ranked != [(9, 2), (9, 1), (3, 4), (3, 3)]:
    sys.exit("changed")
PY
PYTHONPATH=$work/usr/lib/python3/dist-packages python3 "$work/try.py"
