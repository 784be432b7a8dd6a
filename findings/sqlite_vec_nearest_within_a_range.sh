#!/usr/bin/env bash
# sqlite-vec finds nothing for the five nearest with id > 600, and five for the same range of another column.
#
# Guess: k = 5 with a condition gives the five nearest of those that fulfil it, or, as in some libraries, what is left
# of the five nearest; one of both, for all conditions.
# What happens: conditions on metadata columns come first, those on the primary key afterwards: of 1,000 points on a
# line, the five nearest to 500 with x > 600 are 601 to 605, with id > 600 none, with id BETWEEN 600 AND 700 none, and
# with id IN (601, 602) these two, as IN comes first again. With a partition key IN (2, 3) there are five of each
# partition, sorted within theirs: ten rows for k = 5, the nearest not in front; with a range of it there are five.
# Why it matters: pages and shards by key range are how one splits such a table. An empty or a short answer looks like
# "no neighbours there", and a recall computed over k rows of ten is off.
# Package: npm sqlite-vec 0.1.9 in Python's sqlite3 (SQLite 3.40.1, Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" sqlite-vec@0.1.9
cat >"$work/try.py" <<'PY'
import sqlite3
import struct
import sys

database = sqlite3.connect(":memory:")
database.enable_load_extension(True)
database.load_extension(sys.argv[1])
print("SQLite", sqlite3.sqlite_version, "sqlite-vec", database.execute("SELECT vec_version()").fetchone()[0])
database.execute("CREATE VIRTUAL TABLE t USING vec0(id INTEGER PRIMARY KEY, p FLOAT[1], x INTEGER)")
database.execute("CREATE VIRTUAL TABLE s USING vec0(id INTEGER PRIMARY KEY, part INTEGER PARTITION KEY, p FLOAT[1])")
for i in range(1000):
    point = struct.pack("f", i)
    database.execute("INSERT INTO t VALUES (?, ?, ?)", (i, point, i))
    database.execute("INSERT INTO s VALUES (?, ?, ?)", (i, i % 5, point))


# The ids of the five nearest to 500 in a table under a condition, in the order of the answer.
def nearest(table, condition):
    query = f"SELECT id FROM {table} WHERE p MATCH ? AND k = 5 AND {condition}"
    found = [row[0] for row in database.execute(query, (struct.pack("f", 500),))]
    print(f"k = 5 AND {condition}: {found}")
    return found


told = [nearest("t", "x > 600"), nearest("t", "id > 600"), nearest("t", "id BETWEEN 600 AND 700"),
        nearest("t", "id IN (601, 602)"), nearest("s", "part > 2"), nearest("s", "part IN (2, 3)")]
first = [601, 602, 603, 604, 605]
partitions = [id % 5 for id in told[5]]
if told[:4] != [first, [], [], [601, 602]] or len(told[4]) != 5 or sorted(partitions) != [2] * 5 + [3] * 5:
    sys.exit("changed")
PY
/usr/bin/python3 "$work/try.py" "$work/node_modules/sqlite-vec-linux-x64/vec0"
