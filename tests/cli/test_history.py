"""`omenbench history` from outside."""

import json
import unittest

from support import CliTest


class HistoryTest(CliTest):
    def test_runs_are_added_once_and_shown(self):
        self.assert_ok("run", "-d", "uniform", "-n", "2000", "-w", "sosd-lookup", "--ops", "1000", "--blocks", "6", "-i",
                       "absl-btree", "--out", "run")
        self.assertIn("added", self.assert_ok("history", "add", "run").stderr)
        self.assertIn("was there already", self.assert_ok("history", "add", "run").stderr)
        shown = self.assert_ok("history", "show", "-o", "page.html").stdout
        self.assertIn("absl-btree  ns_per_op  uniform  2,000 keys", shown)
        self.assertIn("Content-Security-Policy", (self.directory / "page.html").read_text())
        series = self.json_of("history", "show", "-f", "metric:build_ns")["series"]
        self.assertEqual([one["metric"] for one in series], ["build_ns"])
        self.assertEqual(len(series[0]["points"]), 1)

        self.assert_refused("history", "show", "-f", "index:zzz",
                            says="filter 'index:zzz': no index here matches it; there is absl-btree")
        page = (self.directory / "page.html").read_text()
        self.assertIn('"started":"' + series[0]["points"][0]["started"], page)

    def test_a_run_that_is_not_complete_is_no_point(self):
        self.assert_ok("run", "-d", "uniform", "-n", "2000", "-w", "sosd-lookup", "--ops", "1000", "--blocks", "6", "-i",
                       "absl-btree", "--out", "run")
        journal = self.directory / "run" / "journal.ndjson"
        (self.directory / "run" / "results.json").unlink()  # as while it is measured
        journal.write_text("".join(journal.read_text().splitlines(keepends=True)[:-1]))
        self.assert_refused("history", "add", "run", says="still in progress; 'omenbench run --resume' completes it")
        self.assertFalse((self.directory / "omenbench-history.sqlite").exists())
        self.assert_ok("run", "--resume", "run")
        self.assertIn("added", self.assert_ok("history", "add", "run").stderr)

    def test_what_is_no_history_is_refused(self):
        self.assert_refused("history", "show", says="history 'omenbench-history.sqlite' does not exist")
        self.write("notes.sqlite", json.dumps(list(range(2000))))
        self.assert_refused("history", "show", "--file", "notes.sqlite", says="history 'notes.sqlite'")
        self.assert_refused("history", says="subcommand")
        self.write("empty.sqlite", "")
        self.assert_refused("history", "show", "--file", "empty.sqlite", says="'empty.sqlite' holds no measurements")


if __name__ == "__main__":
    unittest.main()
