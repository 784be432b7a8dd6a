"""`omenbench decide` from outside: keys from files, generators, SQLite and PostgreSQL; what it says, writes and refuses.
Nothing here depends on which index is the fastest on this machine."""

import contextlib
import json
import os
import pathlib
import pwd
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import unittest

import jsonschema

from support import BUILD_DIR, INTERRUPTED, CliTest, clean_environment, run_omenbench, start_omenbench, trials_of

FEW = ["-i", "absl-btree", "-i", "btree", "-i", "alex", "--ops", "20000"]


def words_of(decision):
    return " ".join(sentence for answer in decision["answers"] for sentence in answer["words"])


class Decide(CliTest):
    def decide(self, *args, **options):
        """The decision, which obeys its schema."""
        decision = self.json_of("decide", *args, *FEW, **options)
        self.validate(decision)
        return decision

    def validate(self, decision):
        schema = json.loads(self.assert_ok("schema", "decision").stdout)
        jsonschema.validators.validator_for(schema).check_schema(schema)
        jsonschema.validate(decision, schema)

    def test_it_describes_measures_and_recommends(self):
        decision = self.decide("uniform", "-n", "5000")
        self.assertEqual(decision["schema"], "omenbench.decision/1")
        self.assertEqual(decision["description"]["keys"], 5000)
        answer, = decision["answers"]
        self.assertEqual(answer["question"], "ordered")
        self.assertIn(answer["winner"], ("absl-btree", "btree", "alex"))
        self.assertIn(f"`{answer['winner']}`", words_of(decision))
        self.assertIn(answer["advice"], ("use", "keep_tree", "likely", "undecided"))
        self.assertFalse(answer["provisional"])
        self.assertGreaterEqual(answer["rounds"], 6)
        for against in answer["against"]:
            self.assertLess(against["throughput"]["lo"], against["throughput"]["hi"])
        self.assertTrue(answer["change_words"])
        self.assertIn(answer["choice"], [one["index"] for one in decision["candidates"]])

    def test_its_table_and_markdown_end_with_what_to_do(self):
        for arguments in ([], ["--format", "md"]):
            text = self.assert_ok("decide", "uniform", "-n", "3000", *FEW, *arguments).stdout
            self.assertIn("Recommendation", text)
            self.assertIn("What would change it", text)
            self.assertIn("95 % lookups, 5 % inserts", text)

    def test_keys_that_come_in_order_are_inserted_in_order_unless_told_otherwise(self):
        self.write("events.csv", "id,ts\n" + "".join(f"{i},{7 * i + i % 3}\n" for i in range(3000)))
        in_order = self.decide("events.csv:ts")
        self.assertEqual(in_order["workload"]["arrival"], "sorted")
        self.assertIn("inserts in ascending order, as the keys arrive", in_order["mix"])
        self.assertNotIn("arrival", self.decide("events.csv:ts", "--arrival", "random")["workload"])
        self.assertNotIn("arrival", self.decide("events.csv:ts", "--mix", "reads=100")["workload"])
        text = self.assert_ok("decide", "events.csv:ts", *FEW).stdout
        self.assertIn("keys: events.csv:ts", text)
        self.assertNotIn(": expect ", text.split("Recommendation")[0], "they are measured: no forecast to contradict")

    def test_hash_maps_take_part_where_no_order_is_needed(self):
        arguments = ["uniform", "-n", "3000", "-i", "boost-hash", *FEW, "--json"]
        names = lambda text: {one["index"] for one in json.loads(text)["candidates"]}
        self.assertIn("boost-hash", names(self.assert_ok("decide", *arguments).stdout))
        self.assertNotIn("boost-hash", names(self.assert_ok("decide", *arguments, "--ordered").stdout))
        self.assertNotIn("boost-hash", names(self.assert_ok("decide", *arguments, "--mix", "reads=50,scan=50").stdout))

    def test_a_record_can_be_run_again_and_teaches_the_cost_model(self):
        for name, keys in (("one", "uniform"), ("two", "lognormal")):
            self.assert_ok("decide", keys, "-n", "3000", *FEW, "--exhaustive", "--out", name)
        trials = (self.directory / "one" / "journal.ndjson").read_text().splitlines()
        self.assertGreater(sum("trial" in json.loads(line) for line in trials), 6)
        self.assert_ok("run", "-d", "uniform", "-n", "3000", "-w", "one/workload.json", "-i", "btree", "--blocks", "2",
                       "--ops", "1000", "--out", "run")
        model = self.json_of("decide", "--fit", "one", "two", "-o", "model.json")
        self.assertEqual(set(model["indexes"]), {"absl-btree", "btree", "alex"})
        self.assertEqual(model["indexes"]["absl-btree"]["error"], 0)
        decision = self.decide("uniform", "-n", "3000", "--model", "model.json")
        for candidate in decision["candidates"]:
            self.assertGreater(candidate["predicted_ratio"], 0)
        self.assert_refused("decide", "--fit", "one", says="at least two datasets")
        self.assert_refused("decide", "uniform", *FEW, "--out", "one", says="already holds a decision")

    def test_options_reach_the_trials(self):
        cpu = min(os.sched_getaffinity(0))
        streams = set()
        for name, skew in (("one", []), ("two", ["--skew", "zipf"])):
            decision = self.json_of("decide", "uniform", "-n", "2000", "-i", "absl-btree", "--ops", "2000", "--mix",
                                    "reads=100", "--plugin", BUILD_DIR / "omenbench-test-plugin-mine.so", "--pin", cpu,
                                    "--out", name, *skew)
            measured = {one["index"]: one["rounds"] for one in decision["candidates"]}
            self.assertGreaterEqual(measured["mine"]["estimate"], 6)
            lines = [json.loads(line) for line in (self.directory / name / "journal.ndjson").read_text().splitlines()]
            self.assertEqual(lines[0]["header"]["plan"]["pin"], [cpu])
            streams |= {line["trial"]["stream_sha256"] for line in lines if line.get("trial", {}).get("round") == 0}
        self.assertEqual(len(streams), 2, "the skew changes the operations")
        sorted_inserts = self.decide("uniform", "-n", "2000", "--arrival", "sorted", "--skew", "latest")
        self.assertEqual(sorted_inserts["workload"]["arrival"], "sorted")
        self.assertIn("inserts in ascending order", sorted_inserts["mix"])

    def test_the_screen_measures_throughput_alone_and_the_comparison_everything(self):
        self.assert_ok("decide", "uniform", "-n", "2000", *FEW, "--mix", "reads=100", "--out", "out")
        trials = [json.loads(line).get("trial") for line in (self.directory / "out" / "journal.ndjson").read_text().splitlines()]
        passes = {trial["round"]: set(trial["passes"]) for trial in trials if trial}
        self.assertEqual(passes[0], {"throughput"})
        self.assertLessEqual({"throughput", "dependent", "latency"}, passes[max(passes)])

    def test_equal_values_count_once_and_that_is_said(self):
        path = self.write("twice.txt", "".join(f"{17 * (i % 3000)}\n" for i in range(5000)))
        decision = self.decide(path)
        self.assertEqual(decision["dataset"]["rows"], 5000)
        self.assertEqual(decision["dataset"]["duplicates_dropped"], 2000)

    def test_keys_that_are_too_few_are_refused_with_the_number_that_would_do(self):
        self.write("three.txt", "1\n2\n3\n")
        refused = self.assert_refused("decide", "three.txt", says=["3 keys are too few", "keys are enough"])
        enough = refused.stderr.split("; ")[-1].split(" ")[0]
        self.assertNotIn("workload", refused.stderr)
        self.assertEqual(self.decide("uniform", "-n", enough)["dataset"]["keys"], int(enough))
        self.assert_refused("decide", "uniform", "-n", "500", "--mix", "erases=100", says="1001 keys are enough")

    def test_a_budget_that_allows_no_comparison_gives_no_answer(self):
        refused = self.assert_refused("decide", "uniform", "-n", "5000", "--budget", "0.001s", "--out", "out",
                                      says="--budget 0.001s allowed no comparison: it ended after 1 of")
        self.assertRegex(refused.stderr, r"; about \d+s would do")
        self.assertFalse((self.directory / "out").exists(), "the next try may use it")

    def test_limits_leave_indexes_out(self):
        result = self.run_omenbench("decide", "uniform", "-n", "3000", *FEW, "--limit", "memory=1KiB")
        self.assertIn("no index that was measured lies within --limit memory=1KiB: 3 are beyond it", result.stderr)
        self.assertEqual(result.returncode, 2)
        decision = self.decide("uniform", "-n", "3000", "--limit", "memory=1GiB", "--limit", "build=1h")
        self.assertEqual([one["out"] for one in decision["candidates"] if (one["out"] or "").startswith("beyond")], [])

    def test_an_interruption_keeps_what_is_known(self):
        process = start_omenbench(["decide", "uniform", "-n", "200000", "--budget", "10m", "--json"],
                                  cwd=self.directory, env={"XDG_CACHE_HOME": str(self.directory)})
        for line in process.stderr:
            if line.startswith("round 2"):
                break
        os.kill(process.pid, signal.SIGINT)
        stdout, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, INTERRUPTED)
        decision = json.loads(stdout)
        self.validate(decision)
        self.assertTrue(decision["interrupted"])
        self.assertTrue(decision["answers"][0]["provisional"])

    def test_an_interrupted_decision_goes_on_where_it_was(self):
        few = ["-i", "absl-btree", "-i", "btree", "-i", "alex", "--ops", "100000"]
        process = start_omenbench(["decide", "uniform", "-n", "100000", *few, "--budget", "10m", "--out", "out"],
                                  cwd=self.directory, env={"XDG_CACHE_HOME": str(self.directory / "cache")})
        self.addCleanup(process.kill)
        while not (line := process.stderr.readline()).startswith("round 3"):
            self.assertTrue(line, "ended before it could be interrupted")
        os.kill(process.pid, signal.SIGINT)
        _, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, INTERRUPTED, stderr)
        self.assertIn("interrupted; continue with: omenbench decide --resume out", stderr)
        before = trials_of(self.directory / "out")
        self.assertGreaterEqual(len(before), 6)
        (self.directory / "elsewhere").mkdir()
        result = run_omenbench(["decide", "--resume", "../out", "--json"], cwd=self.directory / "elsewhere",
                               env={"XDG_CACHE_HOME": str(self.directory / "cache")})
        self.assert_exit(result, 0)
        decision = json.loads(result.stdout)
        self.validate(decision)
        self.assertFalse(decision["interrupted"])
        self.assertFalse(decision["answers"][0]["provisional"])
        after = trials_of(self.directory / "out")
        self.assertEqual(after[:3], before[:3], "the first of two complete rounds stands; the last one may be split")
        self.assertEqual(len(after), len({(trial["round"], trial["index"]) for trial in after}))
        self.assert_refused("decide", "--resume", "out", "--budget", "5s", says="as it was asked for")
        for other in ("hunt", "run"):
            self.assert_refused(other, "--resume", "out", says=["is of 'omenbench decide'; continue with: omenbench decide",
                                                                "--resume"])
        self.assert_refused("decide", "--resume", "nowhere", says="'omenbench decide'")

    def test_an_engine_takes_part_where_it_is_named(self):
        decision = self.json_of("decide", "uniform", "-n", "3000", "-i", "btree", "-i", "alex", "-i", "sqlite-memory", "--ops",
                                "2000", "--out", "out")
        self.assertIn("sqlite-memory", [one["index"] for one in decision["candidates"]])
        self.assertIn("sqlite-memory", {trial["index"] for trial in trials_of(self.directory / "out")})
        self.assertEqual({trial["passes"]["throughput"]["operations"] for trial in trials_of(self.directory / "out")}, {200},
                         "embedded engines run a tenth, and all others as much as they")
        self.assertFalse((self.directory / "out" / "scratch").exists())

    def test_unusable_requests_are_refused(self):
        self.assert_refused("decide", says="decide needs keys")
        self.assert_refused("decide", "uniform", "--sqlite", "a.db", says="from one place")
        self.assert_refused("decide", "--sqlite", "a.db", says="need --query")
        self.assert_refused("decide", "uniform", "--query", "select 1", says="--query goes with --pg, --sqlite, a Parquet file")
        self.assert_refused("decide", "uniform", "--mix", "reads=90", says="sum to 90, expected 100")
        self.assert_refused("decide", "uniform", "--mix", "raeds=100", says="did you mean 'reads'?")
        self.assert_refused("decide", "uniform", "--mix", "reads=-5,inserts=105", says="percentage")
        self.assert_refused("decide", "uniform", "--skew", "zpif", says="did you mean 'zipf'?")
        self.assert_refused("decide", "uniform", "--limit", "weight=3", says="memory=1GiB")
        self.assert_refused("decide", "uniform", "-i", "sqlite-memry", says="unknown index")
        self.assert_refused("decide", "uniform", "-o", "x", says="-o goes with --fit")
        self.assert_refused("decide", "uniform", "--scan-length", "5", says="the mix has no scans")
        self.assert_refused("decide", "uniform", "--mix", "reads=100", "--arrival", "sorted", says="the mix has no inserts")
        self.assert_refused("decide", "uniform", "--mix", "inserts=100", "--skew", "zipf", says="nothing but inserts")

    def test_what_is_wrong_is_said_before_the_keys_are_read(self):
        (self.directory / "out").mkdir()
        self.write("out/journal.ndjson", "")
        for arguments, says in ((["-n", "0"], "-n: must be at least 1"), (["--out", "out"], "already holds a decision")):
            refused = self.assert_refused("decide", "uniform", *arguments, says=says)
            self.assertNotIn("reading", refused.stderr)


class Sqlite(CliTest):
    def test_keys_come_from_a_query(self):
        connection = sqlite3.connect(self.directory / "a.db")
        connection.execute("create table orders(created text)")
        connection.executemany("insert into orders values(?)",
                               [(f"2024-01-01 00:{i // 60:02}:{i % 60:02}",) for i in range(3000)] + [(None,)])
        connection.commit()
        before = (self.directory / "a.db").read_bytes()
        decision = self.json_of("decide", "--sqlite", "a.db", "--query", "select created from orders;", *FEW)
        self.assertEqual(decision["dataset"]["keys"], 3000)
        self.assertEqual(decision["dataset"]["name"], "a.db")
        self.assertEqual(decision["dataset"]["key_type"], "timestamp s")
        self.assertIn("1 of 3001 rows are NULL and were left out", decision["dataset"]["notes"])
        self.assertEqual((self.directory / "a.db").read_bytes(), before)
        self.assert_refused("decide", "--sqlite", "a.db", "--query", "drop table orders", says="would write")
        self.write("no.db", "this is no database\n" * 100)
        self.assert_refused("decide", "--sqlite", "no.db", "--query", "select 1", says="file is not a database")

    def test_an_interruption_while_keys_are_read_is_told(self):
        process = start_omenbench(["decide", "uniform", "-n", "20M", *FEW], cwd=self.directory)
        self.assertIn("reading and describing", process.stderr.readline())
        os.kill(process.pid, signal.SIGINT)
        _, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, INTERRUPTED)
        self.assertIn("interrupted before anything was measured", stderr)

    def test_an_answer_whose_record_cannot_be_written_is_shown(self):
        (self.directory / "out" / "decision.json").mkdir(parents=True)
        result = self.run_omenbench("decide", "uniform", "-n", "3000", *FEW, "--budget", "10s", "--out", "out")
        self.assertEqual(result.returncode, 2)
        self.assertIn("What would change it", result.stdout)
        self.assertIn("cannot write 'out/decision.json'", result.stderr)


@contextlib.contextmanager
def private_postgres():
    """A cluster on a Unix socket in a directory of its own; yields that directory."""
    programs = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        raise unittest.SkipTest("PostgreSQL's server programs are not installed")
    home = pathlib.Path(tempfile.mkdtemp(prefix="omenbench-pg-"))
    user = {}
    if os.getuid() == 0:  # initdb refuses root
        owner = pwd.getpwnam("postgres")
        os.chown(home, owner.pw_uid, owner.pw_gid)
        user = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    server = None
    try:
        subprocess.run([programs[-1] / "initdb", "-D", home / "data", "-U", "tester", "-A", "trust", "--no-sync"],
                       check=True, capture_output=True, cwd=home, **user)
        server = subprocess.Popen([programs[-1] / "postgres", "-D", home / "data", "-k", home, "-h", "", "-F"],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=home, **user)
        deadline = time.monotonic() + 60
        ready = [programs[-1] / "pg_isready", "-q", "-h", home]
        while subprocess.run(ready, check=False).returncode != 0 and time.monotonic() < deadline:
            time.sleep(0.1)
        yield home, programs[-1]
    finally:
        if server is not None:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=60)
        shutil.rmtree(home, ignore_errors=True)


class Postgres(CliTest):
    def test_keys_come_from_a_query_in_a_read_only_transaction(self):
        with private_postgres() as (home, programs):
            url = f"postgresql://tester@/postgres?host={home}"
            psql = [programs / "psql", "-q", "-At", url, "-c"]
            sql = ("create table trades(ts timestamptz, price float8, done bool);"
                   "insert into trades select timestamptz '2024-01-01 00:00:00+02' + i * interval '1 ms', i / 7.0, true"
                   " from generate_series(1, 60000) i; insert into trades values (null, null, null)")
            subprocess.run([*psql, sql], check=True, env=clean_environment())
            decide = ["decide", "--pg", "env:OMB_TEST_PG", "--query"]
            env = {"OMB_TEST_PG": url + "&password=s3cret"}
            result = self.assert_ok(*decide, "select ts from trades;", *FEW, "--json", "--out", "record", env=env)
            decision = json.loads(result.stdout)
            self.assertEqual(decision["dataset"]["keys"], 60000)
            self.assertEqual(decision["dataset"]["key_type"], "timestamp ms")
            self.assertEqual(decision["description"]["first"], (1704060000000 + 1))  # UTC, not the server's zone
            self.assertIn("1 of 60001 rows are NULL and were left out", decision["dataset"]["notes"])
            self.assertRegex(decision["dataset"]["source"], r"^PostgreSQL [\d.]+.* at local socket:5432: select ts")
            everything = result.stdout + result.stderr + "".join(
                path.read_text() for path in (self.directory / "record").iterdir())
            self.assertNotIn("s3cret", everything)
            for query, says in (("select price, ts from trades", "none of these indexes takes byte strings"),
                                ("select done from trades", "expected a number or a date, got 't'; truth values"),
                                ("select gen_random_uuid()", "none of these indexes takes byte strings"),
                                ("select '7' union all select 'abc'::text", "convert_to(COLUMN, 'UTF8')"),
                                ("select array['abc']", "expected a number or a date, got '{abc}'"),
                                ("select inet '10.0.0.1'", "none of these indexes takes byte strings"),
                                ("select B'101'", "(B'0' || COLUMN)::bit(64)::bigint"),
                                ("select B'01'::bit varying", "dense_rank() over (order by COLUMN)"),
                                ("select interval '1 day 02:00'", "extract(epoch from COLUMN)"),
                                ("select 0.1234567890123456789", "more digits than a double tells apart"),
                                ("select 18446744073709551616", "an integer of 64 bits"),
                                ("select 'NaN'::float8", "row 1 of the query: expected a finite number"),
                                ("select 'infinity'::timestamptz", "got 'infinity'"),
                                ("select 1; drop table trades", "multiple commands"),
                                ("select nextval('s')", "does not exist"),
                                ("delete from trades returning ts", "syntax error")):
                self.assert_refused(*decide, query, *FEW, env=env, says=says)
            # What the hints say gives numbers.
            for expression in ("(B'0' || B'101')::bit(64)::bigint",
                               "(extract(epoch from interval '1 day 02:00') * 1000000)::bigint"):
                number = subprocess.run([*psql, "select " + expression], check=True, env=clean_environment(),
                                        capture_output=True, text=True)
                self.assertGreater(int(number.stdout), 0)
            subprocess.run([*psql, "create sequence s"], check=True, env=clean_environment())
            self.assert_refused(*decide, "select nextval('s')", *FEW, env=env, says="read-only transaction")

    def test_texts_uuids_and_bytes_are_byte_strings_in_the_order_of_collation_c(self):
        with private_postgres() as (home, programs):
            url = f"postgresql://tester@/postgres?host={home}"
            sql = ("create table users(id uuid, email text, token bytea, address inet);"
                   "insert into users select gen_random_uuid(), 'u' || i || '@example.org', int4send(i) || '\\x00ff',"
                   " set_masklen(inet '10.0.0.0' + i, 32 - i % 2 * 8) from generate_series(1, 3000) i; insert into users values (null);"
                   "insert into users values ('00000000-0000-0000-0000-000000000000', '', '', '::1')")
            subprocess.run([programs / "psql", "-q", url, "-c", sql], check=True, env=clean_environment())
            few = ["-i", "bytes-absl-btree", "-i", "bytes-btree", "--ops", "2000"]
            for column, shortest, longest in (("id", 16, 16), ("email", 0, 17), ("token", 0, 6), ("address", 6, 18),
                                              ("convert_to(email, 'UTF8')", 0, 17)):
                decision = self.json_of("decide", "--pg", "env:OMB_TEST_PG", "--query", f"select {column} from users", *few,
                                        env={"OMB_TEST_PG": url, "PGCLIENTENCODING": "LATIN1"})
                self.assertEqual(decision["dataset"]["keys"], 3001)
                length = decision["description"]["length"]
                self.assertEqual((length["min"], length["max"]), (shortest, longest), column)
            self.assert_refused("decide", "--pg", "env:OMB_TEST_PG", "--query", "select email from users", "--inside",
                                env={"OMB_TEST_PG": url}, says="bytes-postgres")

    def test_secrets_stay_secret_where_no_server_answers(self):
        query = ["--query", "select 1"]
        refused = self.assert_refused("decide", "--pg", "postgresql://me:s3cret@h/db", *query, says="PGPASSWORD")
        self.assertNotIn("s3cret", refused.stderr)
        refused = self.assert_refused("decide", "--pg", "env:OMB_TEST_PG", *query, says="PostgreSQL",
                                      env={"OMB_TEST_PG": "postgresql://me:s3cret@127.0.0.1:1/db"})
        self.assertNotIn("s3cret", refused.stderr)


if __name__ == "__main__":
    unittest.main()
