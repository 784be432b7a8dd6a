#!/usr/bin/env bash
# dask's 99th percentile of 0 to 999,999 in order is 900,000, or 989,999 if the 50th and 90th are asked for as well.
#
# Guess: a quantile over partitions is an approximation, as the documentation says, off by a per cent of rank or so, and
# does not depend on what else is asked.
# What happens: each partition gives its own values at the quantiles asked for, with its least and largest, and these
# few points are merged. Where partitions differ, as those of a sorted column do, the answer is some partition's end: of
# ten partitions of 0 to 999,999 q = 0.99 alone is 900,000, of four 750,000, of two 500,000. With one slow partition of
# ten the median is the largest of the fast values, rank 0.9. Shuffled rows are right to a per cent. No bound is
# documented.
# Why it matters: keys are stored in order, and latencies come in the order of the run, with warm-up and compaction in
# partitions of their own. Percentiles and splits of a key range taken this way name values far from their rank, and
# adding one to the list moves the others.
# Package: python3-dask 2022.12.1+dfsg-2 with python3-pandas 1.5.3+dfsg-2 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download python3-dask=2022.12.1+dfsg-2 python3-toolz=0.12.0-1 \
  python3-cloudpickle=2.2.0-1 python3-fsspec=2022.11.0-1 python3-yaml=6.0-3+b2 python3-packaging=23.0-1 \
  python3-partd=1.3.0-1 python3-locket=1.0.0-1 {python3-pandas,python3-pandas-lib}=1.5.3+dfsg-2 \
  python3-numpy=1:1.24.2-1+deb12u1 {libblas3,liblapack3}=3.11.0-2 libgfortran5=12.2.0-14+deb12u1 \
  python3-dateutil=2.8.2-2 python3-tz=2022.7.1-4 python3-six=1.16.0-4)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
lib=$work/usr/lib/x86_64-linux-gnu
export LD_LIBRARY_PATH=$lib:$lib/blas:$lib/lapack
export PYTHONPATH=$work/usr/lib/python3/dist-packages PYTHONDONTWRITEBYTECODE=1

cat >"$work/try.py" <<'PY'
import sys

import dask
import dask.dataframe
import numpy
import pandas

print("dask", dask.__version__, "pandas", pandas.__version__)
dask.config.set(scheduler="synchronous")


# What q is told as when a list of quantiles is asked for, and which share of the values is below that.
def ask(name, values, partitions, q, together):
    series = dask.dataframe.from_pandas(pandas.Series(values), npartitions=partitions)
    told = float(series.quantile(together).compute()[q])
    rank = float((values < told).mean())
    print(f"{name}, {partitions} partitions: quantile {q} out of {together} is {told:.1f}, rank {rank:.3f}")
    return rank


keys = numpy.arange(1000000)
ranks = [ask("keys in order", keys, partitions, 0.99, [0.99]) for partitions in (2, 4, 10)]
others = ask("keys in order", keys, 10, 0.99, [0.5, 0.9, 0.99])
fast = numpy.random.RandomState(7919).rand(900000) + 1
slow = numpy.random.RandomState(7933).rand(100000) + 100
one_slow = ask("one slow tenth", numpy.concatenate([fast, slow]), 10, 0.5, [0.5])
shuffled = ask("keys shuffled", numpy.random.RandomState(7919).permutation(keys), 10, 0.99, [0.99])
far = ranks[0] < 0.6 and ranks[1] < 0.8 and ranks[2] < 0.95 and others > 0.98 and one_slow > 0.8
sys.exit(0 if far and abs(shuffled - 0.99) < 0.01 else "changed")
PY
/usr/bin/python3 "$work/try.py"
