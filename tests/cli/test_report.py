"""`omenbench report` from outside: the page of one run and of several, and files that are no run."""

import json
import os
import re
import unittest

from support import SOURCE_DIR, CliTest

EXAMPLE = SOURCE_DIR / "tests" / "golden" / "result_example.json"


class ReportTest(CliTest):
    def setUp(self):
        super().setUp()
        self.result = json.loads(EXAMPLE.read_text())

    def saved(self, name, change=None):
        """The example in a file, changed."""
        result = json.loads(json.dumps(self.result))
        if change:
            change(result)
        return self.write(name, json.dumps(result))

    def test_a_finished_run_becomes_a_page(self):
        self.assert_ok("report", self.saved("a.json"), "-o", "page.html")
        self.assertIn("hardness: 2,320 local, 87.8 global segments", (self.directory / "page.html").read_text())

    def test_a_reader_chooses_what_is_compared_with_every_other(self):
        run = self.saved("a.json")
        index = self.result["rows"][0]["cells"][0]["index"]
        self.assertIn(f"every other against {index}", self.assert_ok("report", run, "--versus", index).stdout)
        self.assert_ok("report", run, "--focus", index, "-o", "page.html")
        self.assertIn(f"{index} against every other", (self.directory / "page.html").read_text())
        self.assert_refused("report", run, "--versus", index + "x", says=f"did you mean '{index}'?")
        self.assert_refused("report", run, run, "--focus", index, "-o", "x.html", says="one run")
        self.assert_refused("report", run, "--focus", index, "--json", says="leave out --json")

    def test_several_runs_become_one_page(self):
        def other_operations(result):
            result["rows"][0]["stream_sha256"][0] = "f" * 64
        runs = [self.saved("a.json"), self.saved("b.json", other_operations)]
        self.assert_ok("report", *runs, "-o", "page.html")
        page = (self.directory / "page.html").read_text()
        self.assertIn("2 runs side by side", page)
        self.assertIn("ran other operations in the two runs", page)
        self.assert_refused("report", *runs, says=["give -o FILE", "omenbench compare"])
        self.assert_refused("report", runs[0], "nowhere", "-o", "page.html", says="'nowhere' does not exist")

    def test_a_folder_of_results_becomes_a_gallery(self):
        def elsewhere(result):
            result["environment"]["cpu"] = "<b>another</b> processor"
        for name, change in [("here", None), ("there", elsewhere)]:
            (self.directory / "results" / name).mkdir(parents=True)
            self.saved(f"results/{name}/results.json", change)
        self.assert_ok("report", "--gallery", "results", "-o", "page.html")
        page = (self.directory / "page.html").read_text()
        rows = len(self.result["rows"])
        self.assertIn(f"2 results, {2 * rows} rows from 2 machines", page)
        self.assertIn("Rows that several machines measured", page)
        self.assertIn("&lt;b&gt;another&lt;/b&gt; processor", page)
        self.assertNotIn("<b>another", page)
        for name in ("here", "there"):
            self.assertEqual(len(re.findall(rf'<t[dh][^>]*>{name}<', page)), rows + 1, "each row and the list of results")
        self.assert_refused("report", "--gallery", "results", says="goes with -o FILE")
        self.assert_refused("report", "results/here", "--gallery", "results", "-o", "x.html", says="without runs")
        self.assert_refused("report", "--gallery", "nowhere", "-o", "x.html", says="'nowhere' is not a directory")
        (self.directory / "empty").mkdir()
        self.assert_refused("report", "--gallery", "empty", "-o", "x.html", says="no results.json below 'empty'")
        self.assert_refused("report", says="name a run")

    def test_what_is_no_run_is_refused_by_name_with_what_was_expected(self):
        expected = "expected a run directory, its results.json or its journal.ndjson"
        for name, text, why in [("empty.csv", "", "line 1: not valid JSON: syntax error"),
                                ("big.json", '{"schema": 1e400}', "line 1: not valid JSON: number overflow"),
                                ("list.json", "[1, 2]", "is not a result: its \"schema\" is missing"),
                                ("other.json", '{"schema": "other/1"}', "is not a result: its \"schema\" is \"other/1\"")]:
            refused = self.assert_refused("report", self.write(name, text), says=[name, why, expected])
            self.assertNotIn("json.exception", refused.stderr)
        self.assert_refused("report", "nowhere", says=["'nowhere' does not exist", expected])

    def test_what_is_read_is_not_written_over(self):
        saved = self.saved("mine.json", lambda result: None)
        before = saved.read_bytes()
        self.assert_refused("report", saved, "-o", "mine.json", says="'mine.json' is what is read here")
        self.assert_refused("export", "csv", saved, "-o", saved, says="is what is read here")
        self.assertEqual(saved.read_bytes(), before)

    def test_the_record_of_another_command_is_no_run(self):
        record = self.directory / "record"
        record.mkdir()
        (record / "journal.ndjson").write_text("")
        (record / "command.json").write_text('{"arguments": ["decide", "keys.csv"]}')
        self.assert_refused("report", record, says="holds the trials of 'omenbench decide' and no run")

    def test_a_pipe_or_a_device_is_refused_by_name_and_not_waited_for(self):
        pipe = self.directory / "pipe"
        os.mkfifo(pipe)
        (self.directory / "pipe.ndjson").symlink_to(pipe)
        for arguments in (["report", pipe], ["report", "pipe.ndjson"], ["claims", pipe], ["compare", pipe, pipe],
                          ["run", "-d", f"{self.write('keys', '1')}:@{pipe}"], ["run", "-w", pipe]):
            self.assert_refused(*arguments, says=["pipe", "is a pipe, expected a regular file"], timeout=20)
        self.assert_refused("report", "/dev/zero", says="'/dev/zero': is a device", timeout=20)

    def test_deep_nesting_is_refused_and_does_not_end_the_program(self):
        deep = self.write("deep.json", "[" * 50_000)
        (self.directory / "deep.ndjson").write_text("[" * 50_000 + "\n")
        for arguments in (["report", deep], ["report", "deep.ndjson"], ["claims", deep], ["run", "--plan", deep],
                          ["run", "-w", deep], ["run", "-d", f"{self.write('keys', '1')}:@{deep}"],
                          ["decide", "uniform", "--model", deep], ["decide", "--fit", deep]):
            self.assert_refused(*arguments, says="line 1: nested more than 100 deep")

    def test_a_damaged_result_is_refused_with_the_place_of_the_damage(self):
        for change, place in [(lambda result: result.pop("rows"), "rows is missing"),
                              (lambda result: result["rows"][1]["cells"][0].pop("status"), "rows[1].cells[0].status is missing"),
                              (lambda result: result["rows"][0].update(keys="many"), "rows[0].keys: ")]:
            self.assert_refused("report", self.saved("damaged.json", change), says=["damaged.json", place])

    def test_members_of_a_later_version_are_taken(self):
        def add(result):
            result["rows"][0]["cells"][0]["novelty"] = {"value": 1}
        self.assert_ok("report", self.saved("later.json", add), "-o", "page.html")


if __name__ == "__main__":
    unittest.main()
