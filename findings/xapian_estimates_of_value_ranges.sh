#!/usr/bin/env bash
# Xapian tells 10,000 matches for the lower half of the numbers 0 to 9,999 and 500 for the upper half.
#
# Guess: the estimate for a range of values comes from its share between the least and the largest value, or from what
# was counted while the first hits were found; for uniform numbers it is right to some per cent.
# What happens: the share is taken of the encoded strings. sortable_serialise writes a number's exponent first, so that
# equal steps of the strings are factors of the numbers: 0 to 9 is told as 5,000 matches, 0 to 999 as 9,000, 5,000 to
# 5,999 as 100. Between 10^9 and 10^9 + 9,999, where all exponents are equal, each is right to a few. The upper bound
# is 10,000 for all. Only checkatleast, with which all are counted, gives the numbers. The call is documented as an
# estimate, without how it is made.
# Why it matters: it is shown as "about n results" and is a yardstick for cardinality of ranges over keys. It is off by
# a factor of 500 in one direction and of 10 in the other, on the easiest distribution there is.
# Package: python3-xapian, libxapian30 1.4.22-1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download {python3-xapian,libxapian30}=1.4.22-1)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
export PYTHONPATH=$work/usr/lib/python3/dist-packages PYTHONDONTWRITEBYTECODE=1

cat >"$work/try.py" <<'PY'
import sys

import xapian

print("Xapian", xapian.version_string())


# What is told for ranges over 10,000 consecutive numbers that begin with this one, in the order of the ranges.
def ask(folder, begin, ranges):
    store = xapian.WritableDatabase(folder, xapian.DB_CREATE_OR_OPEN)
    for number in range(10000):
        document = xapian.Document()
        document.add_value(0, xapian.sortable_serialise(begin + number))
        store.add_document(document)
    store.commit()
    told = []
    for low, high in ranges:
        ends = (xapian.sortable_serialise(begin + end) for end in (low, high))
        enquire = xapian.Enquire(store)
        enquire.set_query(xapian.Query(xapian.Query.OP_VALUE_RANGE, 0, *ends))
        few = enquire.get_mset(0, 10)
        counted = enquire.get_mset(0, 10, 20000).get_matches_estimated()
        told.append(few.get_matches_estimated())
        print(f"{begin} + {low} to {high}: estimate {told[-1]}, bounds {few.get_matches_lower_bound()} to "
              f"{few.get_matches_upper_bound()}, counted {counted}")
        if counted != high - low + 1:
            sys.exit("changed")
    return told


ranges = [(0, 9), (0, 999), (5000, 5999), (0, 4999), (5000, 9999)]
small = ask(sys.argv[1] + "/small", 0, ranges)
large = ask(sys.argv[1] + "/large", 10**9, ranges)
right = all(abs(told - (high - low + 1)) <= 5 for told, (low, high) in zip(large, ranges))
wrong = small[0] > 2000 and small[1] > 5000 and small[2] < 200 and small[3] > 9000 and small[4] < 1000
sys.exit(0 if right and wrong else "changed")
PY
/usr/bin/python3 "$work/try.py" "$work"
