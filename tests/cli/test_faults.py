"""What machines, servers, environments and disks do to a run: told, refused, or paid for by one cell alone."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from support import BUILD_DIR, CELLS_FAILED, INTERRUPTED, OK, TERMINATED, CliTest, clean_environment, start_omenbench

QUICK = ["-d", "uniform", "-n", "3000", "-w", "sosd-lookup", "--ops", "500", "--blocks", "6", "-i", "absl-btree", "-i",
         "pgm-64"]
# PostgreSQL documentation, "Environment Variables"; each set to what breaks a connection that heeds it.
LIBPQ = {"PGHOST": "/nonexistent", "PGHOSTADDR": "192.0.2.1", "PGPORT": "1", "PGDATABASE": "nowhere", "PGUSER": "nobody",
         "PGPASSWORD": "wrong", "PGPASSFILE": "/nonexistent", "PGREQUIREAUTH": "scram-sha-256",
         "PGCHANNELBINDING": "require", "PGSERVICE": "nosuch", "PGSERVICEFILE": "/nonexistent",
         "PGOPTIONS": "-c default_transaction_read_only=on -c nonsense=1", "PGAPPNAME": "x" * 200, "PGSSLMODE": "verify-full",
         "PGREQUIRESSL": "1", "PGSSLCERT": "/nonexistent", "PGSSLKEY": "/nonexistent", "PGSSLROOTCERT": "/nonexistent",
         "PGSSLCRL": "/nonexistent", "PGSSLNEGOTIATION": "direct", "PGREQUIREPEER": "nobody", "PGGSSENCMODE": "require",
         "PGKRBSRVNAME": "nowhere", "PGGSSLIB": "nonsense", "PGCONNECT_TIMEOUT": "nonsense", "PGCLIENTENCODING": "nonsense",
         "PGTARGETSESSIONATTRS": "standby", "PGLOADBALANCEHOSTS": "nonsense", "PGMINPROTOCOLVERSION": "9.9",
         "PGDATESTYLE": "nonsense", "PGTZ": "Nowhere/Never", "PGGEQO": "nonsense", "PGSYSCONFDIR": "/nonexistent",
         "PGLOCALEDIR": "/nonexistent", "PGDATA": "/nonexistent"}


def one_cpu():
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


class SignalsTest(CliTest):
    def test_a_command_that_has_nothing_to_keep_tells_which_signal_ended_it(self):
        for number, code in ((signal.SIGTERM, TERMINATED), (signal.SIGINT, INTERRUPTED)):
            process = start_omenbench(["doctor"], cwd=self.directory)
            self.addCleanup(process.kill)
            self.assertIn("probing clocks", process.stderr.readline())
            process.send_signal(number)
            _, stderr = process.communicate(timeout=120)
            self.assertEqual((process.returncode, stderr), (code, "error: interrupted\n"))


class FaultsTest(CliTest):
    def result(self, folder="out"):
        return json.loads((self.directory / folder / "results.json").read_text())

    def cells(self, folder="out", row=0):
        return {cell["index"]: cell for cell in self.result(folder)["rows"][row]["cells"]}

    def on_one_cpu(self, *arguments):
        if len(os.sched_getaffinity(0)) < 2:
            self.skipTest("one processor")
        before = os.sched_getaffinity(0)
        one_cpu()  # children inherit it
        try:
            return self.run_omenbench(*arguments)
        finally:
            os.sched_setaffinity(0, before)


class Machine(FaultsTest):
    def test_a_busy_machine_is_named_at_the_start_and_at_the_end_with_what_helps(self):
        with contextlib.ExitStack() as stack:
            for _ in os.sched_getaffinity(0):
                busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
                stack.callback(lambda one=busy: (one.kill(), one.wait()))
            time.sleep(0.5)
            run = self.assert_ok("run", *QUICK, "--out", "out")
        self.assertIn("warning: other work is running", run.stderr)
        self.assertIn("What helps: stop it or wait for its end", run.stderr)
        self.assertIn("note: at the start other work is running", run.stdout)
        self.assertIn("at the start other work is running", (self.directory / "out/report.html").read_text())
        self.assertTrue(self.result()["environment"]["doubts"][0]["remedy"])

    def test_usable_processors_decide_what_is_oversubscribed(self):
        arguments = ["run", "-d", "uniform", "-n", "3000", "-w", "sosd-lookup", "--ops", "500", "--blocks", "2", "-i",
                     "absl-btree", "-t", "2"]
        run = self.on_one_cpu(*arguments, "--out", "one")
        self.assert_exit(run, OK)
        self.assertTrue(self.result("one")["rows"][0]["oversubscribed"])
        self.assert_ok(*arguments, "--pin", str(min(os.sched_getaffinity(0))), "--out", "pinned")
        self.assertTrue(self.result("pinned")["rows"][0]["oversubscribed"])
        self.assert_ok(*arguments, "--out", "two")
        self.assertFalse(self.result("two")["rows"][0]["oversubscribed"])

    def test_sides_of_another_number_of_processors_are_told_apart(self):
        self.assert_ok("run", *QUICK, "--out", "all")
        self.assert_exit(self.on_one_cpu("run", *QUICK, "--out", "one"), OK)
        compared = self.assert_ok("compare", "all", "one")
        self.assertIn("the runs differ in usable processors", compared.stdout + compared.stderr)
        gated = self.run_omenbench("gate", "--base", "all", "--head", "one")
        self.assertIn("the runs differ in usable processors", gated.stdout + gated.stderr)
        self.assert_ok("history", "add", "all", "one")
        self.assertEqual(len(self.json_of("history", "show", "-f", "metric:ns_per_op index:pgm-64")["series"]), 2)
        resumed = self.on_one_cpu("run", "--resume", "all")
        self.assertIn("--resume: usable processors is '1' now and was", resumed.stderr)
        self.assertEqual(resumed.returncode, 2)

    def test_parallel_additions_to_one_history_lose_nothing(self):
        self.assert_ok("run", *QUICK, "--out", "out")
        document = self.result()
        for number in range(32):
            document["started"] = f"2026-01-01T00:00:{number:02}Z"
            self.write(f"r{number}.json", json.dumps(document))
        adding = [[start_omenbench(["history", "add", f"r{number}.json"], cwd=self.directory) for number in group]
                  for group in [range(0, 16), range(16, 32)]]
        for process in [one for group in adding for one in group]:
            _, stderr = process.communicate(timeout=120)
            self.assertEqual(process.returncode, OK, stderr)
        series = self.json_of("history", "show", "-f", "metric:ns_per_op index:pgm-64")["series"]
        self.assertEqual(len(series[0]["points"]), 32)

    def test_showing_a_history_takes_no_right_to_write(self):
        self.assert_ok("run", *QUICK, "--out", "out")
        self.assert_ok("history", "add", "out")
        before = (self.directory / "omenbench-history.sqlite").read_bytes()
        (self.directory / "omenbench-history.sqlite").chmod(0o444)
        self.assertIn("pgm-64", self.assert_ok("history", "show").stdout)
        self.assertEqual((self.directory / "omenbench-history.sqlite").read_bytes(), before)

    def test_an_empty_name_is_no_option_left_out(self):
        for option in ("--resume", "--out", "--plan"):
            self.assert_refused("run", *QUICK, option, "", says=option)
        for words in (["report", "out", "-o"], ["export", "csv", "out", "-o"], ["history", "add", "out", "--file"],
                      ["gate", "--base", "out", "--head", "out", "--junit"], ["data", "generate", "uniform", "-n", "9", "-o"],
                      ["compare", "out"], ["report"], ["gate", "--resume"], ["list", "indexes", "--plugin"]):
            refused = self.assert_refused(*words, "", says="expected a value, got ''")
            self.assertFalse(list(self.directory.iterdir()), refused)

    def test_a_pipe_is_no_journal(self):
        (self.directory / "out").mkdir()
        os.mkfifo(self.directory / "out" / "journal.ndjson")
        self.assert_refused("run", "--resume", "out", says="is no regular file")

    def test_what_is_no_option_is_free_to_be_empty(self):
        self.assert_ok("run", *QUICK, "--cold", "--dry-run")

    def test_a_file_that_others_take_for_standard_output_is_refused(self):
        self.assert_refused("data", "describe", "uniform", "-n", "100", "--svg", "-", says="/dev/stdout")
        self.assertFalse((self.directory / "-").exists())

    def test_a_limit_on_the_size_of_files_is_told(self):
        limited = subprocess.run(["bash", "-c", 'ulimit -f 8; exec "$0" "$@"', BUILD_DIR / "omenbench", "run", *QUICK, "--out",
                                  "out"], cwd=self.directory, env=clean_environment(), capture_output=True, text=True,
                                 stdin=subprocess.DEVNULL, timeout=120)
        self.assertEqual(limited.returncode, 2, limited.stderr)
        self.assertIn("File too large", limited.stderr)

    def test_a_low_limit_on_descriptors_blames_no_worker(self):
        limited = subprocess.run(["bash", "-c", 'ulimit -Sn 24; exec "$0" "$@"', BUILD_DIR / "omenbench", "run", *QUICK, "--out",
                                  "out"], cwd=self.directory, env=clean_environment(), capture_output=True, text=True,
                                 stdin=subprocess.DEVNULL, timeout=120)
        self.assertEqual(limited.returncode, OK, limited.stderr)

    def test_a_folder_for_temporary_files_that_is_none_is_named_and_an_empty_name_is_no_folder(self):
        quick = ["check", "binary-search", "--steps", "100"]
        self.assert_refused(*quick, env={"TMPDIR": "/nonexistent"}, says=["'/nonexistent/omenbench-check-", "(TMPDIR)"])
        self.assert_ok(*quick, env={"TMPDIR": ""})

    def test_a_worker_that_prints_without_end_is_refused_before_it_fills_memory(self):
        self.write("flood", "#!/bin/sh\nexec yes\n").chmod(0o755)
        run = self.assert_refused("run", *QUICK, "--worker", self.directory / "flood", says="flood")
        self.assertLess(len(run.stderr), 10_000)


class Disk(FaultsTest):
    def test_a_full_disk_costs_one_cell(self):
        place = self.directory / "small"
        place.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", place], capture_output=True, text=True)
        if mounted.returncode != 0:
            self.skipTest("no file system can be mounted: " + mounted.stderr.strip())
        self.addCleanup(lambda: subprocess.run(["umount", "-l", place], check=False))
        run = self.run_omenbench("run", "-d", "uniform", "-n", "200000", "-w", "sosd-lookup", "--ops", "500", "--blocks", "6",
                                 "-i", "absl-btree", "-i", "pgm-64", "-i", "sqlite-file", "--out", place / "out")
        self.assert_exit(run, CELLS_FAILED)
        cells = self.cells("small/out")
        self.assertEqual(cells["sqlite-file"]["status"], "error", cells["sqlite-file"])
        self.assertIn("full", cells["sqlite-file"]["reason"])
        for name in ("absl-btree", "pgm-64"):
            self.assertEqual((cells[name]["status"], cells[name]["rounds"]), ("ok", 6))


class Servers(FaultsTest):
    def setUp(self):
        super().setUp()
        self.servers = tempfile.mkdtemp(prefix="omb-given-")
        self.addCleanup(lambda: shutil.rmtree(self.servers, ignore_errors=True))

    def redis(self, *options):
        """A Redis of a person's, and a function that sends it commands."""
        program = shutil.which("redis-server") or shutil.which("redis-check-rdb")
        if program is None or shutil.which("redis-cli") is None:
            self.skipTest("Redis is not installed")
        link, socket = pathlib.Path(self.servers) / "redis-server", f"{self.servers}/redis.sock"
        if not link.exists():
            link.symlink_to(program)
        process = subprocess.Popen([link, "--port", "0", "--unixsocket", socket, "--dir", self.servers, *options],
                                   stdout=subprocess.DEVNULL)
        self.addCleanup(lambda: (process.kill(), process.wait()))

        def ask(*words):
            return subprocess.run(["redis-cli", "-s", socket, *map(str, words)], capture_output=True, text=True).stdout.strip()
        for _ in range(500):
            if ask("PING") == "PONG":
                return f"unix://{socket}", ask, process
            time.sleep(0.02)
        self.fail("Redis did not start")

    def test_nothing_of_the_environment_steers_a_private_server(self):
        if not list(pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres")):
            self.skipTest("PostgreSQL's server is not installed")
        run = self.run_omenbench("run", *QUICK[:-4], "-i", "postgres", "-i", "redis", "--out", "out",
                                 env={**LIBPQ, "REDISCLI_AUTH": "wrong"})
        self.assert_exit(run, OK)
        self.assertEqual({cell["status"] for cell in self.cells().values()}, {"ok"})

    def test_nothing_of_the_environment_steers_an_engine_of_another_kind(self):
        listed = self.assert_ok("list", "engines", "--json").stdout
        engines = ["wiredtiger"] if '"wiredtiger"' in listed else []
        if '"mariadb"' in listed and pathlib.Path("/usr/sbin/mariadbd").exists():
            engines.append("mariadb")
        chosen = [word for name in engines for word in ("-i", name)]
        run = self.run_omenbench("run", *QUICK[:-4], *chosen, "-i", "btree", "--out", "out", env={
            "WIREDTIGER_CONFIG": "cache_size=nonsense", "MYSQL_UNIX_PORT": "/nowhere", "MYSQL_TCP_PORT": "1",
            "MARIADB_PLUGIN_DIR": "/nowhere", "MYSQL_PWD": "wrong", "MYSQL_HOME": "/nowhere", "INFLUX_PASSWORD": "wrong",
            "INFLUXDB_HTTP_ENABLED": "false"})
        self.assert_exit(run, OK)
        self.assertEqual({cell["status"] for cell in self.cells().values()}, {"ok"})

    def test_a_server_that_is_not_there_ends_the_run_before_it_measures(self):
        given = {"OMB_TEST_PG": "postgresql://me:s3cret@127.0.0.1:1/db", "OMB_TEST_REDIS": "redis://me:s3cret@127.0.0.1:1"}
        for option, index, where in (("--pg", "postgres", "env:OMB_TEST_PG"), ("--pg", "postgres", "service=nosuch"),
                                     ("--redis", "redis", "env:OMB_TEST_REDIS")):
            run = self.assert_refused("run", *QUICK, "-i", index, option, where, "--out", "out", env=given,
                                      says=f"the given {index} server cannot be used")
            self.assertNotIn("s3cret", run.stderr)
            self.assertFalse((self.directory / "out").exists(), "nothing was begun")

    def test_a_variable_that_held_a_url_reaches_no_trial(self):
        where, _, _ = self.redis("--save", "")
        self.write("spy", '#!/bin/sh\ncase "$*" in *--trial*) env >> seen;; esac\nexec "$REAL" "$@"\n').chmod(0o755)
        self.run_omenbench("run", "-d", "uniform", "-n", "3000", "-w", "sosd-lookup", "--ops", "200", "--blocks", "2",
                           "--worker", self.directory / "spy", "-i", "test-slow", "-i", "redis", "--redis", "env:OMB_SECRET",
                           "--out", "out", env={"REAL": str(BUILD_DIR / "omenbench-worker-faulty"), "OMB_SECRET": where})
        self.assertIn("REAL=", (self.directory / "seen").read_text())
        self.assertNotIn("OMB_SECRET", (self.directory / "seen").read_text())

    def test_a_redis_that_would_evict_is_refused_and_keeps_its_keys(self):
        where, ask, _ = self.redis("--save", "", "--maxmemory", "4mb", "--maxmemory-policy", "allkeys-lru")
        for number in range(50):
            ask("SET", f"owner:{number}", "x" * 1000)
        self.assert_refused("run", "-d", "uniform", "-n", "100000", "-w", "sosd-lookup", "--ops", "500", "--blocks", "2", "-i",
                            "redis", "--redis", where, "--out", "out", says=["would evict its owner's keys", "allkeys-lru"])
        self.assertEqual(ask("DBSIZE"), "50")

    def test_a_redis_replica_is_refused(self):
        where, ask, _ = self.redis("--save", "", "--replicaof", "127.0.0.1 1")
        self.assert_refused("run", *QUICK, "-i", "redis", "--redis", where, "--out", "out", says="is a replica")

    def test_a_given_redis_is_left_as_it_was_found_also_after_its_restart(self):
        where, ask, process = self.redis("--save", "3600 1")
        ask("SET", "owner", "1")
        run = start_omenbench(["run", "-d", "uniform", "-n", "3000", "-w", "sosd-lookup", "--ops", "20000", "--blocks", "400",
                               "-i", "redis", "-i", "absl-btree", "--redis", where, "--out", "out"], cwd=self.directory)
        self.addCleanup(lambda: (run.poll() is None and run.kill(), run.communicate()))
        for _ in range(1500):
            if int(ask("DBSIZE") or 0) > 1:
                break
            time.sleep(0.02)
        run.send_signal(signal.SIGSTOP)
        ask("SHUTDOWN", "SAVE")
        process.wait(timeout=30)
        self.assertIn(b"omb_", (pathlib.Path(self.servers) / "dump.rdb").read_bytes(), "the table comes back with the server")
        run.send_signal(signal.SIGCONT)
        time.sleep(1.5)  # the table is to be dropped while nobody is there
        _, ask, _ = self.redis("--save", "")
        run.send_signal(signal.SIGINT)
        run.communicate(timeout=120)
        self.assertEqual(ask("KEYS", "*"), "owner")

    def test_a_worker_that_talks_to_no_given_server_gets_no_password(self):
        self.write("spy", '#!/bin/sh\nenv >> seen\nexec "$REAL" "$@"\n').chmod(0o755)
        self.assert_ok("run", *QUICK, "--worker", self.directory / "spy", "--out", "out",
                       env={"REAL": str(BUILD_DIR / "omenbench-worker-faulty"), "PGPASSWORD": "s3cret",
                            "REDISCLI_AUTH": "s3cret"})
        self.assertNotIn("s3cret", (self.directory / "seen").read_text())


if __name__ == "__main__":
    unittest.main()
