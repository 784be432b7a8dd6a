#!/usr/bin/env bash
# NCLS mirrors intervals that begin below 0: asked for what overlaps (-10, 10), it answers (-2, 5) for (-5, 2).
#
# Guess: interval bounds are signed 64-bit integers, as its arrays are, and any of them will do.
# What happens: a negative start marks an interval of the other orientation, to be read backwards. It is stored with
# both bounds exchanged and negated, so that with starts on both sides of 0 most queries find others: of 2,000 queries
# over intervals between -1,000 and 1,100 nine of ten name the wrong ones. A set that begins with 0 alone is mirrored
# too. With all starts above 0 everything is right. Nothing in the package's documentation says it.
# Why it matters: nested containment lists are the static rival of interval trees, and this is the one in Python (it is
# below PyRanges). Longitudes, offsets from a mean and keys that were shifted by 2^63 to be signed begin below 0.
# Package: python3-ncls 0.0.63-hotfix+ds-1+b3 with python3-numpy 1:1.24.2-1+deb12u1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=0.0.63-hotfix+ds-1+b3
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "python3-ncls=$version" \
  python3-numpy=1:1.24.2-1+deb12u1 {libblas3,liblapack3}=3.11.0-2 libgfortran5=12.2.0-14+deb12u1)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
lib=$work/usr/lib/x86_64-linux-gnu
export LD_LIBRARY_PATH=$lib:$lib/blas:$lib/lapack
export PYTHONPATH=$work/usr/lib/python3/dist-packages PYTHONDONTWRITEBYTECODE=1
echo "ncls $version"

cat >"$work/try.py" <<'PY'
import sys

import numpy
from ncls import NCLS


# How many of 2,000 queries name other intervals than those that overlap, with all intervals moved by an offset.
def wrong_queries(offset):
    random = numpy.random.RandomState(7919)
    starts = random.randint(-1000, 1000, 200) + offset
    ends = starts + random.randint(1, 100, 200)
    index = NCLS(starts, ends, numpy.arange(200))
    wrong = 0
    for low in random.randint(-1000, 1000, 2000) + offset:
        found = {number for _, _, number in index.find_overlap(low, low + 20)}
        wrong += found != set(numpy.nonzero((starts < low + 20) & (ends > low))[0].tolist())
    print(f"starts from {starts.min()} to {starts.max()}: {wrong} of 2000 queries are wrong")
    return wrong


one = NCLS(numpy.array([-5]), numpy.array([2]), numpy.array([0]))
mirrored = list(one.find_overlap(-10, 10))
print("(-5, 2) is found as", mirrored[0][:2])
right, wrong = wrong_queries(2000), wrong_queries(0)
sys.exit(0 if mirrored == [(-2, 5, 0)] and right == 0 and wrong > 1000 else "changed")
PY
/usr/bin/python3 "$work/try.py"
