"""`scripts/dashboard`, and the workflow that publishes what it makes."""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("OMENBENCH_BUILD_DIR", SOURCE / "build" / "release")).resolve()
SMALL = ["--", "-d", "uniform", "-n", "2000", "-w", "sosd-lookup", "--ops", "1000", "--blocks", "6", "-i", "absl-btree"]


class DashboardTest(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="omenbench-test-")
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)

    def dashboard(self, *arguments):
        environment = {**os.environ, "XDG_CACHE_HOME": str(self.folder / "cache")}
        return subprocess.run([SOURCE / "scripts" / "dashboard", *map(str, arguments)], cwd=self.folder, env=environment,
                              capture_output=True, text=True, timeout=300)

    def test_each_run_goes_on_with_the_series_and_becomes_the_latest_report(self):
        for points in (1, 2):
            done = self.dashboard("--build", BUILD, "--history", "kept/h.sqlite", "--out", "public", *SMALL)
            self.assertEqual(done.returncode, 0, done.stderr)
            page = (self.folder / "public" / "index.html").read_text()
            data = json.loads(page.split('id="chart-data">')[1].split("</script>")[0])
            self.assertEqual(len(data["history"]["series"][0]["points"]), points)
        self.assertIn("absl-btree", (self.folder / "public" / "latest.html").read_text())
        self.assertTrue((self.folder / "public" / "results.json").exists())

    def test_wrong_usage_is_refused(self):
        for arguments, says in [(["--out", "p"], "expected --history FILE and --out DIR"), (["--colour"], "unknown option"),
                                (["--history", "h", "--out", "p", "--build", "nowhere"], "no program at 'nowhere/omenbench'")]:
            done = self.dashboard(*arguments)
            self.assertEqual(done.returncode, 2)
            self.assertIn(says, done.stderr)

    def test_a_run_that_fails_publishes_nothing(self):
        done = self.dashboard("--build", BUILD, "--history", "h.sqlite", "--out", "public", "--", "-d", "no-such-keys")
        self.assertEqual(done.returncode, 2)
        self.assertFalse((self.folder / "public").exists())
        self.assertFalse((self.folder / "h.sqlite").exists())


class WorkflowTest(unittest.TestCase):
    def test_the_published_folder_is_the_one_that_the_script_writes(self):
        workflow = (SOURCE / ".github" / "workflows" / "history.yml").read_text()
        call = re.search(r"run: (\./scripts/dashboard .*)", workflow).group(1).split()
        self.assertTrue((SOURCE / call[0]).exists())
        self.assertEqual(call[call.index("--out") + 1], re.search(r"upload-pages-artifact@v\d+\n\s+with:\n\s+path: (\S+)",
                                                                   workflow).group(1))


if __name__ == "__main__":
    unittest.main()
