#!/usr/bin/env bash
# fast-histogram leaves out the largest value, where numpy counts it in the last bin.
#
# Guess: it is numpy's histogram, faster, for bins of equal width; between least and largest the counts add up to all.
# What happens: every bin is without its upper end, the last one too. 0 to 100 in ten bins of the range (0, 100) are 10
# in each, and 11 in the last of numpy's; of 1, 2, 2, 2 three are counted nowhere. The README names other differences
# (no edges, the orientation of two dimensions).
# Why it matters: the range of keys is given as (keys.min(), keys.max()), so that the largest key is missing and a
# cumulative histogram, the model of the keys' distribution, ends below 1; a value repeated at the end is gone.
# Package: python3-fast-histogram 0.11-2 with python3-numpy 1:1.24.2-1+deb12u1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download python3-fast-histogram=0.11-2 \
  python3-numpy=1:1.24.2-1+deb12u1 {libblas3,liblapack3}=3.11.0-2 libgfortran5=12.2.0-14+deb12u1)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
lib=$work/usr/lib/x86_64-linux-gnu
export LD_LIBRARY_PATH=$lib:$lib/blas:$lib/lapack
export PYTHONPATH=$work/usr/lib/python3/dist-packages PYTHONDONTWRITEBYTECODE=1

cat >"$work/try.py" <<'PY'
import sys

import fast_histogram
import numpy

print("fast-histogram", fast_histogram.__version__, "numpy", numpy.__version__)


def ask(name, keys, bins):
    ends = keys.min(), keys.max()
    usual = numpy.histogram(keys, bins, ends)[0].astype(int).tolist()
    fast = fast_histogram.histogram1d(keys, bins=bins, range=ends).astype(int).tolist()
    print(f"{name}: {usual} by numpy, {fast} by fast-histogram, {len(keys) - sum(fast)} missing")
    return usual, fast


numbers = ask("0 to 100", numpy.arange(101), 10)
repeated = ask("1, 2, 2, 2", numpy.array([1, 2, 2, 2]), 2)
wrong = ([10] * 9 + [11], [10] * 10), ([1, 3], [1, 0])
sys.exit(0 if (numbers, repeated) == wrong else "changed")
PY
/usr/bin/python3 "$work/try.py"
