"""`omenbench run --explain` from outside: with a stand-in for valgrind, with the real one, and without any."""

import csv
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time
import unittest

from support import BUILD_DIR, INTERRUPTED, OK, OMENBENCH, USAGE, CliTest, clean_environment

V3 = BUILD_DIR / "omenbench-worker-x86-64-v3"
EVENTS = ["instructions", "mispredictions", "l1_misses", "ll_misses", "tlb_misses"]
PLAN = ["-d", "uniform", "-n", "20000", "-w", "sosd-lookup", "--ops", "20000", "--blocks", "6", "-i", "binary-search",
        "-i", "pgm-64"]

# Runs the worker, and "counts" more for one of two indexes, which it tells apart by the order of their trials.
STAND_IN = """#!/bin/sh
for word; do
  case "$word" in --callgrind-out-file=*) profile=${word#*=} ;; esac
done
while :; do case "$1" in --*) shift ;; *) break ;; esac; done
echo "$profile" >> "$TRIALS"
sleep "${SLOW:-0}"
"$@" || exit $?
number=$(wc -l < "$TRIALS")
{
  echo 'events: Ir Dr Dw I1mr D1mr D1mw ILmr DLmr DLmw Bc Bcm Bi Bim'
  echo "totals: $((number * 2000000)) 9 9 9 40000 0 9 $((number * 20000)) 0 9 10000 9 0"
} > "$profile"
"""


class Explain(CliTest):
    def setUp(self):
        super().setUp()
        self.bin = self.directory / "bin"
        self.bin.mkdir()

    def install(self, *workers):
        """A copy of the program with the native worker under these names beside it."""
        folder = self.directory / "installation"
        folder.mkdir()
        shutil.copy(OMENBENCH, folder)
        for worker in workers:
            (folder / worker).symlink_to(BUILD_DIR / "omenbench-worker")
        return folder / "omenbench"

    def stand_in(self, **variables):
        """The environment in which valgrind is the script above."""
        valgrind = self.bin / "valgrind"
        valgrind.write_text(STAND_IN)
        valgrind.chmod(0o755)
        return clean_environment({"PATH": f"{self.bin}:{os.environ['PATH']}", "TRIALS": str(self.directory / "trials"),
                                  "XDG_CACHE_HOME": str(self.directory / "cache"), **variables})

    def call(self, program, *args, env, code=OK):
        result = subprocess.run([program, *map(str, args)], cwd=self.directory, env=env, stdin=subprocess.DEVNULL,
                                capture_output=True, text=True, timeout=300)
        self.assert_exit(result, code)
        return result

    def result(self, directory="out"):
        result = json.loads((self.directory / directory / "results.json").read_text())
        try:
            import jsonschema
            jsonschema.validate(result, json.loads(self.assert_ok("schema").stdout))
        except ImportError:
            pass
        return result

    def explained(self, result):
        row = result["rows"][0]
        return {cell["index"]: cell.get("explained") for cell in row["cells"] + row["reference"]}

    def skip_with_counters(self, explained):
        if explained["source"] == "perf":
            self.skipTest("this machine has hardware counters")

    def test_counts_stand_in_every_format_and_decide_nothing(self):
        program = self.install("omenbench-worker", "omenbench-worker-x86-64-v3")
        env = self.stand_in()
        run = self.call(program, "run", *PLAN, "--explain", "--out", "out", env=env)
        result = self.result()
        explained = self.explained(result)
        self.assertEqual(set(explained), {"binary-search", "pgm-64", "oracle-gather"})
        for counts in explained.values():
            self.skip_with_counters(counts)
            self.assertEqual(counts["operations"], 20000)
            self.assertEqual(counts["mispredictions"], 0.5)
            self.assertEqual(counts["l1_misses"], 2)
            self.assertIsNone(counts["tlb_misses"], "callgrind does not know them: no zero")
            self.assertIsNone(counts["reason"])
        self.assertEqual(sorted(counts["instructions"] for counts in explained.values()), [100, 200, 300])
        for cell in result["rows"][0]["cells"]:
            self.assertEqual(len(cell["passes"]["throughput"]["ns_per_op"]["blocks"]), 6, "no round of its own")
        for text in (run.stdout, (self.directory / "out" / "report.html").read_text(),
                     self.call(program, "report", "out", "--format", "md", env=env).stdout):
            self.assertIn("counted by callgrind in", text)
            self.assertIn("LL misses", text)
            self.assertRegex(text.replace("\n", " "), r"(is slower than|are not told apart)")
        exported = self.call(program, "export", "csv", "out", env=env).stdout
        metrics = {line["metric"] for line in csv.DictReader(exported.splitlines())}
        self.assertLessEqual({f"callgrind_{event}_per_op" for event in EVENTS[:4]}, metrics)
        self.assertNotIn("callgrind_tlb_misses_per_op", metrics)
        self.assertNotIn("instructions", self.call(program, "export", "bmf", "out", env=env).stdout)

    def test_nobody_who_does_not_ask_sees_any_of_it(self):
        run = self.assert_ok("run", *PLAN, "--out", "out")
        self.assertEqual(set(self.explained(self.result()).values()), {None})
        self.assertNotIn("misses", run.stdout)

    def test_an_interrupted_count_goes_on_with_resume(self):
        program = self.install("omenbench-worker", "omenbench-worker-x86-64-v3")
        process = subprocess.Popen([program, "run", *PLAN, "--explain", "--out", "out"], cwd=self.directory,
                                   env=self.stand_in(SLOW="3"), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, start_new_session=True)
        self.addCleanup(process.kill)
        journal, trials = self.directory / "out" / "journal.ndjson", self.directory / "trials"
        deadline = time.monotonic() + 120
        while not (trials.exists() and len(trials.read_text().splitlines()) == 2):
            if process.poll() is not None:
                self.skipTest("this machine has hardware counters")
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, INTERRUPTED, stderr)
        self.assertIn("--resume", stderr)
        self.assertEqual(journal.read_text().count('"explaining":'), 1)
        timed = journal.read_text().count('"trial":')
        self.call(program, "run", "--resume", "out", env=self.stand_in())
        self.assertEqual(journal.read_text().count('"explaining":'), 3)
        self.assertEqual(journal.read_text().count('"trial":'), timed, "what was measured is not measured again")
        self.assertTrue(all(self.explained(self.result()).values()))

    def test_without_counters_and_valgrind_nothing_is_measured(self):
        for more in ([], ["--dry-run"]):
            result = self.run_omenbench("run", *PLAN, "--explain", "--out", "out", *more, env={"PATH": "/nowhere"})
            if result.returncode == OK:
                self.skipTest("this machine has hardware counters")
            self.assert_exit(result, USAGE)
            self.assertIn("apt-get install valgrind", result.stderr)
            self.assertFalse((self.directory / "out").exists())

    def test_a_missing_worker_is_named_with_its_target(self):
        env = self.stand_in()
        result = subprocess.run([self.install("omenbench-worker"), "run", *PLAN, "--explain", "--out", "out"],
                                cwd=self.directory, env=env, capture_output=True, text=True, timeout=120)
        if result.returncode == OK:
            self.skipTest("valgrind runs the workers of this machine as they are")
        self.assert_exit(result, USAGE)
        self.assertIn("--target omenbench-workers-x86-64-v3", result.stderr)
        self.assertFalse((self.directory / "out").exists())

    def test_cold_caches_are_refused(self):
        self.assert_refused("run", *PLAN, "--explain", "--cold", says="--cold and --explain cannot be combined")

    @unittest.skipUnless(shutil.which("valgrind"), "valgrind is not installed")
    def test_valgrind_counts_the_measured_loop_alone(self):
        result = self.run_omenbench("run", "-d", "uniform", "-n", "200k", "-w", "sosd-lookup", "--ops", "50k",
                                    "--blocks", "2", "-i", "binary-search", "-i", "simd-tree", "--explain", "--out",
                                    "out", timeout=600)
        if result.returncode == USAGE and "--target omenbench-workers" in result.stderr:
            self.skipTest(f"{V3.name} is not built")
        self.assert_exit(result, OK)
        explained = self.explained(self.result())
        self.assertEqual({cell["reason"] for cell in explained.values()}, {None})
        search, tree, fetch = (explained[name] for name in ("binary-search", "simd-tree", "oracle-gather"))
        for counts in explained.values():
            self.skip_with_counters(counts)
            self.assertEqual(counts["operations"], 50000)
            # A build of 200,000 entries alone would be far more than this.
            self.assertLess(counts["instructions"], 500)
        self.assertGreater(search["instructions"], tree["instructions"])
        self.assertGreater(search["mispredictions"] + search["l1_misses"], tree["mispredictions"] + 2)
        self.assertLess(fetch["instructions"], tree["instructions"])
        self.assertGreaterEqual(search["l1_misses"], search["ll_misses"])


if __name__ == "__main__":
    unittest.main()
