"""The modes of `omenbench run` from outside: phases, open loop, search for a rate, time line, cold caches, memory
pressure, thread sweeps."""

import json
import os
import pathlib
import shutil
import signal
import time
import unittest

from support import BUILD_DIR, CELLS_FAILED, CliTest, start_omenbench

FAULTY = BUILD_DIR / "omenbench-worker-faulty"
GROUPS = [path for path in (pathlib.Path("/sys/fs/cgroup/memory"), pathlib.Path("/sys/fs/cgroup")) if path.is_dir()]


def keys(count=20000, workload="sosd-lookup", operations=10000, blocks=1):
    return ["-d", "uniform", "-n", str(count), "-w", str(workload), "--ops", str(operations), "--blocks", str(blocks)]


class ModesTest(CliTest):
    def result_of(self, *args, code=0, **options):
        run = self.run_omenbench("run", *args, "--out", "out", **options)
        self.assert_exit(run, code)
        result = json.loads((self.directory / "out" / "results.json").read_text())
        try:
            import jsonschema
            jsonschema.validate(result, json.loads(self.assert_ok("schema").stdout))
        except ImportError:
            pass
        self.stdout = run.stdout
        self.report = (self.directory / "out" / "report.html").read_text()
        return result

    def cells(self, result, row=0):
        return {cell["index"]: cell for cell in result["rows"][row]["cells"]}


class Phases(ModesTest):
    def workload(self, **second):
        return self.write("two.json", json.dumps({
            "name": "two", "bulk_load": 0.5,
            "phases": [{"name": "fill", "mix": {"insert": 1}, "share": 0.4},
                       {"name": "ask", "mix": {"lookup": 0.5, "update": 0.5}, "share": 0.6, **second}]}))

    def test_every_phase_and_every_kind_of_operation_has_its_own_times(self):
        result = self.result_of(*keys(workload=self.workload()), "-i", "absl-btree", "-i", "sqlite-memory")
        for cell in self.cells(result).values():
            self.assertEqual([phase["name"] for phase in cell["phases"]], ["fill", "ask"])
            for phase in cell["phases"]:
                self.assertGreater(phase["ns_per_op"]["median"], 0)
            self.assertEqual(set(cell["kinds"]), {"insert", "lookup", "update"})
        counts = {tuple(phase["operations"] for phase in cell["phases"]) for cell in self.cells(result).values()}
        self.assertEqual(len(counts), 1, "a prefix would cut the last phase off")
        self.assertIn("by phase", self.stdout)
        self.assertIn("by operation", self.report)

    def test_phases_hold_with_several_threads(self):
        result = self.result_of(*keys(workload=self.workload()), "-i", "btree-olc", "-t", "2")
        cell = self.cells(result)["btree-olc"]
        self.assertEqual(cell["status"], "ok", cell["reason"])
        self.assertEqual(len(cell["phases"]), 2)

    def test_a_phase_with_a_rate_is_offered_that_rate(self):
        result = self.result_of(*keys(workload=self.workload(rate=20000)), "-i", "absl-btree")
        cell = self.cells(result)["absl-btree"]
        self.assertNotIn("offered_per_s", cell["phases"][0])
        self.assertEqual(cell["phases"][1]["offered_per_s"], 20000)
        self.assertEqual(cell["passes"]["open"]["samples"], cell["phases"][1]["operations"])

    def test_a_workload_of_one_phase_and_one_kind_shows_neither(self):
        cell = self.cells(self.result_of(*keys(), "-i", "binary-search"))["binary-search"]
        self.assertNotIn("phases", cell)
        self.assertNotIn("kinds", cell)


class OpenLoop(ModesTest):
    def test_operations_arrive_at_the_rate_whatever_the_index(self):
        result = self.result_of(*keys(workload="ycsb-a"), "-i", "absl-btree", "-i", "sqlite-memory", "--rate", "5k",
                                "--duration", "500ms")
        for cell in self.cells(result).values():
            open_pass = cell["passes"]["open"]
            self.assertEqual(open_pass["samples"], 2500)
            self.assertEqual(open_pass["offered_per_s"], 5000)
            self.assertLess(open_pass["achieved_per_s"]["median"], 6000)
            self.assertLessEqual(open_pass["lag"]["max"]["median"], open_pass["max"]["median"])
        self.assertIn("open loop, 5,000 operations/s", self.stdout)
        self.assertIn("open loop, 5,000 operations/s", self.report)

    def test_a_rate_beyond_what_an_index_can_do_is_said_in_words(self):
        result = self.result_of(*keys(operations=1000), "--worker", FAULTY, "-i", "test-stalled", "--rate", "50k",
                                "--duration", "50ms")
        open_pass = self.cells(result)["test-stalled"]["passes"]["open"]
        self.assertLess(open_pass["achieved_per_s"]["median"], 25000)
        self.assertIn("test-stalled cannot keep up", self.stdout)

    def test_a_lie_in_the_open_pass_is_a_wrong_result(self):
        result = self.result_of(*keys(operations=2000), "--worker", FAULTY, "-i", "test-late-liar", "-i", "binary-search",
                                "--rate", "200k", "--duration", "200ms", code=CELLS_FAILED)
        cells = self.cells(result)
        self.assertEqual(cells["test-late-liar"]["status"], "wrong_result")
        self.assertIn("open pass", cells["test-late-liar"]["reason"])
        self.assertEqual(cells["binary-search"]["status"], "ok")

    def test_a_stopped_process_shows_in_the_open_loop_and_not_in_the_closed_one(self):
        # Stopped for 60 ms in every 600 ms: the p99 of what arrives lies at nine tenths of the stall.
        stall_ns = 60e6
        result = self.result_of(*keys(operations=5000), "--worker", FAULTY, "-i", "test-stalled", "--rate", "1000",
                                "--duration", "2s", "--timeline", "5")
        cell = self.cells(result)["test-stalled"]
        closed, open_pass = cell["passes"]["latency"], cell["passes"]["open"]
        self.assertGreater(closed["max"]["median"], 0.8 * stall_ns, "the closed loop has met a stall, too")
        self.assertLess(closed["p99"]["median"], 0.2 * stall_ns)
        self.assertGreater(open_pass["p99"]["median"], 0.6 * stall_ns)
        self.assertGreater(open_pass["lag"]["p99"]["median"], 0.6 * stall_ns)

    def test_the_highest_rate_lies_below_what_a_closed_loop_does(self):
        result = self.result_of(*keys(operations=16000), "-i", "absl-btree", "--rate", "max", "--p99-limit", "10s")
        passes = self.cells(result)["absl-btree"]["passes"]
        search = passes["rate_search"]
        capacity = 1e9 / passes["throughput"]["ns_per_op"]["median"]
        if search["max_rate"] is not None:
            self.assertLess(search["max_rate"]["median"], capacity)
        self.assertEqual(len(search["probes"][0]), 8)
        for offered, achieved, _, passed in search["probes"][0]:
            self.assertEqual(passed, achieved >= 0.95 * offered, "the limit is so high that only falling behind breaks it")
        self.assertNotIn("open", passes)
        self.assertIn("highest rate whose p99", self.stdout)

    def test_a_search_over_inserts_ends_before_the_keys_run_out(self):
        result = self.result_of("-d", "uniform", "-n", "5000", "-w", "gre-0", "--ops", "1000", "--blocks", "1", "-i",
                                "absl-btree", "--rate", "max", "--p99-limit", "10s")
        search = self.cells(result)["absl-btree"]["passes"]["rate_search"]
        self.assertTrue(0 < sum(1 for _ in search["probes"][0]) <= 2, "2,500 keys are held out, a step takes 1,000")

    def test_a_limit_that_nothing_meets_gives_no_rate(self):
        result = self.result_of(*keys(operations=16000), "-i", "absl-btree", "--rate", "max", "--p99-limit", "1ns",
                                "-t", "2")
        search = self.cells(result)["absl-btree"]["passes"]["rate_search"]
        self.assertIsNone(search["max_rate"])
        self.assertFalse(any(passed for _, _, _, passed in search["probes"][0]))
        self.assertIn("none that was tried", self.stdout)


class OverTime(ModesTest):
    def test_memory_that_grows_without_new_keys_is_called_a_leak(self):
        result = self.result_of(*keys(blocks=6), "--worker", FAULTY, "-i", "test-leaky", "-i", "binary-search",
                                "--timeline", "20")
        cells = self.cells(result)
        for cell in cells.values():
            self.assertEqual(len(cell["timeline"]["windows"]), 20)
        notices = " ".join(cells["test-leaky"]["timeline"]["notices"])
        self.assertIn("a leak?", notices)
        self.assertIn("test-leaky grows", self.stdout)
        self.assertIn("test-leaky grows", self.report)
        self.assertNotIn("leak", " ".join(cells["binary-search"]["timeline"]["notices"]))


class ColdCache(ModesTest):
    def test_rows_are_labelled_and_hold_latencies_only(self):
        arguments = [*keys(operations=100, blocks=6), "-i", "binary-search", "-i", "pgm-64"]
        result = self.result_of(*arguments, "--cold=16MiB")
        row = result["rows"][0]
        self.assertTrue(row["cold"])
        for cell in row["cells"]:
            self.assertIsNone(cell["passes"]["throughput"])
            self.assertGreater(cell["passes"]["latency"]["p50"]["median"], 0)
        self.assertEqual({verdict["metric"] for verdict in row["verdicts"] if verdict["headline"]}, {"p50"})
        self.assertIn("cold caches", self.stdout)
        self.assertIn("cold caches", self.report)
        self.assertEqual(result["plan"]["cold_bytes"], 16 << 20)


class MemoryPressure(ModesTest):
    def groups(self):
        return [path for root in GROUPS for path in root.rglob("omenbench-*") if path.is_dir()]

    def test_what_does_not_fit_is_out_of_memory_and_the_rest_goes_on(self):
        result = self.result_of(*keys(count=500000, operations=1000), "-i", "std-map", "-i", "binary-search",
                                "--memory-pressure", "24MiB", code=CELLS_FAILED)
        cells = self.cells(result)
        self.assertEqual(cells["std-map"]["status"], "oom", cells["std-map"]["reason"])
        self.assertEqual(cells["binary-search"]["status"], "ok", cells["binary-search"]["reason"])
        pressure = result["environment"]["memory_pressure"]
        self.assertEqual(pressure["limit_bytes"], 24 << 20)
        self.assertIn(pressure["mechanism"], ("cgroup-v2", "cgroup-v1", "RLIMIT_AS"))
        self.assertIn(pressure["mechanism"], self.stdout)
        self.assertIn(pressure["mechanism"], cells["std-map"]["reason"])

    def test_a_server_that_cannot_even_start_in_it_is_out_of_memory(self):
        if not list(pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres")):
            self.skipTest("no PostgreSQL server is installed")
        result = self.result_of(*keys(count=2000, operations=100), "-i", "postgres", "--memory-pressure", "16MiB",
                                code=CELLS_FAILED)
        if result["environment"]["memory_pressure"]["mechanism"] == "RLIMIT_AS":
            self.skipTest("control groups cannot be created here")
        cell = self.cells(result)["postgres"]
        self.assertEqual(cell["status"], "oom", cell["reason"])
        self.assertIn("did not start", cell["reason"])

    def test_the_group_goes_with_the_run_also_after_kill_9(self):
        arguments = ["run", *keys(blocks=500), "-i", "binary-search", "--memory-pressure", "64MiB"]
        process = start_omenbench([*arguments, "--out", "killed"], cwd=self.directory,
                                  env={"XDG_CACHE_HOME": str(self.directory / "cache")})
        self.addCleanup(lambda: (process.poll() is None and process.kill(), process.communicate()))
        journal = self.directory / "killed" / "journal.ndjson"
        deadline = time.monotonic() + 60
        while not (journal.exists() and journal.read_text().count('"trial"') > 2) and time.monotonic() < deadline:
            time.sleep(0.02)
        mine = [path for path in self.groups() if f"-{process.pid}-" in path.name]
        if not mine:
            self.skipTest("control groups cannot be created here")
        process.send_signal(signal.SIGKILL)
        process.communicate()
        time.sleep(0.2)  # its worker is killed with it
        self.assert_ok("run", *keys(), "-i", "binary-search", "--memory-pressure", "64MiB", "--out", "next")
        self.assertEqual([path for path in mine if path.exists()], [])


class PrivateServer(ModesTest):
    """What befalls a server while it is measured."""

    def setUp(self):
        super().setUp()
        if not list(pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres")):
            self.skipTest("PostgreSQL's server is not installed")

    def start(self, *arguments):
        process = start_omenbench(["run", *arguments, "-i", "postgres", "-i", "binary-search", "--out", "out"],
                                  cwd=self.directory, env={"XDG_CACHE_HOME": str(self.directory / "cache")})
        self.addCleanup(lambda: (process.poll() is None and process.kill(), process.communicate()))
        return process

    def processes(self, coordinator):
        """The server's own process, and those that serve its connections."""
        family = {}
        for path in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                parent = int((path / "stat").read_text().rsplit(")", 1)[1].split()[1])
                family[int(path.name)] = (parent, (path / "cmdline").read_bytes().decode(errors="replace").split("\0"))
            except OSError:
                continue  # it has ended
        folders = [words[words.index("--serve") + 2] for parent, words in family.values()
                   if parent == coordinator and "--serve" in words]
        servers = [pid for pid, (_, words) in family.items() for folder in folders
                   if words[0].endswith("postgres") and any(folder in word for word in words)]
        return servers, [pid for pid, (parent, _) in family.items() if parent in servers]

    def signal_all(self, pids, number):
        for pid in pids:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass

    def wait_for_trials(self, count, process):
        journal = self.directory / "out" / "journal.ndjson"
        deadline = time.monotonic() + 60
        while not (journal.exists() and journal.read_text().count('"trial"') >= count):
            self.assertIsNone(process.poll(), "the run ended early")
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)

    def finished(self, process, code):
        stdout, stderr = process.communicate(timeout=120)
        self.assertEqual(process.returncode, code, stdout + stderr)
        return self.cells(json.loads((self.directory / "out" / "results.json").read_text()))

    def test_a_server_that_dies_costs_its_own_cells_only(self):
        process = self.start(*keys(count=5000, operations=20000, blocks=40))
        self.wait_for_trials(6, process)
        servers, connections = self.processes(process.pid)
        self.assertTrue(servers)
        self.signal_all(servers + connections, signal.SIGKILL)
        cells = self.finished(process, CELLS_FAILED)
        self.assertEqual(cells["postgres"]["status"], "error")
        self.assertTrue(cells["postgres"]["reason"])
        self.assertIsNone(cells["postgres"]["passes"]["throughput"])
        self.assertEqual(cells["binary-search"]["status"], "ok")
        self.assertEqual(cells["binary-search"]["rounds"], 40)

    def test_a_server_that_is_stopped_now_and_then_shows_it_in_the_open_loop(self):
        stall_ns = 100e6
        process = self.start(*keys(count=5000, operations=100000), "--rate", "500", "--duration", "4s")
        while process.poll() is None:
            _, connections = self.processes(process.pid)
            time.sleep(0.9)
            self.signal_all(connections, signal.SIGSTOP)
            time.sleep(stall_ns / 1e9)
            self.signal_all(connections, signal.SIGCONT)
        passes = self.finished(process, 0)["postgres"]["passes"]
        self.assertLess(passes["latency"]["p99"]["median"], 0.3 * stall_ns)
        self.assertGreater(passes["open"]["p99"]["median"], 0.4 * stall_ns)


class ThreadSweeps(ModesTest):
    def test_one_row_for_each_number_of_threads(self):
        result = self.result_of(*keys(), "-i", "binary-search", "-t", "1,2", "--pin", "0")
        self.assertEqual([row["threads"] for row in result["rows"]], [1, 2])
        self.assertEqual(result["plan"]["threads"], [1, 2])
        self.assertEqual(self.json_of("run", *keys(), "-t", "1-3", "--dry-run")["rows"][2]["threads"], 3)


class Passes(ModesTest):
    def test_what_was_not_asked_for_is_absent_and_the_headline_stands(self):
        result = self.result_of(*keys(blocks=6), "-i", "absl-btree", "-i", "pgm-64", "--passes", "throughput")
        for cell in self.cells(result).values():
            passes = cell["passes"]
            self.assertGreater(passes["throughput"]["ns_per_op"]["median"], 0)
            self.assertEqual((passes["dependent"], passes["latency"], passes["batched"]), (None, None, None))
        row, = result["rows"]
        self.assertEqual(row["passes"], ["throughput"])
        self.assertEqual({verdict["metric"] for verdict in row["verdicts"]}, {"throughput", "bytes", "build"})
        self.assertGreater(row["verdicts"][0]["ratio"], 0)
        self.assertNotRegex(self.stdout, r"(?m)^ *index .*(dep\.|p50|p99)")
        self.assertEqual(result["plan"]["passes"], ["throughput"])

    def test_without_throughput_the_headline_is_by_what_there_is(self):
        for passes, metric in (("latency", "p50"), ("dependent", "dependent"), ("batched,dependent", "dependent"),
                               ("dependent,latency", "p50")):
            with self.subTest(passes=passes):
                result = self.result_of(*keys(blocks=6), "-i", "absl-btree", "-i", "pgm-64", "--passes", passes)
                shutil.rmtree(self.directory / "out")
                self.assertEqual({cell["passes"]["throughput"] for cell in self.cells(result).values()}, {None})
                headline, = (verdict for verdict in result["rows"][0]["verdicts"] if verdict["headline"])
                self.assertEqual(headline["metric"], metric)
                self.assertEqual(result["summary"]["winners"][0]["metric"], metric)
                self.assertTrue(result["summary"]["headlines"][0].startswith(f"By {metric}: "))

    def test_rows_that_write_and_engines_have_the_passes_that_they_have(self):
        result = self.result_of(*keys(workload="ycsb-a"), "-i", "absl-btree", "--passes", "throughput,dependent")
        passes = self.cells(result)["absl-btree"]["passes"]
        self.assertIsNone(passes["dependent"])
        self.assertIsNotNone(passes["throughput"])
        shutil.rmtree(self.directory / "out")
        result = self.result_of(*keys(), "-i", "absl-btree", "-i", "sqlite-memory", "--passes", "dependent")
        self.assertEqual(self.cells(result)["sqlite-memory"]["status"], "unsupported")
        self.assertEqual(self.cells(result)["sqlite-memory"]["reason"], "has no dependent pass here")

    def test_phases_keep_their_operations(self):
        workload = self.write("two.json", json.dumps({
            "name": "two", "bulk_load": 0.5, "phases": [{"name": "fill", "mix": {"insert": 1}, "share": 0.5},
                                                        {"name": "ask", "mix": {"lookup": 1}, "share": 0.5}]}))
        for passes, absent in (("throughput", "p50"), ("latency", "ns_per_op")):
            with self.subTest(passes=passes):
                cell = self.cells(self.result_of(*keys(workload=workload), "-i", "absl-btree", "--passes", passes))
                shutil.rmtree(self.directory / "out")
                for phase in cell["absl-btree"]["phases"]:
                    self.assertGreater(phase["operations"], 0)
                    self.assertIsNone(phase[absent])

    def test_a_plan_file_says_it_as_well(self):
        plan = self.write("plan.json", json.dumps({
            "datasets": ["uniform"], "keys": 20000, "workloads": ["sosd-lookup"], "indexes": ["absl-btree"],
            "operations": {"in-process": 10000}, "blocks": 1, "passes": ["latency", "throughput"]}))
        result = self.result_of("--plan", plan)
        self.assertEqual(result["plan"]["passes"], ["throughput", "latency"])
        self.assertIsNone(self.cells(result)["absl-btree"]["passes"]["dependent"])
        plan.write_text(plan.read_text().replace('"latency"', '"open"'))
        self.assert_refused("run", "--plan", plan, says=["passes", "--rate"])


class BadInput(ModesTest):
    def test_options_that_do_not_go_together_are_refused(self):
        for arguments, says in (
                (["--rate", "max"], "--p99-limit"),
                (["--rate", "fast"], "--rate"),
                (["--rate", "0"], "--rate"),
                (["--p99-limit", "1ms"], "--rate max"),
                (["--rate", "max", "--p99-limit", "1ms", "--duration", "2s"], "--duration"),
                (["--duration", "2s"], "--rate"),
                (["--cold", "--rate", "1k"], "--cold"),
                (["--cold", "--timeline"], "--timeline"),
                (["--timeline", "100000"], "--timeline"),
                (["--memory-pressure", "much"], "--memory-pressure"),
                (["--passes", "fast"], "throughput, dependent, latency or batched"),
                (["--passes", "open"], "--rate"),
                (["--passes", ","], "--passes"),
                (["--passes", "batched"], "no verdict"),
                (["--passes", "throughput", "--cold"], "--cold"),
                (["--passes", "throughput", "--timeline"], "--timeline"),
                (["--passes", "latency", "--rate", "max", "--p99-limit", "1ms"], "--rate max"),
                (["--passes", "dependent", "-w", "ycsb-a"], "which writes"),
                (["-t", "1,x"], "-t"),
                (["-t", "0"], "-t")):
            with self.subTest(arguments=arguments):
                self.assert_refused("run", *keys(), "-i", "binary-search", *arguments, says=says)


if __name__ == "__main__":
    unittest.main()
