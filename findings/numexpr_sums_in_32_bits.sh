#!/usr/bin/env bash
# numexpr's sum of four int32 values of 2^31 - 1 is -4, where numpy's is 8,589,934,588.
#
# Guess: sum(i) in a numexpr expression is numpy's sum without the copies; numpy adds integers of 32 bits in 64.
# What happens: the sum has the type of the expression, int32 for columns of 32 bits, of 16 and of 8: a hundred thousand
# times 30,000 is -1,294,967,296. prod wraps alike. The remainder is C's, too: -5 % 4 is -1 and not 3, which
# DataFrame.eval of pandas takes over. The user guide has the casting rules of operators and describes sum as the sum of
# the elements.
# Why it matters: checksums of keys, counts and sums of sizes are what one compares engines by. Positions, lengths and
# deltas of keys are int32 columns, and a partition by "k % n" puts negative keys elsewhere than numpy's does.
# Package: python3-numexpr 2.8.4-1+b2 with python3-numpy 1:1.24.2-1+deb12u1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download python3-numexpr=2.8.4-1+b2 \
  python3-numpy=1:1.24.2-1+deb12u1 {libblas3,liblapack3}=3.11.0-2 libgfortran5=12.2.0-14+deb12u1)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
lib=$work/usr/lib/x86_64-linux-gnu
export LD_LIBRARY_PATH=$lib:$lib/blas:$lib/lapack
export PYTHONPATH=$work/usr/lib/python3/dist-packages PYTHONDONTWRITEBYTECODE=1

cat >"$work/try.py" <<'PY'
import sys

import numexpr
import numpy

print("numexpr", numexpr.__version__, "numpy", numpy.__version__)


def ask(name, k):
    told, usual = int(numexpr.evaluate("sum(k)")), int(k.sum())
    print(f"sum of {name}: {told} by numexpr, {usual} by numpy")
    return told, usual


four = ask("4 times 2^31 - 1, int32", numpy.full(4, 2**31 - 1, dtype=numpy.int32))
many = ask("100,000 times 30,000, int16", numpy.full(100000, 30000, dtype=numpy.int16))
long = ask("4 times 2^31 - 1, int64", numpy.full(4, 2**31 - 1, dtype=numpy.int64))
signed = numpy.arange(-5, 5)
rests = numexpr.evaluate("signed % 4").tolist()
print(f"{signed.tolist()} % 4: {rests} by numexpr, {(signed % 4).tolist()} by numpy")
wrong = four == (-4, 8589934588) and many == (-1294967296, 3000000000) and min(rests) == -3
sys.exit(0 if wrong and long[0] == long[1] else "changed")
PY
/usr/bin/python3 "$work/try.py"
