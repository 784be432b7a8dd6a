"""The loadable extension of SQLite: virtual tables that answer as ordinary ones, and say why when they cannot."""

import os
import pathlib
import random
import sqlite3
import unittest

EXTENSION = pathlib.Path(os.environ["OMENBENCH_BUILD_DIR"]) / "omen-few.so"
INDEXES = ["btree", "pgm-64"]


@unittest.skipUnless(EXTENSION.exists(), "the extension is not built: sqlite3ext.h is missing (libsqlite3-dev)")
@unittest.skipUnless(hasattr(sqlite3.Connection, "enable_load_extension"), "this Python loads no extensions of SQLite")
class SqliteExtension(unittest.TestCase):
    def setUp(self):
        self.database = sqlite3.connect(":memory:", isolation_level=None)
        self.addCleanup(self.database.close)
        self.database.enable_load_extension(True)
        self.database.execute("SELECT load_extension(?, 'sqlite3_omen_init')", [str(EXTENSION)])

    def all(self, sql, *values):
        return self.database.execute(sql, values).fetchall()

    def refused(self, sql, *says):
        with self.assertRaises(sqlite3.Error) as caught:
            self.all(sql)
        for text in says:
            self.assertIn(text, str(caught.exception))

    def fill(self, keys):
        self.all("CREATE TABLE source(k INTEGER PRIMARY KEY, v INTEGER NOT NULL)")
        self.database.executemany("INSERT INTO source VALUES(?, ?)", ((key, key * 7 % 1009) for key in keys))

    def test_only_ordered_indexes_are_offered(self):
        self.assertEqual(self.all("SELECT omen_indexes()"), [(" ".join(INDEXES),)])

    def test_queries_have_the_answers_of_an_ordinary_table(self):
        rng = random.Random(5)
        keys = {rng.randrange(-5000, 5000) for _ in range(3000)} | {-2**63, 2**63 - 1, 0}
        self.fill(keys)
        values = [*rng.sample(sorted(keys), 40), *(rng.randrange(-6000, 6000) for _ in range(40)), -2**63, 2**63 - 1,
                  17.5, -3.0, 1e300, "90", "x", None, b"x"]
        clauses = ["k = ?", "k > ?", "k >= ?", "k < ?", "k <= ?", "k IN (?, 7, 8)", "k != ?", "v = ?", "rowid = ?",
                   "k BETWEEN ? AND 100", "k > -50 AND k < 50 AND k > ?", "k IS ?", "k > ? OR v = 3"]
        for index in INDEXES:
            self.all(f"CREATE VIRTUAL TABLE t USING omen({index}, source=source, key=k, value=v)")
            for clause in clauses:
                for value in values:
                    for order in ("", "DESC"):
                        sql = f"SELECT k, v, rowid FROM {{}} WHERE {clause} ORDER BY k {order} LIMIT 150"
                        self.assertEqual(self.all(sql.format("t"), value), self.all(sql.format("source"), value),
                                         (index, sql, value))
            self.assertEqual(self.all("SELECT count(*), min(k), max(k), sum(v) FROM t"),
                             self.all("SELECT count(*), min(k), max(k), sum(v) FROM source"))
            self.all("DROP TABLE t")

    def test_lookups_and_ranges_of_the_key_go_to_the_index(self):
        self.fill(range(100))
        self.all("CREATE VIRTUAL TABLE t USING omen(pgm-64, source=source, key=k)")

        def plan(sql):
            return [row[3] for row in self.all("EXPLAIN QUERY PLAN " + sql)]

        self.assertEqual(plan("SELECT v FROM t WHERE k = 5"), ["SCAN t VIRTUAL TABLE INDEX 1:"])
        self.assertEqual(plan("SELECT v FROM t WHERE k >= 5 ORDER BY k LIMIT 3"), ["SCAN t VIRTUAL TABLE INDEX 4:"])
        self.assertEqual(plan("SELECT v FROM t WHERE k > 5 AND k <= 9"), ["SCAN t VIRTUAL TABLE INDEX 18:"])

    def test_the_value_is_the_row_of_the_source_unless_a_column_is_named(self):
        self.all("CREATE TABLE trips(at INTEGER, amount INTEGER)")
        self.all("INSERT INTO trips VALUES(500, 10), (300, 2), (400, 3)")
        self.all("CREATE VIRTUAL TABLE by_row USING omen(pgm-64, source=trips, key=at)")
        self.all("""CREATE VIRTUAL TABLE by_amount USING omen("pgm-64", source = "trips", key = [at], value='amount')""")
        self.assertEqual(self.all("SELECT k, v FROM by_row"), [(300, 2), (400, 3), (500, 1)])
        self.assertEqual(self.all("SELECT k, v FROM by_amount"), [(300, 2), (400, 3), (500, 10)])
        self.assertEqual(self.all("SELECT amount FROM by_row JOIN trips ON trips.rowid = v WHERE k = 400"), [(3,)])

    def test_writes_are_those_of_an_ordinary_table(self):
        self.all("CREATE VIRTUAL TABLE temp.t USING omen(btree)")
        self.all("CREATE TABLE plain(k INTEGER PRIMARY KEY, v INTEGER NOT NULL)")
        rng = random.Random(9)
        statements = ["INSERT OR IGNORE INTO {} VALUES(?, ?)", "INSERT OR REPLACE INTO {} VALUES(?, ?)",
                      "INSERT INTO {} VALUES(?, ?)", "UPDATE {} SET v = ?2 WHERE k = ?1", "DELETE FROM {} WHERE k = ?1 AND ?2",
                      "UPDATE {} SET v = v + ?2 WHERE k > ?1", "UPDATE {} SET k = ?2 WHERE k = ?1",
                      "DELETE FROM {} WHERE k BETWEEN ?1 AND ?2"]
        for step in range(3000):
            sql = rng.choice(statements[:7] if step % 50 else statements)
            values = (rng.randrange(400), rng.randrange(400))
            outcomes = []
            for table in ("temp.t", "plain"):
                try:
                    outcomes.append(self.database.execute(sql.format(table), values).rowcount)
                except sqlite3.IntegrityError:
                    outcomes.append("refused")
            self.assertEqual(outcomes[0], outcomes[1], (step, sql, values))
            if step % 100 == 0:
                self.assertEqual(self.all("SELECT k, v FROM t ORDER BY k"), self.all("SELECT k, v FROM plain ORDER BY k"))

    def test_what_cannot_be_is_refused_with_the_reason(self):
        self.fill([1, 2])
        self.all("CREATE TABLE odd(id INTEGER, name TEXT)")
        self.all("INSERT INTO odd VALUES(5, 'five'), (5, 'again'), (NULL, 'none')")
        for arguments, says in {
            "": ["expected the name of an index", "pgm-64"],
            "pgm-65, source=source, key=k": ["'pgm-65'", "pgm-64"],
            "std-hash, source=source, key=k": ["'std-hash'"],
            "pgm-64": ["temp.t"],
            "pgm-64, source=source": ["key=COLUMN"],
            "pgm-64, source=source, key=k, keys=v": ["'keys=v'"],
            "pgm-64, source=source, key=k, key=v": ["'key=v'", "once"],
            "pgm-64, source=nowhere, key=k": ["nowhere"],
            "pgm-64, source=source, key=absent": ["absent"],
            "pgm-64, source=odd, key=name": ["odd.name", "integers only"],
            "pgm-64, source=odd, key=id": ["odd.id", "NULL"],
        }.items():
            with self.subTest(arguments=arguments):
                self.refused(f"CREATE VIRTUAL TABLE t USING omen({arguments})", *says)
        self.all("DELETE FROM odd WHERE id IS NULL")
        self.refused("CREATE VIRTUAL TABLE t USING omen(pgm-64, source=odd, key=id)", "odd.id holds 5 twice")

    def test_what_cannot_be_written_is_refused(self):
        self.fill([1, 2])
        self.all("CREATE VIRTUAL TABLE copy USING omen(btree, source=source, key=k)")
        for sql in ("INSERT INTO copy VALUES(3, 3)", "DELETE FROM copy", "UPDATE copy SET v = 1"):
            self.refused(sql, "a copy of source cannot be written")
        self.all("CREATE VIRTUAL TABLE temp.fixed USING omen(pgm-64)")
        self.refused("INSERT INTO fixed VALUES(3, 3)", "cannot insert")
        self.all("CREATE VIRTUAL TABLE temp.t USING omen(btree)")
        self.refused("INSERT INTO t VALUES('x', 1)", "k takes integers only")
        self.refused("INSERT INTO t VALUES(1, NULL)", "v takes integers only")
        self.assertEqual(self.all("SELECT count(*) FROM t"), [(0,)])


if __name__ == "__main__":
    unittest.main()
