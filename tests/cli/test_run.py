"""`omenbench run` from outside: a whole run, runs that are interrupted or killed, and indexes that misbehave."""

import json
import os
import pathlib
import signal
import subprocess
import time
import unittest

from run_support import FAULTY, QUICK, RunTest, cells_by_index, journal_of, quick, result_of, sealed
from support import BUILD_DIR, CELLS_FAILED, INTERRUPTED, OK, TERMINATED, USAGE, clean_environment, run_in_terminal


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
        said = self.run_omenbench("run", *QUICK, "-w", "scan-100", "--blocks", "500", "--budget", "1ms", "--out", "out", "--json")
        self.assert_exit(said, CELLS_FAILED)  # most were left out
        result = json.loads(said.stdout)
        self.assertEqual(result["rows"][0]["rounds"], 1)
        cells = result["rows"][0]["cells"]
        self.assertLessEqual(len([cell for cell in cells if cell["status"] == "ok"]), 1, "the first round is cut off")
        for cell in cells:
            if cell["status"] != "ok":
                self.assertEqual(cell["reason"], "the budget of 0.001 s was spent before its first trial")
        self.assertIn("1 of 500 rounds: the budget ended", result["rows"][0]["notes"])
        lines = [line for line in said.stderr.splitlines() if "not_run: the budget" in line]
        self.assertEqual(len(lines), len(set(lines)))
        self.assertLessEqual(len(lines), 2 * len(result["rows"]), "one line for those of a row and a reason")
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
        times = cells_by_index(result)["pgm-64"]["passes"]["throughput"]["ns_per_op"]
        times.update({name: 2 * times[name] for name in ("median", "lo", "hi")}, blocks=[2 * one for one in times["blocks"]])
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

    def test_servers_that_a_built_in_plan_names_but_nobody_installed_are_no_failure(self):
        """Nothing is found on an empty PATH; what somebody named is planned, and will fail."""
        nowhere = {"PATH": str(self.directory), "XDG_CACHE_HOME": str(self.directory)}
        for command, status in ((["--plan", "smoke"], "unsupported"), ([*QUICK, "-i", "redis"], "planned")):
            rows = self.json_of("run", *command, "--dry-run", env=nowhere)["rows"]
            (cell,) = [cell for cell in rows[0]["cells"] if cell["index"] == "redis"]
            self.assertEqual(cell["status"], status, cell)
            if status == "unsupported":
                self.assertIn("apt-get install redis-tools", cell["reason"])

    def test_rounds_that_are_too_few_for_a_verdict_are_named_beforehand(self):
        few = ["run", "-d", "uniform", "-n", "1000", "-w", "sosd-lookup", "-i", "btree", "-i", "pgm-64", "--dry-run"]
        said = self.assert_ok(*few, "--blocks", "5").stdout
        self.assertIn("--blocks 5 asks for 5 rounds, too few for any verdict, which takes 6: --blocks 6", said)
        self.assertNotIn("too few", self.assert_ok(*few, "--blocks", "6").stdout)
        told = self.json_of(*few, "--blocks", "5")["cannot_be_decided"]
        self.assertEqual(len(told), 1)
        started = self.assert_ok(*few[:-1], "--ops", "100", "--blocks", "2", "--out", "short").stderr
        self.assertIn("warning: --blocks 2 asks for 2 rounds, too few for any verdict", started)

    def test_progress_stays_on_one_line_of_the_terminal_also_where_the_answer_goes_elsewhere(self):
        text = run_in_terminal(["run", "-d", "uniform", "-n", "3000", "-w", "sosd-lookup", "--ops", "500", "--blocks", "1", "-i",
                                "binary-search", "-i", "pgm-64", "--out", "out"], 50, cwd=self.directory, stream="stderr",
                               kind="xterm")
        drawn = [part.split("\n")[0] for part in text.split("\r\x1b[K") if part.startswith("[")]
        self.assertGreaterEqual(len(drawn), 2)
        self.assertLess(max(map(len, drawn)), 50, drawn)


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

    def test_signals_of_one_moment_are_one_and_lose_nothing(self):
        # As timeout(1) ends its child, and a shell the jobs of a terminal that closes.
        process = self.start("run", *QUICK, "--blocks", "200", "--out", "out")
        self.wait_for_trials("out", 4, process)
        for _ in range(5):
            process.send_signal(signal.SIGTERM)
            time.sleep(0.002)
        _, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, TERMINATED)
        self.assertIn("--resume", stderr)
        self.assertTrue(result_of(self.directory / "out")["interrupted"])

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

    def test_what_cannot_be_written_is_an_error_of_every_command(self):
        self.assert_ok("run", *QUICK, "--blocks", "2", "--out", "r", "--quiet")
        for args in (("--help",), ("--version",), ("run", "--help"), ("list", "indexes"), ("list", "plans", "--json"),
                     ("completion", "bash"), ("schema",), ("report", "r"), ("report", "r", "--format", "csv"),
                     ("compare", "r", "r"), ("export", "csv", "r"), ("claims", "--list"), ("run", *QUICK, "--dry-run"),
                     ("data", "describe", "uniform", "-n", "1000")):
            self.assertEqual(self.run_with(">/dev/null", *args).returncode, 0, args)
            for redirections in (">&-", ">/dev/full"):
                with self.subTest(args, redirections=redirections):
                    said = self.run_with(redirections + " 2>said", *args)
                    self.assertEqual(said.returncode, USAGE)
                    self.assertIn("error: cannot write to standard output\n", (self.directory / "said").read_text())

    def test_only_the_command_of_a_directory_goes_on_in_it(self):
        self.assert_ok("run", *QUICK, "--blocks", "2", "--out", "r", "--quiet")
        for other in ("decide", "hunt", "gate", "claims"):
            self.assert_refused(other, "--resume", "r", says=["is of 'omenbench run'; continue with: omenbench run --resume"])

    def test_what_was_measured_is_kept_although_it_cannot_be_shown(self):
        for number, redirections in enumerate((">&-", ">/dev/full")):
            out = f"out-{number}"
            for more in ((), ("--json",)):
                self.run_with(f"{redirections} 2>/dev/null", "run", *QUICK, "--blocks", "2", "--out", out + "".join(more), *more)
                self.assertEqual(cells_by_index(result_of(self.directory / (out + "".join(more))))["pgm-64"]["status"], "ok")

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
        # Keys beyond the caches: there the oracle takes so long that no busy neighbour hides the difference.
        run = self.run_omenbench("run", "-d", "uniform", "-n", "2000000", "-w", "sosd-lookup", "--ops", "20000", "-i",
                                 "pgm-64", "--worker", FAULTY, "-i", "test-unused", "--blocks", "3", "--out", "out")
        statuses = {name: cell["status"] for name, cell in cells_by_index(result_of(self.directory / "out")).items()}
        self.assertIn(statuses["test-unused"], ("implausible", "wrong_result"))
        self.assert_exit(run, CELLS_FAILED)


if __name__ == "__main__":
    unittest.main()
