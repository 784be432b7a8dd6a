"""scripts/reproduce: published pages from their numbers, and everything measured again, in parts and after a stop."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

SOURCE_DIR = pathlib.Path(__file__).resolve().parents[2]
BUILD_DIR = pathlib.Path(os.environ.get("OMENBENCH_BUILD_DIR", SOURCE_DIR / "build/release")).resolve()
PROGRAM = BUILD_DIR / "omenbench"
PLAN = {"name": "small", "datasets": ["uniform", "lognormal"], "keys": 5000, "workloads": ["sosd-lookup"],
        "indexes": ["pgm-64", "btree"], "operations": {"in-process": 1000}, "blocks": 2}


class Published(unittest.TestCase):
    """One published result, in a tree that holds nothing else."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.tree = pathlib.Path(scratch.name)
        self.folder = self.tree / "results/published/tiny"
        self.folder.mkdir(parents=True)
        (self.tree / "scripts").mkdir()
        shutil.copy(SOURCE_DIR / "scripts/reproduce", self.tree / "scripts")
        (self.folder / "plan.json").write_text(json.dumps(PLAN))
        done = subprocess.run([PROGRAM, "run", "-q", "--plan", self.folder / "plan.json", "--out", self.tree / "first"],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        shutil.copy(self.tree / "first/results.json", self.folder)

    def reproduce(self, *arguments, program=PROGRAM):
        environment = {**os.environ, "OMENBENCH": str(program)}
        return subprocess.run([self.tree / "scripts/reproduce", *map(str, arguments)], capture_output=True, text=True,
                              cwd=self.tree, env=environment)

    def test_pages_are_made_of_the_numbers_and_checked(self):
        page = self.folder / "report.html"
        made = self.reproduce()
        self.assertEqual((made.returncode, made.stderr), (0, ""))
        self.assertIn("written  results/published/tiny/report.html", made.stdout)
        self.assertIn("lognormal", page.read_text())
        self.assertEqual(self.reproduce("--check").returncode, 0)
        page.write_text("edited")
        differs = self.reproduce("--check", "tiny")
        self.assertEqual(differs.returncode, 1)
        self.assertIn("differs  results/published/tiny/report.html", differs.stdout)
        self.assertEqual(page.read_text(), "edited")

    def test_measures_again_and_is_then_complete(self):
        done = self.reproduce("--run", "--out", "again")
        # Two rounds decide nothing: what agrees is not confirmed.
        self.assertEqual(done.returncode, 4, done.stdout + done.stderr)
        self.assertTrue((self.tree / "again/tiny/reproduction.json").exists())
        twice = self.reproduce("--run", "--out", "again")
        self.assertEqual((twice.returncode, twice.stderr), (0, ""))
        self.assertIn("complete", twice.stdout)

    def test_parts_are_put_together_when_all_are_there(self):
        first = self.reproduce("--run", "--shard", "1/2", "--out", "parts")
        self.assertEqual(first.returncode, 0, first.stdout + first.stderr)
        self.assertFalse((self.tree / "parts/tiny").exists())
        second = self.reproduce("--run", "--shard", "2/2", "--out", "parts")
        self.assertIn(second.returncode, (0, 1), second.stdout + second.stderr)
        rows = json.loads((self.tree / "parts/tiny/results.json").read_text())["rows"]
        self.assertEqual({row["dataset"] for row in rows}, {"uniform", "lognormal"})

    def test_claims_are_adjudicated_again(self):
        (self.folder / "claims.json").write_text("{}")
        fake = self.tree / "fake"
        fake.write_text('#!/bin/sh\n[ "$1" = claims ] && echo "| claim |"\nexit 0\n')
        fake.chmod(0o755)
        done = self.reproduce("--run", "--out", "again", program=fake)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual((self.tree / "again/tiny.md").read_text(), "| claim |\n")

    def test_wrong_usage_is_refused(self):
        for arguments in (["--bad"], ["nope"], ["--shard", "1/2"], ["--run", "--shard", "1"], ["--run", "--check"],
                          ["--budget", "1m"]):
            self.assertEqual(self.reproduce(*arguments).returncode, 2, arguments)
        self.assertIn("no program at", self.reproduce(program=self.tree / "nowhere").stderr)
        self.assertIn("exit codes", self.reproduce("--help").stdout)


if __name__ == "__main__":
    unittest.main()
