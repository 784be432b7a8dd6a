#!/usr/bin/env bash
# The difference of falling unsigned keys is 18446744073709551616 in pandas, in a column of doubles.
#
# Guess: diff() gives -2 from 5 to 3: its result is of type float64, for the sake of the missing first value, so there
# is a place for negative ones; whatever integers it is made of.
# What happens: unsigned integers of any width are subtracted in their own type, and what wraps becomes a double: 5, 3
# gives 1.8446744073709552e19 for uint64, 4294967294.0 for uint32 and 254.0 for uint8. A DataFrame does the same, and
# groupby().diff() says -2.
# Why it matters: diff() is how one looks at gaps of keys and at the order of a key stream. "Is it sorted?" asked as
# (diff < 0).any() says yes for every unsigned column, and the mean gap of shuffled keys is absurd or, with small
# types, plausible.
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

import pandas

print("pandas", pandas.__version__)


# The differences of 5, 3, 10, as a column, in a frame and within a group, and what is told of the order of 9 to 0.
def ask(kind):
    keys = pandas.Series([5, 3, 10], dtype=kind)
    frame = pandas.DataFrame({"k": keys, "g": 0})
    column, within = keys.diff(), frame.groupby("g").k.diff()
    told = [float(column[1]), float(frame.diff().k[1]), float(within[1])]
    falls = bool((pandas.Series(range(9, -1, -1), dtype=kind).diff() < 0).any())
    print(f"{kind}: 3 - 5 is {told[0]} ({column.dtype}), {told[1]} in a frame, {told[2]} in a group; "
          f"9 to 0 falls: {falls}")
    return told + [falls]


signed = ask("int64")
wide, narrow, byte = ask("uint64"), ask("uint32"), ask("uint8")
if signed != [-2, -2, -2, True] or [wide[3], narrow[3], byte[3]] != [False] * 3:
    sys.exit("changed")
if wide[:3] != [2.0**64, 2.0**64, -2] or narrow[:3] != [2**32 - 2, 2**32 - 2, -2] or byte[:3] != [254, 254, -2]:
    sys.exit("changed")
PY
/usr/bin/python3 "$work/try.py"
