#!/usr/bin/env bash
# Whoosh answers ranges over small unsigned numbers with more documents than lie in them, {0 to 0} with all.
#
# Guess: NUMERIC(bits=64, signed=False) indexes each number at several precisions, a range is a union of terms, and it
# holds what it says; the field exists for unsigned numbers.
# What happens: among 200 documents with the numbers 0 to 199 the range from 0 to 0 finds 200, and most other ranges
# too many as well, as long as their lower end is small. Ranges over a signed field with the same numbers are all right.
# Why it matters: it is the search library in pure Python with numeric ranges, and keys are unsigned. A range scan
# measured in it returns everything, with no error, and only a count against the truth shows it.
# Package: python3-whoosh 2.7.4+git6-g9134ad92-7 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=2.7.4+git6-g9134ad92-7
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "python3-whoosh=$version")
dpkg-deb -x "$work"/python3-whoosh_*.deb "$work"
export PYTHONPATH=$work/usr/lib/python3/dist-packages PYTHONDONTWRITEBYTECODE=1

cat >"$work/try.py" <<'PY'
import sys

import whoosh
from whoosh.fields import NUMERIC, Schema
from whoosh.filedb.filestore import RamStorage
from whoosh.query import NumericRange

print("Whoosh", whoosh.versionstring())
SIZE = 200


def ask(name, field):
    index = RamStorage().create_index(Schema(k=field))
    writer = index.writer()
    for k in range(SIZE):
        writer.add_document(k=k)
    writer.commit()
    searcher = index.searcher()

    def found(low, high):
        return len(list(searcher.docs_for_query(NumericRange("k", low, high))))

    pairs = [(low, high) for low in range(SIZE) for high in range(low, SIZE)]
    wrong = sum(found(low, high) != high - low + 1 for low, high in pairs)
    print(f"{name}: {wrong} of {len(pairs)} ranges wrong; 0 to 0 finds {found(0, 0)}, 20 to 29 {found(20, 29)}")
    return wrong, found(0, 0)


signed = ask("signed, 64 bits", NUMERIC(int, bits=64))
unsigned = ask("unsigned, 64 bits", NUMERIC(int, bits=64, signed=False))
sys.exit(0 if signed == (0, 1) and unsigned[0] > 10000 and unsigned[1] == SIZE else "changed")
PY
/usr/bin/python3 -W ignore "$work/try.py"
