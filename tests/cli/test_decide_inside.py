"""`omenbench decide --inside` from outside: a database's own indexes for a column of it. Nothing here depends on which of
them is the fastest on this machine."""

import contextlib
import random
import signal
import sqlite3
import subprocess
import time
import unittest

from support import INTERRUPTED, CliTest, clean_environment, start_omenbench
from test_decide import private_postgres

MIX = ["--mix", "reads=60,scan=30,inserts=10", "--budget", "1s"]


class InsideSqlite(CliTest):
    def table(self, keys):
        connection = sqlite3.connect(self.directory / "a.db")
        connection.execute("create table orders(created integer)")
        connection.executemany("insert into orders values(?)", [(key,) for key in keys])
        connection.commit()
        return ["decide", "--sqlite", "a.db", "--query", "select created from orders", "--inside"]

    def test_it_measures_copies_and_ends_with_a_statement(self):
        decide = self.table(range(0, 30000, 7))
        before = (self.directory / "a.db").read_bytes()
        answer = self.json_of(*decide, *MIX)
        self.assertEqual((self.directory / "a.db").read_bytes(), before)
        names = [one["name"] for one in answer["candidates"]]
        self.assertEqual(names, ["index", "rowid", "WITHOUT ROWID"])
        self.assertTrue(answer["database"].startswith("SQLite 3"))
        self.assertEqual(answer["rows"] + answer["inserted"], 4286)
        self.assertIn("rows lie in the order of their keys", " ".join(answer["notes"]))
        for one in answer["candidates"]:
            self.assertIsNone(one["out"])
            self.assertGreater(one["bytes"], 4000 * 8)
            for what in ("mix_ns", "point_ns", "range_ns", "insert_ns", "build_ns_per_row"):
                self.assertGreater(one[what]["median"], 0)
        self.assertIn(answer["choice"], names)
        self.assertIn("orders", answer["statement"])
        text = self.assert_ok(*decide, "--mix", "reads=100", "--budget", "1s").stdout
        self.assertIn("Recommendation: ", text)
        self.assertRegex(text, r"Type: CREATE (TABLE|INDEX) ")

    def test_what_holds_each_key_once_is_out_where_keys_repeat(self):
        answer = self.json_of(*self.table([random.Random(i).randrange(900) for i in range(4000)]), *MIX)
        self.assertEqual(answer["choice"], "index")
        self.assertEqual(answer["statement"], "CREATE INDEX orders_created ON orders (created)")
        self.assertEqual({one["out"] for one in answer["candidates"][1:]}, {"holds every key once, and keys repeat"})
        self.assertRegex(" ".join(answer["notes"]), r"of 4,000 rows .* are out of key order")

    def test_unusable_requests_are_refused(self):
        decide = self.table(range(4000))
        self.assert_refused("decide", "uniform", "--inside", says="needs a column of a database")
        self.assert_refused(*decide, "--mix", "reads=50,updates=50", says="--mix asks for more")
        for arguments in (["-i", "btree"], ["--ordered"], ["--exhaustive"], ["--out", "o"], ["--limit", "build=1s"]):
            self.assert_refused(*decide, *arguments, says=f"{arguments[0]}".replace("-i", "--index") + " does not go")
        self.assert_refused("decide", "--sqlite", "a.db", "--query", "select created from orders limit 10", "--inside",
                            says="10 rows are too few")


class InsidePostgres(CliTest):
    QUERY = ["--query", "select ts from trades", "--inside"]

    @contextlib.contextmanager
    def trades(self):
        """Yields (environment, options, ask) for a server with a table of 20,000 rows; `ask` runs a statement there."""
        with private_postgres() as (home, programs):
            url = f"postgresql://tester@/postgres?host={home}"

            def ask(sql):
                return subprocess.run([programs / "psql", "-qtA", url, "-c", sql], check=True, env=clean_environment(),
                                      capture_output=True, text=True).stdout.strip()
            ask("create table trades(ts timestamptz);"
                "insert into trades select timestamptz '2024-01-01' + i * interval '1 s' from generate_series(1, 20000) i")
            yield {"OMB_TEST_PG": url}, ["decide", "--pg", "env:OMB_TEST_PG", *self.QUERY], ask

    def expect_answer(self, answer):
        by_name = {one["name"]: one for one in answer["candidates"]}
        self.assertEqual(list(by_name)[:5], ["B-tree", "hash", "BRIN, 128 pages", "BRIN, 16 pages", "BRIN, 2 pages"])
        self.assertEqual(by_name["hash"]["out"], "serves no ranges")
        self.assertGreater(by_name["B-tree"]["bytes"], 10 * by_name["BRIN, 128 pages"]["bytes"])
        self.assertIn("trades", answer["statement"])
        self.assertIn("ts", answer["statement"])
        return by_name

    def test_it_measures_what_the_server_offers_in_one_of_its_own(self):
        with self.trades() as (environment, decide, ask):
            before = ask("select pg_current_wal_insert_lsn()")
            by_name = self.expect_answer(self.json_of(*decide, *MIX, env=environment))
            self.assertEqual(ask("select pg_current_wal_insert_lsn()"), before, "nothing is written there")
        for name in ("learned", "learned_sparse"):
            self.assertTrue(by_name[name]["out"] is None or "not built" in by_name[name]["out"])

    LEFT = "select count(*) from pg_namespace where nspname like 'omb%'"

    def test_in_place_it_makes_one_schema_and_drops_it(self):
        with self.trades() as (environment, decide, ask):
            ask("create schema theirs; create table theirs.omb_rows(a int)")
            objects = "select string_agg(oid::regclass::text, ' ' order by oid) from pg_class where oid > 16384"
            before = ask(objects)
            answer = self.json_of(*decide, "--in-place", *MIX, env=environment)
            by_name = self.expect_answer(answer)
            self.assertEqual(ask(objects), before)
            self.assertEqual(ask(self.LEFT), "0")
        self.assertIn("measured in your server", " ".join(answer["notes"]))
        self.assertIn("its extension is not in this database", by_name["learned"]["out"])

    def test_in_place_it_drops_its_schema_after_an_interrupt_too(self):
        with self.trades() as (environment, decide, ask):
            process = start_omenbench([*decide, "--in-place", "--mix", "reads=100", "--budget", "60s"], cwd=self.directory,
                                      env={**environment, "XDG_CACHE_HOME": str(self.directory / "cache")})
            self.addCleanup(process.kill)
            while ask(self.LEFT) == "0":
                self.assertIsNone(process.poll(), "ended before it could be interrupted")
                time.sleep(0.05)
            process.send_signal(signal.SIGINT)
            _, stderr = process.communicate(timeout=60)
            self.assertEqual(process.returncode, INTERRUPTED, stderr)
            self.assertEqual(ask(self.LEFT), "0")

    def test_in_place_needs_a_server_and_the_right_to_make_a_schema(self):
        self.assert_refused("decide", "uniform", "--in-place", says="--in-place goes with --inside")
        self.assert_refused("decide", "--sqlite", "a.db", *self.QUERY, "--in-place", says="--pg WHERE")
        with self.trades() as (environment, decide, ask):
            ask("create role reader login; grant select on trades to reader; revoke create on database postgres from public")
            environment["OMB_TEST_PG"] = environment["OMB_TEST_PG"].replace("tester@", "reader@")
            self.assert_refused(*decide, "--in-place", says="permission denied for database postgres", env=environment)


if __name__ == "__main__":
    unittest.main()
