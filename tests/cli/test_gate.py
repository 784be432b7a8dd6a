"""`omenbench compare` and `omenbench gate` from outside. What is slower by how much is decided on results whose numbers
were changed by hand, or on a plugin that is many times slower: nothing here depends on this machine's noise."""

import json
import os
import pathlib
import shlex
import shutil
import signal
import tempfile
import unittest
import xml.etree.ElementTree

from support import BUILD_DIR, CELLS_FAILED, INCONCLUSIVE, INTERRUPTED, OK, REGRESSION, USAGE, CliTest, start_omenbench, trials_of

RUN = ["run", "-d", "uniform", "-n", "5000", "-w", "sosd-lookup", "--ops", "2000", "--blocks", "12", "-i", "absl-btree",
       "-i", "pgm-64"]
LIVE = ["-d", "uniform", "-n", "20000", "-w", "sosd-lookup", "--ops", "2000"]


def plugin(name):
    return str(BUILD_DIR / f"omenbench-test-plugin-{name}.so")


class SavedRuns(CliTest):
    def setUp(self):
        super().setUp()
        self.assert_ok(*RUN, "--out", "base")
        self.base = json.loads((self.directory / "base" / "results.json").read_text())

    def head(self, change):
        """Writes a copy of the base, after `change` was applied to it, and returns its path."""
        result = json.loads(json.dumps(self.base))
        change(result)
        return self.write("head.json", json.dumps(result))

    @staticmethod
    def slow_down(index, factor):
        def change(result):
            for cell in result["rows"][0]["cells"]:
                if cell["index"] != index:
                    continue
                estimate = cell["passes"]["throughput"]["ns_per_op"]
                estimate["blocks"] = [value * factor for value in estimate["blocks"]]
                for name in ("median", "lo", "hi"):
                    estimate[name] *= factor
        return change

    def test_a_run_compared_with_itself_differs_nowhere(self):
        comparison = self.json_of("compare", "base", "base")
        self.assertEqual([cell["differs"] for cell in comparison["cells"]], [False] * 4)
        self.assertEqual({cell["metric"] for cell in comparison["cells"]}, {"ns_per_op", "p99_ns"})
        self.assertIn("~", self.assert_ok("compare", "base", "base").stdout)

    def test_compare_lays_out_what_was_asked_for(self):
        table = self.assert_ok("compare", "base", "base", "-f", "index:pgm-* metric:build_ns", "--rows", "dataset,keys",
                               "--columns", "index").stdout
        self.assertIn("pgm-64 head/base", table)
        self.assertNotIn("absl-btree", table)
        self.assert_refused("compare", "base", "base", "-f", "indx:a", says="unknown field 'indx', did you mean 'index'?")
        self.assert_refused("compare", "base", "base", "--rows", "colour", says="unknown field 'colour'")

    def test_what_cannot_be_compared_is_refused(self):
        other = self.head(lambda result: result["rows"][0]["stream_sha256"].__setitem__(0, "f" * 64))
        self.assert_refused("compare", "base", other, says=["ran other operations", "--seed"])
        other = self.head(lambda result: result["datasets"][0].__setitem__("sha256", "f" * 64))
        self.assert_refused("compare", "base", other, says="is not the same in both runs")

    def test_a_saved_run_that_is_slower_is_red_and_says_what_to_do(self):
        # What this machine's noise hides is no matter of this test.
        self.assert_ok("gate", "--base", "base", "--head", "base", "--lenient")
        slower = self.head(self.slow_down("pgm-64", 3))
        result = self.run_omenbench("gate", "--base", "base", "--head", slower, "--markdown", "gate.md", "--junit",
                                    "gate.xml", "--json-file", "gate.json")
        self.assert_exit(result, REGRESSION)
        self.assertIn("red: 1 of 2", result.stdout)
        self.assertIn("look closer: omenbench compare", result.stdout)
        self.assertIn("| **RED** |", (self.directory / "gate.md").read_text())
        suite = xml.etree.ElementTree.parse(self.directory / "gate.xml").getroot().find("testsuite")
        self.assertEqual((suite.get("tests"), suite.get("failures")), ("2", "1"))
        self.assertEqual(json.loads((self.directory / "gate.json").read_text())["verdict"], "red")
        self.assert_ok("gate", "--base", "base", "--head", self.head(self.slow_down("pgm-64", 0.5)), "--lenient")


    def bound_p50(self, *indexes):
        def change(result):
            for cell in result["rows"][0]["cells"]:
                cell["passes"]["latency"]["p50"]["unresolved_timer"] = cell["index"] in indexes
        return self.head(change)

    def test_what_cannot_be_judged_is_no_pass(self):
        base = ["gate", "--metric", "p50", "--max-regression", "100%", "--base"]
        exact = self.write("base.json", pathlib.Path(self.bound_p50()).read_text())
        half = self.write("half.json", pathlib.Path(self.bound_p50("pgm-64")).read_text())
        result = self.run_omenbench(*base, exact, "--head", half)
        self.assert_exit(result, INCONCLUSIVE)
        self.assertIn("1 could not be judged", result.stdout)
        self.assertIn("green", self.assert_ok(*base, exact, "--head", half, "--lenient").stdout)
        self.assert_ok(*base, exact, "--head", exact)
        none = self.bound_p50("pgm-64", "absl-btree")
        result = self.run_omenbench(*base, exact, "--head", none)
        self.assert_exit(result, USAGE)
        self.assertIn("nothing could be judged: what was measured is too close", result.stderr)

    def test_runs_without_anything_in_common_are_wrong_input(self):
        def rename(result):
            result["rows"][0]["dataset"] = result["datasets"][0]["name"] = "books"
        result = self.run_omenbench("gate", "--base", "base", "--head", self.head(rename))
        self.assert_exit(result, USAGE)
        self.assertIn("the two runs have nothing in common: the first has 'uniform 5000 keys", result.stderr)

    def test_no_control_character_of_a_file_reaches_the_terminal(self):
        def rename(result):
            result["rows"][0]["dataset"] = result["datasets"][0]["name"] = "\x1b[31mred\nnext line"
        result = self.run_omenbench("gate", "--base", "base", "--head", self.head(rename))
        self.assert_exit(result, USAGE)
        self.assertIn(r"\x1b[31mred\x0anext line", result.stderr)
        self.assertNotIn("\x1b", result.stderr)
        result = self.run_omenbench("run", "-d", "\x1b[31mred\n.csv:ts", "--dry-run")
        self.assertNotIn("\x1b", result.stderr)

    def test_compare_names_what_is_missing(self):
        def lose(result):
            row = result["rows"][0]
            row["cells"] = [cell for cell in row["cells"] if cell["index"] != "pgm-64"]
            row["verdicts"] = [verdict for verdict in row["verdicts"] if verdict["learned"] != "pgm-64"]
        shown = self.assert_ok("compare", "base", self.head(lose), "-f", "metric:ns_per_op").stdout
        self.assertIn("1 measurement of the first run missing in the second: ", shown)
        self.assertIn("pgm-64 ns_per_op", shown)
        self.assertIn("about five differ by chance", shown)
        none = self.head(lambda result: result.__setitem__("rows", []))
        self.assert_refused("compare", none, none, says="the first run has no measurements")

    def test_a_filter_chooses_what_of_saved_runs_is_judged(self):
        slower = self.head(self.slow_down("pgm-64", 3))
        self.assert_exit(self.run_omenbench("gate", "--base", "base", "--head", slower), REGRESSION)
        self.assert_ok("gate", "--base", "base", "--head", slower, "-f", "index:absl-*", "--lenient")
        self.assert_exit(self.run_omenbench("gate", "--base", "base", "--head", slower, "-f", "metric:build_ns index:pgm-64",
                                            "--lenient", "--max-regression", "100%"), OK)
        self.assert_refused("gate", "--base", "base", "--head", slower, "-f", "index:nothing",
                            says="no index here matches it; there are")
        self.assert_refused("gate", "--base", BUILD_DIR, "--head", BUILD_DIR, "-f", "index:x",
                            says="--filter goes with saved runs and with --gbench")

    def test_bytes_of_saved_runs_are_compared_exactly(self):
        def grow(result):
            for cell in result["rows"][0]["cells"]:
                if cell["index"] == "pgm-64":
                    cell["total_bytes"] = int(cell["total_bytes"] * 1.2)
        self.assert_ok("gate", "--base", "base", "--head", "base", "--metric", "bytes")
        result = self.run_omenbench("gate", "--base", "base", "--head", self.head(grow), "--metric", "bytes")
        self.assert_exit(result, REGRESSION)
        self.assertIn("1.20x", result.stdout)

class LiveSides(CliTest):
    def gate(self, base, head, *more):
        return self.run_omenbench("gate", "--base", base, "--head", head, *LIVE, "--format", "json", *more)

    def test_a_plugin_that_became_many_times_slower_is_red(self):
        result = self.gate(plugin("mine"), plugin("mine_slow"))
        self.assert_exit(result, REGRESSION)
        cell, = json.loads(result.stdout)["cells"]
        self.assertEqual((cell["index"], cell["word"], cell["second_stage"]), ("mine", "regression", True))
        self.assertEqual(len(cell["decision_log_ratios"]), 20)
        self.assert_exit(self.gate(plugin("mine_slow"), plugin("mine")), OK)

    def test_advice_is_a_command_that_can_be_given(self):
        self.write("my keys.csv", "k\n" + "".join(f"{key * key}\n" for key in range(2000)))
        self.write("reads.json", json.dumps({"mix": {"lookup": 1}}))
        result = self.run_omenbench("gate", "--base", plugin("mine"), "--head", plugin("mine_broken"), "-d",
                                    "my keys.csv:k", "-w", "reads.json", "--ops", "2000", "--max-regression", "7%",
                                    "--metric", "build", "--json")
        self.assert_exit(result, REGRESSION)
        advice = json.loads(result.stdout)["advice"]
        command, = [line.removeprefix("look closer: omenbench ") for line in advice if line.startswith("look closer")]
        self.assertIn(" --max-regression 7% --metric build -d 'my keys.csv:k' -n 2000 -w reads.json -t 1 -i mine", command)
        again = self.run_omenbench(*shlex.split(command), "--ops", "2000", "--json")
        self.assert_exit(again, REGRESSION)
        self.assertEqual([cell["metric"] for cell in json.loads(again.stdout)["cells"]], ["build"])

    def test_a_metric_that_a_row_does_not_have_leaves_the_others_judged(self):
        result = self.gate(BUILD_DIR, BUILD_DIR, "-w", "ycsb-a", "-i", "btree", "--max-regression", "100%", "--lenient",
                           "--metric", "throughput", "--metric", "dependent")
        report = json.loads(result.stdout)
        self.assertEqual([(cell["workload"], cell["metric"]) for cell in report["cells"]],
                         [("sosd-lookup", "throughput"), ("sosd-lookup", "dependent"), ("ycsb-a", "throughput")])
        self.assertIn("dependent: neither side has a value of it in 1 measurement", " ".join(report["notes"]))

    def test_a_plugin_that_newly_answers_wrongly_is_red(self):
        result = self.gate(plugin("mine"), plugin("mine_broken"))
        self.assert_exit(result, REGRESSION)
        cell, = json.loads(result.stdout)["cells"]
        self.assertEqual(cell["word"], "new_failure")
        self.assertIn("wrong_result", cell["head_failure"])
        self.assert_exit(self.gate(plugin("mine_broken"), plugin("mine_broken")), CELLS_FAILED)
        self.assert_exit(self.gate(plugin("mine_broken"), plugin("mine")), OK)

    def test_installations_are_compared_index_by_index(self):
        result = self.gate(BUILD_DIR, BUILD_DIR / "omenbench", "-i", "pgm-64", "-i", "sqlite-memory",
                           "--max-regression", "100%", "-w", "ycsb-a", "-i", "btree")
        report = json.loads(result.stdout)
        self.assertEqual({cell["index"] for cell in report["cells"]}, {"btree", "pgm-64", "sqlite-memory"})
        self.assertTrue(all(len(cell["screen_log_ratios"]) >= 6 for cell in report["cells"]))

    def test_instructions_are_counted_once_per_side(self):
        # Stands in for valgrind, which cannot run workers that were compiled for the newest processors: runs the
        # worker, and "counts" more for the slow plugin.
        folder = self.directory / "bin"
        folder.mkdir()
        valgrind = folder / "valgrind"
        valgrind.write_text("""#!/bin/sh
for word; do
  case "$word" in
    --callgrind-out-file=*) profile=${word#*=} ;;
    *mine_slow*) slow=1 ;;
  esac
done
while :; do case "$1" in --*) shift ;; *) break ;; esac; done
echo "totals: $((1000000 + ${slow:-0} * 40000))" > "$profile"
exec "$@"
""")
        valgrind.chmod(0o755)
        path = {"PATH": f"{folder}:{os.environ['PATH']}"}
        def count(base, head, *more):
            return self.run_omenbench("gate", "--base", base, "--head", head, *LIVE, "--metric", "instructions",
                                      "--format", "json", *more, env=path)
        result = count(plugin("mine"), plugin("mine_slow"), "--max-regression", "3%")
        self.assert_exit(result, REGRESSION)
        report = json.loads(result.stdout)
        cell, = report["cells"]
        self.assertEqual((report["basis"], cell["metric"], cell["word"]), ("instructions", "instructions", "regression"))
        self.assertAlmostEqual(cell["ratio"], 1.04)
        self.assert_exit(count(plugin("mine"), plugin("mine_slow")), OK)  # 4 % more is tolerated
        self.assert_exit(count(plugin("mine"), plugin("mine_broken")), REGRESSION)
        self.assertFalse(list(pathlib.Path(tempfile.gettempdir()).glob("omenbench-callgrind-*")))

    @unittest.skipUnless(shutil.which("valgrind"), "valgrind is not installed")
    def test_valgrind_counts_more_where_more_is_done(self):
        result = self.gate(plugin("mine"), plugin("mine_slow"), "--metric", "instructions")
        if "does not know this processor's newest instructions" in result.stderr:
            self.skipTest("valgrind cannot run workers compiled for this processor")
        self.assert_exit(result, REGRESSION)
        self.assertGreater(json.loads(result.stdout)["cells"][0]["ratio"], 2)

    def test_instructions_are_a_lane_of_their_own(self):
        sides = ["--base", plugin("mine"), "--head", plugin("mine")]
        self.assert_refused("gate", *sides, "--metric", "instructions", "--metric", "p50", says="a lane of its own")
        self.assert_refused("gate", "--selftest", "--metric", "instructions", says="no noise to be tested")
        result = self.run_omenbench("gate", *sides, *LIVE, "--metric", "instructions", env={"PATH": "/nowhere"})
        self.assert_exit(result, USAGE)
        self.assertIn("needs valgrind", result.stderr)

    def interrupt(self, *arguments, after):
        """Ctrl-C once `after` stands on stderr; returns stdout."""
        process = start_omenbench(arguments, cwd=self.directory)
        self.addCleanup(process.kill)
        while after not in (line := process.stderr.readline()):
            self.assertTrue(line, "ended before it could be interrupted")
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, INTERRUPTED, stderr)
        return stdout

    def test_an_interrupted_gate_is_not_green(self):
        stdout = self.interrupt("gate", "--base", BUILD_DIR, "--head", BUILD_DIR, *LIVE, "-i", "btree", "-i", "pgm-64", "-w",
                                "scan-100", "--max-regression", "100%", "--budget", "60s", "--json", after="1/2 ")
        report = json.loads(stdout)
        self.assertEqual(report["verdict"], "interrupted")
        directory, = (self.directory / "omenbench-results").iterdir()
        before = trials_of(directory)
        resumed = self.run_omenbench("gate", "--resume", directory, "--json")
        self.assertIn(resumed.returncode, (OK, REGRESSION, INCONCLUSIVE), resumed.stderr)
        document = json.loads(resumed.stdout)
        self.assertNotEqual(document["verdict"], "interrupted")
        self.assertEqual({cell["index"] for cell in document["cells"]} & {"btree", "pgm-64"}, {"btree", "pgm-64"})
        trials = trials_of(directory)
        whole_rounds = [trial for trial in before if trial["round"] < before[-1]["round"]]
        self.assertEqual(trials[:len(whole_rounds)], whole_rounds)
        self.assertEqual({trial["side"] for trial in trials}, {"base", "head"})
        self.assertRegex(" ".join(report["notes"]), "interrupted: [01] of 2 rows were measured")

    def test_an_interrupted_selftest_says_what_it_found(self):
        stdout = self.interrupt("gate", "--selftest", *LIVE, "-i", "btree", "-i", "pgm-*",
                                after="1/2: this program against itself")
        self.assertIn("interrupted: whether the gate works here is not known", stdout)

    def test_an_index_that_head_lost_is_red(self):
        head = self.directory / "head"
        head.mkdir()
        worker = BUILD_DIR / "omenbench-worker"
        (head / "omenbench-worker").write_text(
            f'#!/bin/sh\n[ "$1" = --list ] || exec {worker} "$@"\n{worker} --list | grep -v ^pgm-64\n')
        (head / "omenbench-worker").chmod(0o755)
        for names in (["pgm-64"], ["pgm-6?", "btree"]):
            result = self.gate(BUILD_DIR, head, "--max-regression", "100%", *(f"-i{name}" for name in names))
            self.assert_exit(result, REGRESSION)
            cells = {cell["index"]: cell for cell in json.loads(result.stdout)["cells"]}
            self.assertEqual(cells["pgm-64"]["word"], "new_failure")
            self.assertIn("no such index", cells["pgm-64"]["head_failure"])
        self.assertEqual(cells["btree"]["word"], "pass")

    def test_what_a_gate_does_not_measure_is_refused_or_said(self):
        plan = self.write("plan.json", json.dumps({"datasets": ["uniform"], "keys": 1000, "indexes": ["btree"],
                                                   "workloads": ["sosd-lookup"], "rate": 1000}))
        self.assert_refused("gate", "--base", BUILD_DIR, "--head", BUILD_DIR, "--plan", plan,
                            says="field 'rate': a gate compares closed loops")
        paced = self.write("paced.json", json.dumps({"rate": 1000, "mix": {"lookup": 1}}))
        result = self.gate(BUILD_DIR, BUILD_DIR, "--max-regression", "100%", "-i", "btree", "-w", paced)
        self.assertIn("paced: compared as a closed loop, without the rates of its phases",
                      json.loads(result.stdout)["notes"])
        timed = self.write("timed.json", json.dumps({"seconds": 1, "mix": {"lookup": 1}}))
        self.assert_refused("gate", "--base", BUILD_DIR, "--head", BUILD_DIR, "-d", "uniform", "-n", "1000", "-i",
                            "btree", "-w", timed, says="phases that last seconds are for 'omenbench run'")

    def test_unusable_sides_are_refused(self):
        self.assert_refused("gate", says="needs --base and --head")
        self.assert_refused("gate", "--base", "nowhere", "--head", "nowhere", says="--base: 'nowhere' does not exist")
        self.write("notes.txt", "x")
        self.assert_refused("gate", "--base", "notes.txt", "--head", "notes.txt", says="is no side to compare")
        self.assert_refused("gate", "--base", plugin("mine"), "--head", BUILD_DIR, says="must be of one kind")
        self.assert_refused("gate", "--base", BUILD_DIR, "--head", BUILD_DIR, "--max-regression", "much",
                            says="--max-regression")
        self.assert_refused("gate", "--base", BUILD_DIR, "--head", BUILD_DIR, "--must-see", "5%",
                            says="--must-see 5%: must be more than what is tolerated, 5 %")
        self.assert_refused("gate", "--selftest", "--lenient", says="--lenient")
        self.assert_refused("gate", "--base", BUILD_DIR, "--head", BUILD_DIR, "--metric", "speed", says="unknown metric")
        sides = ["--base", plugin("mine"), "--head", plugin("mine")]
        self.assert_refused("gate", *sides, *LIVE, "--metric", "p50", "--metric", "p50",
                            says="--metric: 'p50' is named twice")


if __name__ == "__main__":
    unittest.main()
