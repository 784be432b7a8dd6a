#!/usr/bin/env bash
# pandas' nearest neighbour in an index of uint64 keys is always the one above: 20 for 11 among 10, 20, 30.
#
# Guess: method="nearest" compares the distances to the key below and to the key above; the type of integer is no matter.
# What happens: it takes index minus target on both sides, and the side below is negative. In uint64 that wraps to nearly
# 2^64, so that the key above always seems nearer; with a tolerance a neighbour at a distance of 1 is not found at all.
# get_indexer, reindex and Series.reindex are hit, int64 keys are right, and so is merge_asof(direction="nearest").
# Why it matters: keys are loaded as uint64 wherever they come from files of such integers. Lookups "to the nearest" are
# what a learned index is asked for, and this is the reference it is checked with in three lines of Python. xarray's
# sel(method="nearest") goes through it.
# Package: python3-pandas 1.5.3+dfsg-2 with python3-numpy 1:1.24.2-1+deb12u1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download {python3-pandas,python3-pandas-lib}=1.5.3+dfsg-2 \
  python3-numpy=1:1.24.2-1+deb12u1 {libblas3,liblapack3}=3.11.0-2 libgfortran5=12.2.0-14+deb12u1 \
  python3-dateutil=2.8.2-2 python3-tz=2022.7.1-4 python3-six=1.16.0-4)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
lib=$work/usr/lib/x86_64-linux-gnu
export LD_LIBRARY_PATH=$lib:$lib/blas:$lib/lapack
export PYTHONPATH=$work/usr/lib/python3/dist-packages PYTHONDONTWRITEBYTECODE=1

cat >"$work/try.py" <<'PY'
import sys

import numpy
import pandas

print("pandas", pandas.__version__)


def ask(kind):
    index = pandas.Index(numpy.array([10, 20, 30], dtype=kind))
    targets = numpy.array([11, 14, 16, 24, 29], dtype=kind)
    places = index.get_indexer(targets, method="nearest").tolist()
    within = index.get_indexer(targets, method="nearest", tolerance=1).tolist()
    left, right = pandas.DataFrame({"k": targets}), pandas.DataFrame({"k": index, "v": index})
    joined = pandas.merge_asof(left, right, on="k", direction="nearest").v.tolist()
    print(f"{kind}: nearest to {targets.tolist()} are {index[places].tolist()}, places within 1 {within},")
    print(f"  merge_asof: {joined}")
    return places, within, joined


signed, unsigned = ask("int64"), ask("uint64")
right = [0, 0, 1, 1, 2], [0, -1, -1, -1, 2], [10, 10, 20, 20, 30]
wrong = [1, 1, 1, 2, 2], [-1, -1, -1, -1, 2], [10, 10, 20, 20, 30]
sys.exit(0 if signed == right and unsigned == wrong else "changed")
PY
/usr/bin/python3 "$work/try.py"
