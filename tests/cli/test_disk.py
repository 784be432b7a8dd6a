"""Indexes over a page file: the pool that the user gives, what stands in the results, and what is left of a killed run."""

import json
import signal
import time
import unittest

from run_support import RunTest, cells_by_index, journal_of, result_of

SMALL = ["-d", "uniform", "-n", "60000", "-w", "sosd-lookup", "--ops", "20000", "--blocks", "6"]
DISK = ["disk-btree", "disk-hybrid", "disk-pgm", "disk-pgm-paged", "disk-radix-spline", "disk-rmi"]


def chosen(*names):
    return [argument for name in names for argument in ("-i", name)]


class Disk(RunTest):
    def test_pages_stand_beside_the_times_and_the_pool_in_the_settings(self):
        stdout = self.assert_ok("run", *SMALL, *chosen(*DISK), "--pool", "128KiB", "--focus", "disk-hybrid", "--out", "out").stdout
        result = result_of(self.directory / "out")
        self.assertEqual(result["plan"]["pool_bytes"], 128 << 10)
        cells = cells_by_index(result)
        for name in DISK:
            cell = cells[name]
            self.assertEqual(cell["status"], "ok", cell["reason"])
            self.assertIn("32 pages for each thread", cell["engine_settings"]["pool"])
            self.assertRegex(cell["engine_settings"]["io"], "^(direct|buffered)")
            self.assertEqual(cell["cache_bytes"], 128 << 10)
            self.assertGreater(cell["disk_bytes"], 60000 * 16)
            pages = cell["pages"]
            self.assertEqual(pages["page_bytes"], 4096)
            # 60,000 keys are 236 pages, the pool holds 32.
            self.assertGreater(pages["reads_per_op"]["median"], 0.7)
            self.assertLess(pages["reads_per_op"]["median"], 1.5)
            self.assertEqual(pages["read_bytes_per_op"]["median"], 4096 * pages["reads_per_op"]["median"])
            self.assertEqual(pages["writes_per_op"]["median"], 0)
            self.assertIn(name, stdout.split("pages, per operation")[1])
        self.assertEqual(cells["disk-btree"]["pages"]["model_bytes"], 0)
        self.assertGreater(cells["disk-btree"]["pages"]["inner_bytes"], 0)
        self.assertGreater(cells["disk-hybrid"]["pages"]["model_bytes"], 0)
        self.assertLess(cells["disk-hybrid"]["pages"]["reads_per_op"]["median"], 1.02)
        trials = [line for line in journal_of(self.directory / "out") if line.get("index") == "disk-hybrid"]
        self.assertTrue(all(trial["pages"]["reads"] > 0 for trial in trials))

    def test_a_larger_pool_reads_less_and_writes_are_counted(self):
        reads = {}
        for pool in ("64KiB", "4MiB"):
            self.assert_ok("run", "-d", "uniform", "-n", "60000", "-w", "ycsb-a", "--ops", "20000", "--blocks", "6",
                           *chosen("disk-btree", "disk-hybrid"), "--pool", pool, "--out", pool)
            for name, cell in cells_by_index(result_of(self.directory / pool)).items():
                if "pages" in cell:
                    reads[name, pool] = cell["pages"]["reads_per_op"]["median"]
                    written = cell["pages"]["writes_per_op"]["median"]
                    (self.assertGreater if pool == "64KiB" else self.assertEqual)(written, 0, name)
        for name in ("disk-btree", "disk-hybrid"):
            self.assertLess(reads[name, "4MiB"], reads[name, "64KiB"])

    def test_a_dry_run_says_how_large_the_pool_is(self):
        arguments = ["run", *SMALL, *chosen("disk-btree"), "--pool", "1MiB", "--dry-run"]
        self.assertIn("Memory for pages (--pool): 1.0", self.assert_ok(*arguments).stdout)
        self.assertEqual(json.loads(self.assert_ok(*arguments, "--json").stdout)["pool_bytes"], 1 << 20)

    def test_a_pool_that_is_too_small_or_that_nobody_takes_is_refused(self):
        run = ["run", *SMALL, "--dry-run"]
        self.assert_refused(*run, *chosen("disk-btree"), "--pool", "10KiB", says=["--pool", "at least", "64"])
        self.assert_refused(*run, *chosen("disk-btree"), "--pool", "much", says=["--pool", "512MiB"])
        self.assert_refused(*run, *chosen("btree"), "--pool", "1MiB", says=["--pool", "disk-*"])
        plan = self.write("plan.json", json.dumps({"datasets": ["uniform"], "indexes": ["disk-btree"],
                                                   "workloads": ["sosd-lookup"], "pool_bytes": 100}, indent=1))
        self.assert_refused("run", "--plan", plan, says=["pool_bytes", "at least"])

    def test_no_page_file_is_left_of_a_run_that_was_killed(self):
        process = self.start("run", "-d", "uniform", "-n", "60000", "-w", "gre-50", "--ops", "20000", "--blocks", "500",
                             *chosen("disk-btree", "disk-hybrid"), "--out", "killed")
        self.wait_for_trials("killed", 3, process)
        files = lambda: list(self.directory.rglob("pages"))
        self.assertNotEqual(files(), [])
        process.send_signal(signal.SIGKILL)
        process.communicate()
        deadline = time.monotonic() + 20
        while files() and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual(files(), [])


if __name__ == "__main__":
    unittest.main()
