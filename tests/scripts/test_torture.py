"""scripts/torture: that it counts, ends in time, and notices a program that takes what it should refuse."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

SOURCE_DIR = pathlib.Path(__file__).resolve().parents[2]
BUILD_DIR = pathlib.Path(os.environ.get("OMENBENCH_BUILD_DIR", SOURCE_DIR / "build/release")).resolve()
# Passes a damaged journal off as a whole one, with numbers of its own.
CREDULOUS = """#!{python}
import subprocess, sys
done = subprocess.run(["{real}", *sys.argv[1:]], capture_output=True, text=True)
if done.returncode == 2 and sys.argv[1] == "report":
    print('{{"interrupted": false, "started": "", "tool": 0, "environment": 0, "plan": 0, "datasets": 0, "rows": []}}')
    sys.exit(0)
sys.stdout.write(done.stdout)
sys.stderr.write(done.stderr)
sys.exit(done.returncode)
"""


def torture(*arguments, build=BUILD_DIR):
    return subprocess.run([sys.executable, SOURCE_DIR / "scripts/torture", "--build", build, *map(str, arguments)],
                          capture_output=True, text=True, timeout=600)


class Torture(unittest.TestCase):
    def test_counts_what_was_tried_and_finds_nothing_wrong(self):
        done = torture("--damages", 14, "--kills", 4, "--files", 6)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        for what in ("2 bits flipped", "2 cut off", "1 mutated plans", "that are no files", "kills: ", "0 failed, in"):
            self.assertIn(what, done.stdout)

    def test_a_program_that_shows_other_numbers_without_a_word_is_found(self):
        with tempfile.TemporaryDirectory() as folder:
            fake = pathlib.Path(folder) / "omenbench"
            fake.write_text(CREDULOUS.format(python=sys.executable, real=BUILD_DIR / "omenbench"))
            fake.chmod(0o755)
            done = torture("--only", "journal", "--damages", 7, build=folder)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("other numbers without a word", done.stdout)

    def test_what_there_was_no_time_for_is_said(self):
        done = torture("--only", "journal", "--damages", 100_000, "--minutes", "0.1")
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        self.assertIn("were not tried", done.stdout)

    def test_wrong_usage_is_refused(self):
        self.assertEqual(torture("--kills", "-1").returncode, 2)
        self.assertEqual(torture(build="/nonexistent").returncode, 2)
        self.assertIn("exit codes", torture("--help").stdout)


if __name__ == "__main__":
    unittest.main()
