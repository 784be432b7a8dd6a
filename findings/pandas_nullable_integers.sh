#!/usr/bin/env bash
# pandas' Int64, made for integers with gaps, reads 9007199254740993 as ...992, and its mean of large keys is negative.
#
# Guess: the nullable type exists so that a missing value does not turn integers into doubles; what it holds it reads
# exactly, and statistics of it are those of int64 without the missing ones.
# What happens: read_csv with dtype "Int64" parses the column as doubles as soon as one value is missing, and converts
# these: keys above 2^53 are moved to a neighbour, silently, and of 1,000 in a row 500 are left. The mean is the wrapped
# 64-bit sum by the count: of 2^62 + 1 and 2^62 + 3 it is -2^62, and describe() shows it, below the least value; int64
# says 4.6e18.
# Why it matters: result files and key files with empty cells are read so on purpose, to keep the keys. What is missing
# in one row changes the keys of all others.
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
import io
import sys

import pandas

print("pandas", pandas.__version__)


# How many of 1,000 keys in a row from 2^53 up come out of a CSV file, with so many empty cells below them.
def read(missing):
    keys = range(2**53, 2**53 + 1000)
    text = "k,v\n" + "".join(f"{key},1\n" for key in keys) + ",1\n" * missing
    column = pandas.read_csv(io.StringIO(text), dtype={"k": "Int64"}).k
    left = len(set(column.dropna()) & set(keys))
    print(f"{missing} of {len(column)} cells empty: {left} of 1000 keys are read, as {column.dtype}")
    return left


whole, gap = read(0), read(1)
keys = [2**62 + 1, 2**62 + 3]
nullable, plain = pandas.Series(keys, dtype="Int64"), pandas.Series(keys, dtype="int64")
print(f"mean of {keys}: {nullable.mean():.3e} as Int64, {plain.mean():.3e} as int64; median {nullable.median():.3e}")
told = nullable.describe()
print(f"describe(): mean {told['mean']:.3e}, std {told['std']}, min {told['min']:.3e}, max {told['max']:.3e}")
if whole != 1000 or gap > 600 or nullable.mean() > 0 or plain.mean() < 0 or told["mean"] > told["min"]:
    sys.exit("changed")
PY
/usr/bin/python3 "$work/try.py"
