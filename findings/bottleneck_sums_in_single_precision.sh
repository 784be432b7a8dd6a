#!/usr/bin/env bash
# Bottleneck's nanmean of ten million times 0.1 is 0.109 in single precision; numpy's is 0.100.
#
# Guess: nanmean of a float32 array is what numpy gives, faster: pairwise sums, or sums in double precision.
# What happens: the values are added one by one in a float. From 2^20 on a step of 0.1 is rounded to a multiple of 1/8:
# the mean of ten million is 0.1088, of twenty million ones 0.839, since the sum stops at 2^24. nansum, nanvar and
# nanstd do the same: the standard deviation of equal values is not 0. Integers are added in double precision, as the
# documentation says; of single precision it says nothing.
# Why it matters: latencies and keys as floats are float32 where there are many of them, and the library is a drop-in
# for numpy's functions (xarray calls it by itself). The more samples a run has, the more its mean is off, in one
# direction, with no warning.
# Package: python3-bottleneck 1.3.5+ds1-2+b1 with python3-numpy 1:1.24.2-1+deb12u1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download python3-bottleneck=1.3.5+ds1-2+b1 \
  python3-numpy=1:1.24.2-1+deb12u1 {libblas3,liblapack3}=3.11.0-2 libgfortran5=12.2.0-14+deb12u1)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
lib=$work/usr/lib/x86_64-linux-gnu
export LD_LIBRARY_PATH=$lib:$lib/blas:$lib/lapack
export PYTHONPATH=$work/usr/lib/python3/dist-packages PYTHONDONTWRITEBYTECODE=1

cat >"$work/try.py" <<'PY'
import sys

import bottleneck
import numpy

print("bottleneck", bottleneck.__version__, "numpy", numpy.__version__)


def ask(value, count):
    values = numpy.full(count, value, dtype=numpy.float32)
    told, usual = float(bottleneck.nanmean(values)), float(numpy.nanmean(values))
    print(f"{count} times {value}: mean {told:.4f} by bottleneck, {usual:.4f} by numpy; "
          f"standard deviation {bottleneck.nanstd(values):.1e} and {numpy.nanstd(values):.1e}")
    return told / value, usual / value


few, many, ones = ask(0.1, 10000), ask(0.1, 10000000), ask(1.0, 20000000)
usual = all(abs(share - 1) < 1e-3 for _, share in (few, many, ones))
sys.exit(0 if usual and abs(few[0] - 1) < 1e-3 and many[0] > 1.05 and ones[0] < 0.9 else "changed")
PY
/usr/bin/python3 "$work/try.py"
