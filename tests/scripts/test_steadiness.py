"""scripts/steadiness: what it says of runs whose verdicts are known."""

import json
import pathlib
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
# Stands in for omenbench: what it is called with, and the results of the next run.
PROGRAM = """#!/bin/sh
echo "$*" >> {scratch}/calls
for folder; do :; done
mkdir -p $folder
touch $folder/journal.ndjson
next=$(ls {scratch}/prepared | head -n 1)
[ -n "$next" ] && mv {scratch}/prepared/$next $folder/results.json
"""


def results(*verdicts):
    """One row whose headlines are (class, verdict, ratio)."""
    pair = {"headline": True, "learned": "rmi", "baseline": "btree"}
    judged = [{**pair, "class": opponents, "verdict": word, "ratio": ratio} for opponents, word, ratio in verdicts]
    judged.append({**judged[0], "headline": False, "verdict": "loses"})
    return {"rows": [{"dataset": "words", "keys": 3000, "workload": "sosd-lookup", "threads": 1, "verdicts": judged}]}


class Steadiness(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="omenbench-test-")
        self.addCleanup(scratch.cleanup)
        self.scratch = pathlib.Path(scratch.name)
        (self.scratch / "prepared").mkdir()
        self.program = self.scratch / "program"
        self.program.write_text(PROGRAM.format(scratch=self.scratch))
        self.program.chmod(0o755)

    def prepare(self, *runs):
        for number, run in enumerate(runs):
            (self.scratch / "prepared" / str(number)).write_text(json.dumps(run))

    def steadiness(self, *arguments):
        command = [SOURCE / "scripts/steadiness", self.scratch / "runs", "--omenbench", self.program, *arguments]
        return subprocess.run(command, capture_output=True, text=True)

    def test_words_pairs_and_ratios_are_counted(self):
        self.prepare(results(("ordered", "wins", 0.5), ("hash", "ties", 1.0)), results(("ordered", "ties", 0.96)))
        said = self.steadiness("--runs", "2", "--", "--plan", "small")
        self.assertEqual(said.returncode, 0, said.stderr)
        self.assertIn("| words, 3,000 keys, sosd-lookup, 1 thread | ordered | 1 wins, 1 ties | rmi / btree | 0.5 to "
                      "0.96 |", said.stdout)
        self.assertIn("| hash | 1 ties, 1 not judged | rmi / btree | 1 to 1 |", said.stdout)
        self.assertIn("2 headlines, 0 changed sign", said.stdout)
        self.assertIn(f"run --quiet --plan small --out {self.scratch}/runs/01", (self.scratch / "calls").read_text())

    def test_every_engine_has_a_headline_of_its_own(self):
        engines = results(("embedded", "wins", 0.1), ("embedded", "wins", 0.2))
        for verdict, name in zip(engines["rows"][0]["verdicts"], ("sqlite-memory", "sqlite-file")):
            verdict["baseline"] = name
        self.prepare(engines, engines)
        said = self.steadiness("--runs", "2").stdout
        self.assertIn("| sqlite-memory | 2 wins | rmi / sqlite-memory | 0.1 to 0.1 |", said)
        self.assertIn("| sqlite-file | 2 wins | rmi / sqlite-file | 0.2 to 0.2 |", said)

    def test_a_changed_sign_fails(self):
        self.prepare(results(("ordered", "wins", 0.5)), results(("ordered", "loses", 1.5)))
        said = self.steadiness("--runs", "2")
        self.assertEqual(said.returncode, 1, said.stderr)
        self.assertIn("**changed its sign**", said.stdout)

    def test_a_series_goes_on(self):
        self.prepare(results(("ordered", "wins", 0.5)))
        self.assertEqual(self.steadiness("--runs", "2").returncode, 2, "the second run left nothing")
        self.prepare(results(("ordered", "wins", 0.6)))
        said = self.steadiness("--runs", "2")
        self.assertEqual(said.returncode, 0, said.stderr)
        self.assertIn("0.5 to 0.6", said.stdout)
        calls = (self.scratch / "calls").read_text().splitlines()
        self.assertEqual(calls[-1], f"run --quiet --resume {self.scratch}/runs/02")
        self.assertEqual(len(calls), 3)

    def test_runs_that_cannot_be_made_are_named(self):
        said = self.steadiness("--runs", "2")
        self.assertEqual(said.returncode, 2)
        self.assertIn("error: run 1 ended with exit code 1 and left no results", said.stderr)
        self.assertEqual(self.steadiness("--runs", "1").returncode, 2)


if __name__ == "__main__":
    unittest.main()
