"""`omenbench run` from outside: a whole run, runs that are interrupted or killed, and indexes that misbehave."""

import hashlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import unittest

from support import (BUILD_DIR, CELLS_FAILED, INTERRUPTED, OK, TERMINATED, USAGE, CliTest, clean_environment,
                     start_omenbench)

FAULTY = BUILD_DIR / "omenbench-worker-faulty"


def quick(keys):
    return ["-d", "uniform", "-n", str(keys), "-w", "sosd-lookup", "--ops", "20000", "-i", "binary-search", "-i",
            "absl-btree", "-i", "pgm-64"]


QUICK = quick(20000)


def journal_of(directory):
    lines = (pathlib.Path(directory) / "journal.ndjson").read_text().splitlines()
    return [json.loads(line) for line in lines]


def sealed(objects):
    """A journal's text: every line carries its number and a checksum of itself and of those before it."""
    text, check = "", ""
    for number, line in enumerate(objects, 1):
        rest = json.dumps({name: value for name, value in line.items() if name not in ("line", "check")})[1:]
        check = hashlib.sha256(f"{check}\n{number}\n{rest}".encode()).hexdigest()[:16]
        text += f'{{"line":{number},"check":"{check}",{rest}\n'
    return text


def result_of(directory):
    return json.loads((pathlib.Path(directory) / "results.json").read_text())


def cells_by_index(result, row=0):
    return {cell["index"]: cell for cell in result["rows"][row]["cells"]}


class RunTest(CliTest):
    def start(self, *args):
        process = start_omenbench(args, cwd=self.directory, env={"XDG_CACHE_HOME": str(self.directory / "cache")})
        self.addCleanup(lambda: (process.poll() is None and process.kill(), process.communicate()))
        return process

    def wait_for_trials(self, directory, count, process):
        """Returns once the journal holds that many trials."""
        path = self.directory / directory / "journal.ndjson"
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if path.exists() and path.read_text().count('"trial":') >= count:
                return
            self.assertIsNone(process.poll(), "the run ended early")
            time.sleep(0.02)
        self.fail("the journal does not grow")

    def assert_valid(self, result):
        try:
            import jsonschema
        except ImportError:
            self.skipTest("python3-jsonschema is not installed")
        jsonschema.validate(result, json.loads(self.assert_ok("schema").stdout))

    def assert_same_measurements(self, result, other):
        """Same rows, cells and numbers of blocks over the same operation streams."""
        self.assertEqual(len(result["rows"]), len(other["rows"]))
        for row, expected in zip(result["rows"], other["rows"]):
            self.assertEqual(row["stream_sha256"], expected["stream_sha256"])
            cells = {cell["index"]: cell for cell in row["cells"]}
            for cell in expected["cells"]:
                mine = cells[cell["index"]]
                self.assertEqual(mine["status"], cell["status"])
                self.assertEqual(len(mine["passes"]["throughput"]["ns_per_op"]["blocks"]),
                                 len(cell["passes"]["throughput"]["ns_per_op"]["blocks"]))


class WholeRun(RunTest):
    def test_writes_a_valid_result_a_page_and_a_table(self):
        run = self.assert_ok("run", *QUICK, "-w", "ycsb-a", "-w", "scan-100", "--blocks", "12", "--out", "out")
        result = result_of(self.directory / "out")
        self.assert_valid(result)
        self.assertEqual([row["workload"] for row in result["rows"]], ["sosd-lookup", "ycsb-a", "scan-100"])
        for row in result["rows"]:
            self.assertEqual(row["rounds"], 12)
            for cell in row["cells"]:
                self.assertEqual(cell["status"], "ok", cell)
        self.assertIn("learned", run.stdout)
        self.assertIn("pgm-64", run.stdout)
        self.assertIn("<html", (self.directory / "out" / "report.html").read_text())
        self.assertFalse((self.directory / "out" / "scratch").exists())
        described = self.json_of("data", "describe", "uniform", "-n", "20000")
        segments = {one["eps"]: one["segments"] for one in described["pla"]}
        hardness = result["datasets"][0]["hardness"]
        self.assertEqual((hardness["local_segments"], hardness["global_segments"]), (segments[32], segments[4096]))
        self.assertEqual(hardness["local_per_million"], segments[32] * 50)
        self.assertEqual(hardness["rmi_log2_error"], described["rmi"]["log2_error"])

    def test_json_on_stdout_is_the_result(self):
        result = self.json_of("run", *QUICK, "--blocks", "3", "--out", "out")
        self.assertEqual(result, result_of(self.directory / "out"))

    def test_two_runs_use_the_same_streams(self):
        self.assert_ok("run", *QUICK, "--blocks", "3", "--out", "a", "--quiet")
        self.assert_ok("run", *QUICK, "--blocks", "3", "--out", "b", "--quiet")
        self.assert_ok("run", *QUICK, "--blocks", "3", "--seed", "2", "--out", "c", "--quiet")
        streams = [result_of(self.directory / name)["rows"][0]["stream_sha256"] for name in "abc"]
        self.assertEqual(streams[0], streams[1])
        self.assertNotEqual(streams[0], streams[2])
        self.assertEqual(len(set(streams[0])), 3, "every round has a stream of its own")

    def test_quiet_says_nothing_on_stderr(self):
        self.assertEqual(self.assert_ok("run", *QUICK, "--blocks", "2", "--out", "out", "--quiet").stderr, "")

    def test_threads_share_the_stream(self):
        result = self.json_of("run", *QUICK, "-t", "2", "--blocks", "2", "--out", "out")
        self.assertEqual(result["rows"][0]["threads"], 2)
        self.assertEqual(cells_by_index(result)["pgm-64"]["status"], "ok")

    def test_an_index_that_cannot_take_part_is_unsupported_and_no_failure(self):
        result = self.json_of("run", "-d", "uniform", "-n", "5000", "-w", "scan-100", "--ops", "1000", "--blocks", "2",
                              "-i", "absl-hash", "-i", "std-map", "--out", "out")
        cell = cells_by_index(result)["absl-hash"]
        self.assertEqual(cell["status"], "unsupported")
        self.assertIn("ordered", cell["reason"])
        self.assertEqual(cells_by_index(result)["std-map"]["status"], "ok")

    def test_the_budget_ends_a_run_and_the_rest_is_not_run(self):
        result = self.json_of("run", *QUICK, "-w", "scan-100", "--blocks", "500", "--budget", "1ms", "--out", "out")
        self.assertEqual(result["rows"][0]["rounds"], 1)
        self.assertIn("1 of 500 rounds: the budget ended", result["rows"][0]["notes"])
        self.assertIn("1 of 500 rounds: the budget ended", self.assert_ok("report", "out", "-o", "page.html").stdout +
                      (self.directory / "page.html").read_text())
        for cell in result["rows"][1]["cells"]:
            self.assertEqual(cell["status"], "not_run")
            self.assertIn("budget", cell["reason"])

    def test_a_result_that_was_edited_beside_its_journal_says_so(self):
        self.assert_ok("run", *QUICK, "--blocks", "6", "--out", "out", "--quiet")
        told = "results.json' is not what its journal gives: "
        self.assertNotIn(told, self.assert_ok("report", "out").stderr)
        path = self.directory / "out" / "results.json"
        result = json.loads(path.read_text())
        cells_by_index(result)["pgm-64"]["passes"]["throughput"]["ns_per_op"]["median"] = 1
        path.write_text(json.dumps(result))
        report = self.assert_ok("report", "out")
        self.assertRegex(report.stderr, told + r"uniform sosd-lookup, 20,?000 keys, 1 thread: pgm-64 ns_per_op differs")
        self.assertIn("is not what its journal gives", report.stdout)
        self.assertIn(told, self.assert_ok("compare", "out", "out").stderr)

    def test_built_in_plans_can_decide_within_their_budget(self):
        for plan in ("quickstart", "full"):
            run = self.assert_ok("run", "--plan", plan, "--dry-run")
            self.assertNotIn("too few for any verdict", run.stdout + run.stderr, plan)
            self.assertNotIn("cannot survive", run.stdout + run.stderr, plan)

    def test_dry_run_runs_nothing(self):
        run = self.assert_ok("run", *QUICK, "--dry-run", "--out", "out")
        self.assertIn("pgm-64", run.stdout)
        self.assertFalse((self.directory / "out").exists())

    def test_rounds_that_are_too_few_for_a_verdict_are_named_beforehand(self):
        few = ["run", "-d", "uniform", "-n", "1000", "-w", "sosd-lookup", "-i", "btree", "-i", "pgm-64", "--dry-run"]
        said = self.assert_ok(*few, "--blocks", "5").stdout
        self.assertIn("--blocks 5 asks for 5 rounds, too few for any verdict, which takes 6: --blocks 6", said)
        self.assertNotIn("too few", self.assert_ok(*few, "--blocks", "6").stdout)
        told = self.json_of(*few, "--blocks", "5")["cannot_be_decided"]
        self.assertEqual(len(told), 1)
        started = self.assert_ok(*few[:-1], "--ops", "100", "--blocks", "2", "--out", "short").stderr
        self.assertIn("warning: --blocks 2 asks for 2 rounds, too few for any verdict", started)


class Engines(RunTest):
    def setUp(self):
        super().setUp()
        # Private servers live in a temporary directory: one of this test's own tells them from those of other tests. Their
        # users must be able to reach it.
        self.directory.chmod(0o711)
        self.servers = self.directory / "tmp"
        self.servers.mkdir()
        self.servers.chmod(0o1777)
        before = os.environ.get("TMPDIR")
        os.environ["TMPDIR"] = str(self.servers)
        self.addCleanup(lambda: os.environ.pop("TMPDIR") if before is None else os.environ.update(TMPDIR=before))

    def test_sqlite_runs_beside_the_others_and_tells_its_floor(self):
        result = self.json_of("run", "-d", "uniform", "-n", "5000", "-w", "sosd-lookup", "-w", "ycsb-a", "--ops", "20000",
                              "--blocks", "2", "-i", "sqlite-file", "-i", "sqlite-memory", "-i", "binary-search", "--out", "out")
        for row in range(2):
            for name in ("sqlite-file", "sqlite-memory"):
                cell = cells_by_index(result, row)[name]
                self.assertEqual(cell["status"], "ok", cell)
                self.assertEqual(cell["operations"], 2000)
                self.assertGreater(cell["no_op_ns"]["median"] if isinstance(cell["no_op_ns"], dict) else cell["no_op_ns"], 0)
                self.assertIn("journal_mode", json.dumps(cell["engine_settings"]))

    def test_postgres_runs_on_a_private_server_that_is_gone_afterwards(self):
        result = self.run_postgres("out")
        cell = cells_by_index(result)["postgres"]
        self.assertEqual(cell["status"], "ok", cell)
        self.assertTrue(cell["engine_version"])
        self.assert_no_servers()

    def test_killing_the_coordinator_stops_the_private_servers(self):
        self.require_postgres()
        process = self.start("run", "-d", "uniform", "-n", "5000", "-w", "sosd-lookup", "--ops", "20000", "--blocks", "500",
                             "-i", "postgres", "-i", "redis", "-i", "binary-search", "--out", "out")
        self.wait_for_trials("out", 3, process)
        self.assertEqual({"postgres", "redis"},
                         {name for line in self.private_servers() for name in ("postgres", "redis") if name in line})
        process.send_signal(signal.SIGKILL)
        process.wait()
        deadline = time.monotonic() + 30
        while self.private_servers() and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assert_no_servers()

    def require_postgres(self):
        if not list(pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres")):
            self.skipTest("PostgreSQL's server is not installed")

    def run_postgres(self, out):
        self.require_postgres()
        return self.json_of("run", "-d", "uniform", "-n", "5000", "-w", "sosd-lookup", "--ops", "20000", "--blocks", "2",
                            "-i", "postgres", "-i", "binary-search", "--out", out)

    def private_servers(self):
        listing = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
        # Redis writes its socket over its arguments.
        return [line for line in listing.splitlines()
                if str(self.servers) in line and ("postgres" in line or "redis" in line)]

    def test_a_server_killed_in_mid_run_costs_its_own_cells_only(self):
        process = self.start("run", "-d", "uniform", "-n", "5000", "-w", "sosd-lookup", "--ops", "20000", "--blocks", "30",
                             "-i", "redis", "-i", "binary-search", "--out", "out")
        self.wait_for_trials("out", 4, process)
        listing = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True).stdout
        own = [line.split() for line in listing.splitlines() if "redis-server" in line and str(self.servers) in line]
        os.kill(int(own[0][0]), signal.SIGKILL)
        process.communicate(timeout=120)
        self.assertEqual(process.returncode, CELLS_FAILED)
        cells = cells_by_index(result_of(self.directory / "out"))
        self.assertEqual(cells["redis"]["status"], "error")
        self.assertIn("Redis: ", cells["redis"]["reason"])
        self.assertEqual(cells["binary-search"]["status"], "ok")
        self.assert_no_servers()

    def test_a_server_that_did_not_start_is_tried_again_and_costs_its_own_cells_only(self):
        arguments = ["-d", "uniform", "-n", "2000", "-w", "sosd-lookup", "--ops", "2000", "--blocks", "6", "-i", "redis",
                     "-i", "binary-search", "--out", "out"]
        self.write("redis-server", "#!/bin/sh\nexit 1\n").chmod(0o755)
        run = self.run_omenbench("run", *arguments, env={"PATH": str(self.directory)})
        self.assertEqual(run.returncode, CELLS_FAILED, run.stderr)
        cells = cells_by_index(result_of(self.directory / "out"))
        self.assertEqual(cells["redis"]["status"], "error")
        self.assertEqual(cells["binary-search"]["status"], "ok")
        self.assert_ok("run", "--resume", "out", "--retry-failed")
        result = result_of(self.directory / "out")
        for name, cell in cells_by_index(result).items():
            self.assertEqual(cell["status"], "ok", name)
            self.assertEqual(len(cell["passes"]["throughput"]["ns_per_op"]["blocks"]), 6, name)
        self.assert_no_servers()

    def assert_no_servers(self):
        self.assertEqual(self.private_servers(), [])


class Interruptions(RunTest):
    def undisturbed(self):
        self.assert_ok("run", *QUICK, "--blocks", "8", "--out", "undisturbed", "--quiet")
        return result_of(self.directory / "undisturbed")

    def resume(self, directory):
        self.assert_ok("run", "--resume", directory, "--quiet")
        result = result_of(self.directory / directory)
        self.assert_valid(result)
        self.assertFalse(result["interrupted"])
        return result

    def assert_every_round_counts_once(self, directory):
        counted = {}
        for line in journal_of(self.directory / directory):
            if "trial" in line:
                trial = line["trial"]
                counted.setdefault((trial["row"], trial["round"]), []).append(trial["index"])
            elif "supersede" in line:
                counted.pop((line["supersede"]["row"], line["supersede"]["round"]), None)
        for names in counted.values():
            self.assertEqual(len(names), len(set(names)))

    def test_ctrl_c_writes_partial_results_and_resume_completes_them(self):
        expected = self.undisturbed()
        process = self.start("run", *QUICK, "--blocks", "8", "--out", "out")
        self.wait_for_trials("out", 10, process)
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, INTERRUPTED, stderr)
        partial = result_of(self.directory / "out")
        self.assert_valid(partial)
        self.assertTrue(partial["interrupted"])
        self.assertIn("--resume", stderr)
        self.assert_same_measurements(self.resume("out"), expected)
        self.assert_every_round_counts_once("out")

    def test_a_run_under_nohup_survives_the_end_of_its_terminal(self):
        before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
        try:
            process = self.start("run", *QUICK, "--blocks", "8", "--out", "out")
        finally:
            signal.signal(signal.SIGHUP, before)
        self.wait_for_trials("out", 4, process)
        process.send_signal(signal.SIGHUP)
        _, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, OK, stderr)
        self.assertFalse(result_of(self.directory / "out")["interrupted"])

    def test_sigterm_exits_143(self):
        process = self.start("run", *QUICK, "--blocks", "200", "--out", "out")
        self.wait_for_trials("out", 4, process)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, TERMINATED)

    def test_resume_after_kill_9_loses_nothing_and_repeats_no_complete_round(self):
        expected = self.undisturbed()
        process = self.start("run", *QUICK, "--blocks", "8", "--out", "out")
        self.wait_for_trials("out", 14, process)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        before = {(line["trial"]["row"], line["trial"]["round"], line["trial"]["index"]): line["trial"]
                  for line in self.readable_lines("out") if "trial" in line}
        complete = {key for key in before if sum(other[:2] == key[:2] for other in before) == 4}
        self.assertGreaterEqual(len(complete), 8)
        self.assert_same_measurements(self.resume("out"), expected)
        self.assert_every_round_counts_once("out")
        after = {}
        for line in journal_of(self.directory / "out"):
            if "trial" in line:
                key = (line["trial"]["row"], line["trial"]["round"], line["trial"]["index"])
                after.setdefault(key, []).append(line["trial"])
        for key in complete:
            self.assertEqual(after[key], [before[key]], "a complete round was repeated")

    def readable_lines(self, directory):
        for line in (self.directory / directory / "journal.ndjson").read_text().splitlines():
            try:
                yield json.loads(line)
            except json.JSONDecodeError:
                return

    def test_a_worker_killed_from_outside_is_repeated_at_once(self):
        expected = self.undisturbed()
        process = self.start("run", *QUICK, "--blocks", "8", "--out", "out")
        self.wait_for_trials("out", 5, process)
        listing = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children")
        for _ in range(400):
            children = listing.read_text().split() if listing.exists() else []
            if children:
                try:
                    os.kill(int(children[0]), signal.SIGKILL)
                    break
                except ProcessLookupError:  # that trial had just ended: take the next one's worker
                    continue
            time.sleep(0.005)
        else:
            self.fail("no worker was ever seen")
        _, stderr = process.communicate(timeout=120)
        self.assertEqual(process.returncode, OK, stderr)
        self.assert_same_measurements(result_of(self.directory / "out"), expected)

    def test_resume_refuses_another_plan_and_a_foreign_directory(self):
        self.assert_ok("run", *QUICK, "--blocks", "2", "--out", "out", "--quiet")
        self.assert_refused("run", "--resume", "out", "-n", "1000", says="--resume")
        self.assert_refused("run", "--resume", "nowhere", says=["nowhere", "journal"])

    def test_resume_refuses_another_build(self):
        self.assert_ok("run", *QUICK, "--blocks", "2", "--out", "out", "--quiet")
        path = self.directory / "out" / "journal.ndjson"
        objects = journal_of(self.directory / "out")
        objects[0]["header"]["tool"]["build_id"] = "feedfacefeedface"
        path.write_text(sealed(objects))
        self.assert_refused("run", "--resume", "out", says=["build", "feedfacefeedface"])

    def test_a_changed_journal_is_refused_with_its_line(self):
        self.assert_ok("run", *QUICK, "--blocks", "2", "--out", "out", "--quiet")
        path = self.directory / "out" / "journal.ndjson"
        lines = path.read_text().splitlines(keepends=True)
        for damaged in (lines[:2] + lines[3:], lines[:2] + [lines[3], lines[2]] + lines[4:],
                        lines[:2] + [lines[2][:-3] + " " + lines[2][-3:]] + lines[3:]):
            path.write_text("".join(damaged))
            for command in (("report", "out/journal.ndjson"), ("run", "--resume", "out")):
                self.assert_refused(*command, says=["journal.ndjson', line 3: ", "changed, removed, repeated or moved"])

    def test_a_run_in_progress_cannot_be_resumed(self):
        process = self.start("run", *QUICK, "--blocks", "500", "--out", "out")
        self.wait_for_trials("out", 2, process)
        self.assert_refused("run", "--resume", "out", says="still in progress")
        self.assertIsNone(process.poll())

    def test_an_existing_run_is_never_overwritten(self):
        self.assert_ok("run", *QUICK, "--blocks", "2", "--out", "out", "--quiet")
        self.assert_refused("run", *QUICK, "--blocks", "2", "--out", "out", says="already holds a run")


class BrokenOutputs(RunTest):
    """Standard descriptors that are closed or full: the journal must not suffer, and nothing is passed over in silence."""

    def run_with(self, redirections, *args):
        script = f'exec "$@" {redirections}'
        return subprocess.run(["sh", "-c", script, "sh", BUILD_DIR / "omenbench", *args], cwd=self.directory,
                              env=clean_environment({"XDG_CACHE_HOME": str(self.directory / "cache")}), timeout=120)

    def test_closed_descriptors_leave_the_journal_whole(self):
        for name, redirections in {"stdout": ">&-", "stderr": "2>&-", "all": "<&- >&- 2>&-", "full": "2>/dev/full"}.items():
            with self.subTest(name):
                self.run_with(redirections, "run", *QUICK, "--blocks", "2", "--out", name)
                self.assertIn("header", journal_of(self.directory / name)[0])
                self.assertEqual(cells_by_index(result_of(self.directory / name))["pgm-64"]["status"], "ok")

    def test_a_full_standard_output_is_an_error(self):
        self.assertEqual(self.run_with(">/dev/full 2>/dev/null", "list", "indexes").returncode, USAGE)

    def test_a_page_can_be_made_from_the_journal_alone(self):
        self.assert_ok("run", *QUICK, "--blocks", "2", "--out", "out")
        (self.directory / "out" / "results.json").unlink()
        self.assert_ok("report", "out", "-o", "page.html")
        self.assertIn("<html", (self.directory / "page.html").read_text())


class FaultyIndexes(RunTest):
    def setUp(self):
        super().setUp()
        if not FAULTY.exists():
            self.fail(f"{FAULTY} was not built")

    def test_their_neighbours_survive_and_each_gets_its_status(self):
        run = self.run_omenbench("run", *QUICK, "--worker", FAULTY, "-i", "test-segfault", "-i", "test-hang", "-i",
                                 "test-greedy", "-i", "test-liar", "-i", "test-thrower", "--blocks", "3", "--timeout", "8s",
                                 "--memory-limit", "512MiB", "--out", "out")
        self.assert_exit(run, CELLS_FAILED)
        result = result_of(self.directory / "out")
        self.assert_valid(result)
        cells = cells_by_index(result)
        statuses = {name: cell["status"] for name, cell in cells.items()}
        self.assertEqual(statuses["test-segfault"], "crash")
        self.assertEqual(statuses["test-hang"], "timeout")
        self.assertEqual(statuses["test-greedy"], "oom")
        self.assertEqual(statuses["test-liar"], "wrong_result")
        self.assertEqual(statuses["test-thrower"], "error")
        for name in ("binary-search", "absl-btree", "pgm-64"):
            self.assertEqual(statuses[name], "ok")
            self.assertEqual(len(cells[name]["passes"]["throughput"]["ns_per_op"]["blocks"]), 3)
        for name in ("test-segfault", "test-hang", "test-greedy", "test-liar", "test-thrower"):
            self.assertTrue(cells[name]["reason"])
            self.assertIsNone(cells[name].get("build_ns"))
            self.assertIn(name, run.stdout)

    def test_what_a_trial_leaves_behind_ends_with_it(self):
        stragglers = self.directory / "stragglers"
        run = self.run_omenbench("run", *QUICK, "--worker", FAULTY, "-i", "test-straggler", "--blocks", "3", "--quiet",
                                 env={"OMENBENCH_TEST_STRAGGLERS": str(stragglers)})
        self.assertEqual(run.returncode, OK, run.stderr)
        pids = stragglers.read_text().split()
        self.assertGreaterEqual(len(pids), 3)
        for pid in pids:
            status = pathlib.Path("/proc") / pid / "comm"
            self.assertFalse(status.exists() and status.read_text().startswith("omenbench-work"), pid)

    def test_answers_of_the_pass_before_are_wrong(self):
        run = self.run_omenbench("run", *quick(50000), "--worker", FAULTY, "-i", "test-replayer", "--blocks", "1",
                                 "--out", "out")
        cell = cells_by_index(result_of(self.directory / "out"))["test-replayer"]
        self.assertEqual(cell["status"], "wrong_result")
        self.assertIn("dependent pass", cell["reason"])
        self.assert_exit(run, CELLS_FAILED)

    def test_an_unused_lookup_is_implausible(self):
        run = self.run_omenbench("run", *quick(200000), "--worker", FAULTY, "-i", "test-unused", "--blocks", "3",
                                 "--out", "out")
        statuses = {name: cell["status"] for name, cell in cells_by_index(result_of(self.directory / "out")).items()}
        self.assertIn(statuses["test-unused"], ("implausible", "wrong_result"))
        self.assert_exit(run, CELLS_FAILED)


class BadInput(RunTest):
    def test_unknown_names_are_refused_with_a_suggestion(self):
        self.assert_refused("run", "-d", "uniform", "-i", "pgm-46", says=["pgm-46", "did you mean"])
        self.assert_refused("run", "-d", "uniform", "-w", "sosd-lokup", says=["sosd-lokup", "did you mean 'sosd-lookup'"])
        self.assert_refused("run", "-d", "unifrom", says=["unifrom", "did you mean 'uniform'"])
        self.assert_refused("run", "--plan", "quikstart", says=["quikstart", "did you mean 'quickstart'"])

    def test_a_program_that_is_no_worker_is_refused(self):
        for program in ("/bin/true", "/bin/echo"):
            self.assert_refused("run", *QUICK, "--worker", program, says=f"'{program}' is no omenbench worker")

    def test_a_glob_leaves_out_workloads_that_the_keys_do_not_suit_and_names_them(self):
        run = self.assert_ok("run", "-d", "uniform", "-n", "2000", "-i", "absl-btree", "--ops", "400", "--blocks", "1",
                             "-w", "tick-*", "-w", "sosd-lookup", "--out", "out")
        rows = result_of(self.directory / "out")["rows"]
        self.assertEqual([row["workload"] for row in rows], ["tick-append", "sosd-lookup"])
        self.assertIn("note: left out: workload 'tick-replay' needs the order of a dataset's rows", run.stderr)
        self.assert_ok("run", "--resume", "out")
        self.assert_refused("run", "-d", "uniform", "-n", "2000", "-i", "absl-btree", "-w", "repla*",
                            says="no workload can run on these keys: workload 'replay'")

    def test_malformed_values_name_the_option(self):
        self.assert_refused("run", "-n", "many", says=["-n", "many"])
        self.assert_refused("run", "--budget", "soon", says=["--budget", "soon"])
        self.assert_refused("run", "--memory-limit", "8 apples", says=["--memory-limit"])
        self.assert_refused("run", "--pin", "0,x", says=["--pin"])
        self.assert_refused("run", "--pin", "4095", says=["--pin", "4095"])
        self.assert_refused("run", "--seed", "-1", says=["--seed"])
        self.assert_refused("run", "--blocks", "0", says=["--blocks"])
        self.assert_refused("run", "--retry-failed", says=["--resume"])

    def test_numbers_are_decimal(self):
        plan = self.json_of("run", "-d", "uniform", "-n", "01000", "-i", "btree", "--blocks", "010", "--dry-run")
        self.assertEqual((plan["rounds"], plan["rows"][0]["keys"]), (10, 1000))
        for option in ("--blocks", "--seed", "-n", "--ops", "--rate"):
            self.assert_refused("run", "-d", "uniform", option, "0x10", says=[option, "got '0x10'"])
        self.assert_refused("run", "-d", "uniform", "--ops", "2.5", says=["--ops", "got '2.5'"])

    def test_an_out_directory_that_cannot_be_is_refused_before_the_work(self):
        occupied = self.write("file", "text")
        run = self.assert_refused("run", "-d", "uniform", "-n", "1000", "--out", f"{occupied}/out", says="not a directory")
        self.assertNotIn("uniform:", run.stderr)

    def test_a_pipe_is_no_dataset(self):
        self.assert_refused("run", "-d", "/dev/stdin", says=["/dev/stdin", "regular file"])

    def test_a_broken_plan_file_is_named_with_line_and_field(self):
        self.assert_refused("run", "--plan", self.write("a.json", '{\n "name": "x",\n oops\n}'), says=["line 3"])
        self.assert_refused("run", "--plan", self.write("b.json", '{"name": 7}'), says=["'name'", "expected string"])
        for number, (field, value) in enumerate([("seed", -1), ("memory_pressure_bytes", -1), ("timeline", 1.5),
                                                 ("memory_limit_bytes", -5), ("blocks", -3), ("pin", [-1]),
                                                 ("cold_bytes", True), ("keys", 2.5)]):
            plan = self.write(f"{number}.json", json.dumps({"name": "x", field: value}, indent=1))
            self.assert_refused("run", "--plan", plan, says=["line 3, field '" + field + "': expected", "got"])
        self.assert_refused("run", "--plan", self.write("c.json", '{\n "seeed": 7}'),
                            says=["line 2: unknown field 'seeed', did you mean 'seed'"])

    def test_integers_beyond_64_bits_are_refused_and_not_rounded(self):
        keys = self.write("big.csv", "k\n" + "".join(f"{2**64 + i}\n" for i in range(100)))
        self.assert_refused("run", "-d", keys, says=["18446744073709551616", "an integer of 64 bits"])

    def test_dropped_duplicates_are_said_aloud(self):
        keys = self.write("keys.txt", "".join(f"{key // 2}\n" for key in range(1, 2001)))
        run = self.assert_ok("run", "-d", keys, "-w", "sosd-lookup", "-i", "pgm-64", "--ops", "1000", "--blocks", "2")
        self.assertRegex(run.stderr, r"2000 values, \d+ of them equal to others and dropped")

    def test_a_dataset_named_twice_is_refused(self):
        self.assert_refused("run", "-d", "uniform", "-d", "uniform", "-n", "1000", says="named twice")

    def test_more_keys_than_there_are_is_refused_with_the_number(self):
        keys = self.write("keys.txt", "".join(f"{key}\n" for key in range(1, 101)))
        self.assert_refused("run", "-d", keys, "-n", "1000", says=["100", "1000"])

    def test_what_cannot_fit_in_memory_is_refused_before_it_starts(self):
        run = self.run_omenbench("run", "-d", "uniform", "-n", "100000M", "--out", "out", timeout=20)
        self.assert_exit(run, USAGE)
        self.assertIn("bytes", run.stderr)
        self.assertFalse((self.directory / "out").exists())

    def test_a_cell_that_does_not_fit_says_how_much_it_needs(self):
        result = self.json_of("run", *quick("2M"), "-i", "std-map", "--memory-limit", "100MiB", "--blocks", "2",
                              "--out", "out")
        cell = cells_by_index(result)["std-map"]
        self.assertEqual(cell["status"], "not_run")
        self.assertRegex(cell["reason"], r"needs about [\d,]+ bytes")
        self.assertRegex(result["summary"]["notes"][-1], r"1 of 4 cells has no numbers: 1 not_run \(needs about")

    def test_a_run_that_left_out_more_than_it_measured_failed(self):
        run = self.run_omenbench("run", "-d", "uniform", "-n", "2M", "-w", "sosd-lookup", "-i", "std-map", "--ops", "1k",
                                 "--memory-limit", "100MiB", "--blocks", "2", "--out", "out")
        self.assert_exit(run, CELLS_FAILED)
        self.assertIn("1 of 1 cell has no numbers: 1 not_run (needs about", run.stdout)

    def test_an_engine_that_keeps_a_copy_for_each_thread_needs_memory_for_all_of_them(self):
        plan = self.json_of("run", "-d", "uniform", "-n", "200k", "-w", "sosd-lookup", "-i", "sqlite-memory", "-i",
                            "binary-search", "-t", "1,8", "--memory-limit", "60MiB", "--dry-run")
        status = [{cell["index"]: cell["status"] for cell in row["cells"]} for row in plan["rows"]]
        self.assertEqual([row["sqlite-memory"] for row in status], ["planned", "not_run"])
        self.assertEqual([row["binary-search"] for row in status], ["planned", "planned"])

    def test_the_first_guess_of_the_time_left_is_not_the_budget(self):
        run = self.assert_ok("run", *QUICK, "--blocks", "2", "--budget", "9h", "--out", "out")
        first = next(line for line in run.stderr.splitlines() if " left: " in line)
        self.assertRegex(first, r"^  0 % after 0s, about \d{1,2}s left: ")

    def test_passwords_on_the_command_line_are_refused_and_never_repeated(self):
        for where in ("postgresql://me:s3cret@host/db", "host=h password=s3cret", "host=h\tPASSWORD = s3cret",
                      "postgresql://host/db?%70assword=s3cret", "postgresql://host/db?sslpassword=s3cret"):
            run = self.assert_refused("run", "-d", "uniform", "--pg", where, says=["--pg", "PGPASSWORD"])
            self.assertNotIn("s3cret", run.stderr + run.stdout)
        for where in ("redis://me:s3cret@host", "redis://:s3/cret@host:6379/0"):
            run = self.assert_refused("run", "-d", "uniform", "--redis", where, says=["--redis", "REDISCLI_AUTH"])
            self.assertNotIn("s3", run.stderr + run.stdout)
        run = self.assert_refused("run", "-d", "uniform", "--redis", "me:s3cret@host", says=["--redis", "redis:// or unix://"])
        self.assertNotIn("s3cret", run.stderr + run.stdout)


if __name__ == "__main__":
    unittest.main()
