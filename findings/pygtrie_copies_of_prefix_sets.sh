#!/usr/bin/env bash
# A copy of pygtrie's PrefixSet of paths has "logs/2024" in it where the set itself, which holds "logs/20", has not.
#
# Guess: copy() gives a set with the same members, and PrefixSet(keys) the set that one gets by adding the keys.
# What happens: the kind of trie is not copied. A set over StringTrie knows parts between slashes; its copy is made of
# the default, in which every character is a part, so that "logs/20" is a prefix of all of 2000 to 2099, and keys are
# told as tuples of characters. And add() keeps the shortest prefixes only, as the documentation says of the set, but
# the constructor keeps all: of 10, 1 and 2 it has three, and 10 is listed beside 1.
# Why it matters: "is this key below one of these prefixes" decides what a cache or a filter lets through. Snapshots of
# such a set answer otherwise than the set, and counts depend on how it was filled.
# Package: python3-pygtrie 2.2-2 (Debian 12, Python 3.11).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=2.2-2
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "python3-pygtrie=$version")
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
echo "pygtrie $version"

cat >"$work/try.py" <<'PY'
import sys

import pygtrie

paths = pygtrie.PrefixSet(["logs/20", "data"], factory=pygtrie.StringTrie)
copied = paths.copy()
answers = [("logs/2024" in kind, "logs/20/24" in kind) for kind in (paths, copied)]
print("logs/2024 and logs/20/24 are in the set of logs/20 and data:", *answers[0])
print("and in its copy:", *answers[1])
print("prefixes of the set:", list(paths))
print("of the copy:", list(copied))

built = pygtrie.PrefixSet(["10", "1", "2"], factory=pygtrie.CharTrie)
added = pygtrie.PrefixSet(factory=pygtrie.CharTrie)
for key in ["10", "1", "2"]:
    added.add(key)
print("10, 1, 2 to the constructor:", sorted(built), "of length", len(built))
print("10, 1, 2 by add:", sorted(added), "of length", len(added))
if answers != [(False, True), (True, True)] or (len(built), len(added)) != (3, 2):
    sys.exit("changed")
PY
PYTHONPATH=$work/usr/lib/python3/dist-packages python3 "$work/try.py"
