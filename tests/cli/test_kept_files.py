"""What lies where a command writes is somebody's: nothing is replaced that was not asked to be."""

import fcntl
import json
import os
import re
import unittest

from support import SOURCE_DIR, CliTest

EXAMPLE = SOURCE_DIR / "tests" / "golden" / "result_example.json"
SMALL = ("-d", "uniform", "-n", "1000", "-w", "sosd-lookup", "-i", "btree", "--ops", "1000", "--blocks", "1", "-q")


class KeptFilesTest(CliTest):
    def assert_kept(self, *arguments, file, says):
        """Refused before anything is done, and the file stays as it is."""
        before = (self.directory / file).read_bytes()
        self.assert_refused(*arguments, says=says)
        self.assertEqual((self.directory / file).read_bytes(), before)

    def folder_with(self, name, file, text="mine"):
        (self.directory / name).mkdir()
        self.write(f"{name}/{file}", text)
        return name

    def test_a_directory_that_holds_a_result_without_its_journal_takes_no_other(self):
        for i, file in enumerate(("results.json", "report.html", "decision.json", "hunt.json", "reproduction.json")):
            out = self.folder_with(f"out{i}", file)
            for command in (("run", *SMALL), ("decide", "uniform", "-n", "20000"), ("hunt", "-d", "uniform"),
                            ("reproduce", EXAMPLE)):
                self.assert_kept(*command, "--out", out, file=f"{out}/{file}", says=[f"'{out}'", file, "replaced"])

    def test_merging_twice_into_one_directory_is_refused(self):
        self.assert_ok("run", *SMALL, "--shard", "1/1", "--out", "shard")
        self.assert_ok("merge", "shard", "--out", "whole")
        self.assert_kept("merge", "shard", "--out", "whole", file="whole/results.json", says="'whole' already holds")

    def test_a_run_in_the_directory_of_another_gets_one_of_its_own(self):
        self.assert_ok("run", *SMALL, "--out", ".")
        self.assert_ok("run", *SMALL)
        self.assertTrue((self.directory / "omenbench-results").is_dir())

    def test_keys_that_are_read_are_not_written_over(self):
        self.write("keys.csv", "k\n1\n2\n3\n")
        self.assert_kept("data", "describe", "keys.csv:k", "--svg", "keys.csv", file="keys.csv", says="--svg: 'keys.csv'")
        self.assert_ok("data", "generate", "uniform", "-n", "100", "-o", "mine_uint64")
        self.assert_kept("data", "import", "mine_uint64", "-n", "10", "-o", "mine_uint64", "--force",
                         file="mine_uint64", says="is what is read here")

    def test_a_name_that_no_sosd_file_has_is_refused_before_keys_are_read(self):
        self.assert_refused("data", "import", self.write("bad.csv", "no keys"), "-o", "x", says="'x_uint64'")

    def test_what_belongs_to_a_result_is_not_written_over(self):
        self.assert_ok("run", *SMALL, "--out", "run")
        for arguments in (("report", "run/results.json", "-o", "run/journal.ndjson"),
                          ("export", "csv", "run/results.json", "-o", "run/journal.ndjson"),
                          ("report", "--gallery", ".", "-o", "run/journal.ndjson"),
                          ("gate", "--base", "run", "--head", "run", "--markdown", "run/journal.ndjson"),
                          ("gate", "--base", "run", "--head", "run", "--json-file", "run/journal.ndjson")):
            self.assert_kept(*arguments, file="run/journal.ndjson", says="is what is read here")
        self.assert_kept("report", "--gallery", ".", "-o", "run/results.json", file="run/results.json",
                         says="is what is read here")

    def test_a_gate_tries_its_files_before_it_measures(self):
        gate = ("gate", "--base", "nowhere", "--head", "nowhere")
        self.assert_refused(*gate, "--markdown", "no/such/folder.md", says="--markdown: cannot write")
        self.assert_refused(*gate, "--junit", ".", says="--junit: '.' is a directory")
        self.assert_refused(*gate, "--junit", "a", "--markdown", "./a", says="the file of another option too")

    def test_claims_leave_what_is_not_theirs_and_share_no_directory(self):
        mine = self.write("mine.json", json.dumps([{
            "id": "one", "text": "a claim", "source": "a test", "parts": [{"numerator": "btree", "at_least": 0.1}],
            "plan": {"datasets": ["uniform"], "keys": 1000, "workloads": ["sosd-lookup"], "indexes": ["btree"],
                     "operations": {"in-process": 1000}, "blocks": 6}}]))
        out = self.folder_with("out", "claims.json")
        self.assert_kept("claims", mine, "--out", out, file="out/claims.json", says="no 'omenbench.claims/1'")
        os.remove(self.directory / "out" / "claims.json")
        held = os.open(self.directory / "out", os.O_RDONLY)
        fcntl.flock(held, fcntl.LOCK_EX)
        self.assert_refused("claims", mine, "--out", out, says="another process adjudicates claims there")
        os.close(held)
        (self.directory / "out" / "one").mkdir()
        self.assert_kept("claims", mine, "--out", self.folder_with("out/one/run", "results.json")[:3],
                         file="out/one/run/results.json", says="results.json")


class NamesTest(CliTest):
    def test_control_characters_reach_neither_the_terminal_nor_a_folder(self):
        self.write("plan.json", json.dumps({"name": "a/\x1b[31m\nb", "datasets": ["uniform"], "keys": 1000, "blocks": 1,
                                            "workloads": ["sosd-lookup"], "indexes": ["btree"]}))
        self.assert_ok("run", "--plan", "plan.json", "-q")
        [folder] = (self.directory / "omenbench-results").iterdir()
        self.assertRegex(folder.name, r"^a__\[31m_b-\d+-\d+$")
        self.assert_ok("run", "--plan", "plan.json", "--shard", "1/1", "--out", "shard", "-q")
        self.assert_ok("merge", "shard", "-q")
        folders = sorted((self.directory / "omenbench-results").iterdir())
        self.assertEqual(len(folders), 2)
        self.assertTrue(all(re.fullmatch(r"a__\[31m_b-\d+-\d+(-2)?", one.name) for one in folders), folders)
        self.write("mine.json", json.dumps({"name": "a\x1b[31m", "mix": {"lookup": 1}}))
        self.assert_refused("run", *SMALL, "-w", "mine.json", says="field 'name' must hold no control characters")


class RepeatedRowsTest(CliTest):
    def test_two_rows_that_no_result_could_tell_apart_are_refused(self):
        self.assert_refused("run", *SMALL, "-t", "1,1", says="-t: 1 thread is named twice")
        self.assert_refused("run", *SMALL, "-t", "1-2", "-t", "2", says="-t: 2 threads is named twice")

    def test_a_workload_without_keys_is_refused_before_other_rows_are_measured(self):
        self.write("none.json", '{"bulk_load": 0, "mix": {"lookup": 1}}')
        for how in ((), ("--dry-run",)):
            self.assert_refused("run", *SMALL, "-w", "none.json", *how,
                                says=["workload 'none' has no keys to work on", "'bulk_load' of 0"])
        self.assertFalse((self.directory / "omenbench-results").exists())


class CollidingNamesTest(CliTest):
    def test_datasets_that_a_format_cannot_tell_apart_are_kept_apart_or_refused(self):
        for name, step in (("a b.csv", 7), ("a_b.csv", 9)):
            self.write(name, "\n".join(str(step * i) for i in range(1000)))
        self.assert_ok("run", "-d", "a b.csv", "-d", "a_b.csv", *SMALL[4:], "--out", "run")
        self.assert_ok("export", "hgrm", "run", "-o", "latencies")
        self.assertEqual(len(list((self.directory / "latencies").iterdir())), 2)
        self.assert_refused("export", "asv", "run", "-o", "asv", "--commit", "0" * 40, says="would both be named")
        self.assert_refused("export", "gobench", "run", "-o", "go.txt", says="would both be named")


if __name__ == "__main__":
    unittest.main()
