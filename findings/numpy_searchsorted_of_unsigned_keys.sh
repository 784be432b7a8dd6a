#!/usr/bin/env bash
# numpy's searchsorted copies an array of unsigned 64-bit keys to find the wrong place for a Python integer in it.
#
# Guess: the needle is converted to the array's type, or both are compared as integers; a lookup takes log n steps.
# What happens: uint64 and a signed integer, also a Python int, have float64 as their common type. The whole array is
# converted to doubles for each call, and compared as such: among 2,000 consecutive keys around 2^62 the key at 700 is
# found at 513, and side='right' says 1,536. A lookup costs time in proportion to the array. With np.uint64(key), or in
# an int64 array, it is right and quick; an int64 array with an np.uint64 needle is wrong the same way. No warning; the
# documentation does not say it.
# Why it matters: unsigned keys and searchsorted are how right answers for a lookup or lower-bound workload are made,
# and how the "binary search" that a learned index is compared with is measured. This one is wrong by hundreds of
# places and thousands of times too slow.
# Package: python3-numpy 1:1.24.2-1+deb12u1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download python3-numpy=1:1.24.2-1+deb12u1 \
  {libblas3,liblapack3}=3.11.0-2 libgfortran5=12.2.0-14+deb12u1)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
lib=$work/usr/lib/x86_64-linux-gnu
export LD_LIBRARY_PATH=$lib:$lib/blas:$lib/lapack
export PYTHONPATH=$work/usr/lib/python3/dist-packages PYTHONDONTWRITEBYTECODE=1

cat >"$work/try.py" <<'PY'
import timeit

import numpy

print("numpy", numpy.__version__)
unsigned = numpy.arange(2**62, 2**62 + 2000, dtype=numpy.uint64)
key = 2**62 + 700
places = {
    "int": unsigned.searchsorted(key),
    "int, right": unsigned.searchsorted(key, side="right"),
    "list of int": unsigned.searchsorted([key])[0],
    "np.uint64": unsigned.searchsorted(numpy.uint64(key)),
    "int in int64": unsigned.astype(numpy.int64).searchsorted(key),
    "np.uint64 in int64": unsigned.astype(numpy.int64).searchsorted(numpy.uint64(key)),
}
print("the key at 700 is found at:", {name: int(place) for name, place in places.items()})


def quickest_ns(array, needle):
    return min(timeit.repeat(lambda: array.searchsorted(needle), number=3, repeat=5)) / 3 * 1e9


many = numpy.arange(4_000_000, dtype=numpy.uint64)
slow, quick = quickest_ns(many, 5000), quickest_ns(many, numpy.uint64(5000))
print(f"a lookup among 4,000,000: int {slow:,.0f} ns, np.uint64 {quick:,.0f} ns")
wrong = list(places.values())[:3] == [513, 1536, 513] and places["np.uint64 in int64"] == 513
right = places["np.uint64"] == places["int in int64"] == 700
raise SystemExit(0 if wrong and right and slow > 50 * quick else 1)
PY
python3 "$work/try.py" || { echo 'changed' >&2; exit 1; }
