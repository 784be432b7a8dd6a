"""Parquet files and DuckDB databases as sources of keys, and DuckDB as an engine, from outside. Files are made by the
library itself; without it what needs it is skipped."""

import ctypes
import json
import os
import pathlib
import unittest

from support import CliTest

CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
LIBRARY = pathlib.Path(os.environ.get("OMENBENCH_DUCKDB") or CACHE / "omenbench" / "lib" / "libduckdb.so")
HOW = "DuckDB's library (scripts/setup --with-duckdb gets it, --duckdb FILE.so names another)"


class Duckdb(CliTest):
    def execute(self, file, *statements):
        """Runs statements on the database in a file."""
        library = ctypes.CDLL(str(LIBRARY))
        database, connection = ctypes.c_void_p(), ctypes.c_void_p()
        self.assertEqual(library.duckdb_open(str(file).encode(), ctypes.byref(database)), 0)
        self.assertEqual(library.duckdb_connect(database, ctypes.byref(connection)), 0)
        for statement in statements:
            self.assertEqual(library.duckdb_query(connection, statement.encode(), None), 0, statement)
        library.duckdb_disconnect(ctypes.byref(connection))
        library.duckdb_close(ctypes.byref(database))

    def parquet(self, name, query):
        """Writes a Parquet file of a query's rows and returns its path."""
        if not LIBRARY.exists():
            self.skipTest("needs " + HOW)
        path = self.directory / name
        path.parent.mkdir(exist_ok=True)
        self.execute(":memory:", f"COPY ({query}) TO '{path}' (FORMAT parquet)")
        return path

    def test_columns_of_texts_and_uuids_are_decided(self):
        file = self.parquet("users.parquet", "SELECT 'u' || i AS name, uuid() AS id, encode('b' || i) AS token "
                                             "FROM range(2000) t(i)")
        for column, longest in (("name", 5), ("id", 16), ("token", 5)):
            decision = self.json_of("decide", f"{file}:{column}", "-i", "bytes-absl-btree", "-i", "bytes-btree", "--ops", "2000")
            self.assertEqual(decision["dataset"]["keys"], 2000)
            self.assertEqual(decision["description"]["length"]["max"], longest)

    def run_omenbench(self, *args, env=None, **options):
        """The tests' cache holds no library: the real one is named."""
        return super().run_omenbench(*args, env={"OMENBENCH_DUCKDB": str(LIBRARY), **(env or {})}, **options)

    def test_without_the_library_one_sentence_says_how_to_get_it(self):
        file = self.write("keys.parquet", "PAR1 and more")
        for command in (["data", "describe"], ["decide"], ["run", "-w", "sosd-lookup", "-i", "pgm-64", "-d"]):
            self.assert_refused(*command, file, says=f"keys.parquet': this needs {HOW}",
                                env={"OMENBENCH_DUCKDB": ""})

    def test_a_library_that_is_another_or_none_is_refused(self):
        file = self.write("keys.parquet", "PAR1 and more")
        self.assert_refused("data", "describe", file, "--duckdb", "nowhere.so", says="--duckdb 'nowhere.so': no such file")
        text = self.write("text.so", "no library")
        self.assert_refused("data", "describe", file, "--duckdb", text, says="cannot be opened")
        libc = next(iter(pathlib.Path("/lib").glob("*-linux-gnu/libc.so.6")))
        self.assert_refused("data", "describe", file, "--duckdb", libc, says=["is not DuckDB's library", "duckdb_"])

    def test_describes_imports_and_keeps_the_keys_of_several_files(self):
        (self.directory / "trades").mkdir()
        for day in (1, 2):
            self.parquet(f"trades/{day}.parquet", f"SELECT range * 2 + {day} AS k, 0.5 AS x FROM range(1000)")
        pattern = f"{self.directory}/trades/*.parquet:k"
        described = self.json_of("data", "describe", pattern)
        self.assertEqual([described[name] for name in ("name", "keys", "rows", "first", "last")],
                         ["trades:k", 2000, 2000, 1, 2000])
        self.assert_ok("data", "import", pattern, "-o", "keys_uint64")
        again = self.json_of("data", "describe", "keys_uint64")
        self.assertEqual(again["sha256"], described["sha256"])
        # Kept by the contents of the files: the library is not asked again.
        self.assert_ok("run", "-d", pattern, "-w", "sosd-lookup", "-i", "pgm-64", "--dry-run",
                       env={"OMENBENCH_DUCKDB": "/nowhere"})

    def test_decides_by_column_table_and_query(self):
        file = self.parquet("keys.parquet", "SELECT range * 7 AS k, range % 3 AS g FROM range(20000)")
        database = self.directory / "shop.duckdb"
        self.execute(database, "CREATE TABLE t AS SELECT range AS k FROM range(9000)")
        budget = ["--budget", "60s", "--ops", "500", "-i", "pgm-64", "-i", "absl-btree", "--mix", "reads=100"]
        self.assertEqual(self.json_of("decide", f"{file}:k", *budget)["dataset"]["keys"], 20000)
        self.assertEqual(self.json_of("decide", f"{database}:t.k", *budget)["dataset"]["keys"], 9000)
        asked = self.json_of("decide", file, "--query", "select k from file where g = 1", *budget)
        self.assertEqual(asked["dataset"]["keys"], 6667)
        self.assertEqual(asked["dataset"]["source"], "keys.parquet: select k from file where g = 1")
        self.assertEqual(self.json_of("decide", database, "--query", "select k from t", *budget)["dataset"]["keys"], 9000)

    def test_the_engine_is_not_here_without_the_library(self):
        none = {"OMENBENCH_DUCKDB": ""}
        listed = {row["name"]: row for row in self.json_of("list", "engines", env=none)}
        self.assertEqual(listed["duckdb"]["offers"], "not here")
        self.assertIn(f"needs {HOW}", listed["duckdb"]["description"])
        for command in (["run", "-d", "uniform", "-n", "1000", "-w", "sosd-lookup", "-i"], ["check"]):
            self.assert_refused(*command, "duckdb", says=f"index 'duckdb' needs {HOW}", env=none)
        self.assert_ok("run", "-d", "uniform", "-n", "1000", "-w", "sosd-lookup", "-i", "engine", "--dry-run", env=none)

    def test_the_engine_answers_and_tells_its_plans(self):
        if not LIBRARY.exists():
            self.skipTest("needs " + HOW)
        self.assert_ok("run", "-d", "uniform", "-n", "20k", "-w", "ycsb-a", "-i", "duckdb", "--ops", "200", "--blocks", "1",
                       "--out", "out")
        result = json.loads((self.directory / "out" / "results.json").read_text())
        cell = next(cell for cell in result["rows"][0]["cells"] if cell["index"] == "duckdb")
        self.assertEqual(cell["status"], "ok", cell["reason"])
        self.assertRegex(cell["engine_version"], r"^DuckDB \d+\.\d+\.\d+$")
        settings = cell["engine_settings"]
        self.assertEqual(settings["plan of k = x"], "index scan")
        self.assertEqual(settings["plan of k BETWEEN x AND y"], "table scan")

    def test_a_query_goes_with_files_that_duckdb_reads(self):
        keys = self.write("keys.csv", "k\n1\n2\n")
        self.assert_refused("decide", keys, "--query", "select 1", says="--query goes with --pg, --sqlite, a Parquet file")


if __name__ == "__main__":
    unittest.main()
