"""Input that cannot be right is refused before anything runs: exit code 2, one line that names it and what was meant."""

import os
import unittest

from support import USAGE, CliTest


class Names(CliTest):
    def test_a_misspelt_index_is_refused(self):
        self.assert_refused("run", "--dry-run", "-d", "uniform", "-n", "1000", "-i", "absl-btre",
                            says=["'absl-btre'", "did you mean 'absl-btree'?"])

    def test_a_glob_that_matches_no_index_is_refused(self):
        self.assert_refused("run", "--dry-run", "-d", "uniform", "-n", "1000", "-i", "nothing-*", says="'nothing-*'")

    def test_a_misspelt_workload_is_refused(self):
        self.assert_refused("run", "--dry-run", "-d", "uniform", "-n", "1000", "-w", "sosd-lokup",
                            says=["'sosd-lokup'", "did you mean 'sosd-lookup'?"])

    def test_a_misspelt_dataset_is_refused(self):
        self.assert_refused("run", "--dry-run", "-d", "unifrm", "-n", "1000", says=["'unifrm'", "did you mean 'uniform'?"])

    def test_a_misspelt_plan_is_refused(self):
        self.assert_refused("run", "--plan", "quikstart", "--dry-run",
                            says=["'quikstart'", "did you mean 'quickstart'?"])

    def test_a_workload_named_twice_is_refused(self):
        self.assert_refused("run", "--dry-run", "-d", "uniform", "-n", "1000", "-w", "ycsb-a", "-w", "ycsb-a",
                            says="workload 'ycsb-a' is named twice")

    def test_a_misspelt_word_of_a_list_is_answered_with_the_near_name(self):
        self.assert_refused("list", "indexes", "absl-btre", says="did you mean 'absl-btree'?")

    def test_a_file_with_a_built_in_name_is_told_apart(self):
        self.write("uniform", "".join(f"{key * key}\n" for key in range(500)))
        for name in ("gate", "sosd-lookup"):
            self.write(name, "no JSON")
        run = ["run", "-n", "500", "-w", "sosd-lookup", "-i", "btree", "--dry-run"]
        file = self.assert_ok(*run, "-d", "uniform").stderr
        self.assertIn("uniform: 'uniform' is read from the file of that name here ('./uniform'); 'uniform:' is the "
                      "generator", file)
        self.assertIn("note: 'sosd-lookup' is the built-in workload; './sosd-lookup' is the file of that name", file)
        self.assertNotIn("'uniform'", self.assert_ok(*run, "-d", "./uniform").stderr)
        self.assertEqual(self.json_of("data", "describe", "uniform:", "-n", "700")["kind"], "generated")
        self.assertIn("note: 'gate' is the built-in plan; './gate' is",
                      self.assert_ok(*run, "--plan", "gate", "-d", "lognormal").stderr)
        self.assert_ok("list", "plans")

    def test_a_name_that_is_no_utf_8_is_shown(self):
        name = os.fsdecode(b"caf\xe9.csv")
        self.write(name, "".join(f"{key * key}\n" for key in range(500)))
        plan = self.json_of("run", "-d", name, "-w", "sosd-lookup", "-i", "btree", "--dry-run")
        self.assertEqual([row["dataset"] for row in plan["rows"]], ["caf\ufffd"])

    def test_a_file_that_does_not_exist_is_named(self):
        self.assert_refused("run", "--dry-run", "-d", "absent.csv:key", says="absent.csv")

    def test_a_column_that_does_not_exist_is_named(self):
        self.write("keys.csv", "id,when\n1,2\n3,4\n")
        self.assert_refused("run", "--dry-run", "-d", "keys.csv:whn", says=["keys.csv", "'whn'"])

    def test_more_keys_than_the_file_has_is_refused_with_its_size(self):
        self.write("keys.txt", "".join(f"{i}\n" for i in range(100)))
        self.assert_refused("run", "-d", "keys.txt", "-n", "1000", "-i", "binary-search", "-w", "sosd-lookup",
                            says=["keys.txt", "100"])

    def test_numbers_that_are_none_are_refused(self):
        for options in (["-n", "many"], ["-n", "-5"], ["-t", "0"], ["--ops", "1.5x"], ["--budget", "soon"],
                        ["--memory-limit", "8 potatoes"], ["--blocks", "0"], ["--pin", "a"], ["--duplicates", "all"]):
            with self.subTest(options=options):
                result = self.run_omenbench("run", "--dry-run", "-d", "uniform", *options)
                self.assert_exit(result, USAGE)
                self.assertTrue(result.stderr.startswith("error: "), result.stderr)
                self.assertEqual(result.stdout, "")

    def test_a_url_with_a_password_is_refused_and_not_repeated(self):
        result = self.assert_refused("run", "--dry-run", "-d", "uniform", "-n", "1000", "--pg",
                                     "postgresql://me:hunter2@localhost/db", says=["password", "PGPASSWORD"])
        self.assertNotIn("hunter2", result.stderr)

    def test_resuming_what_is_no_run_is_refused(self):
        self.assert_refused("run", "--resume", "nowhere", says="nowhere")

    def test_resume_takes_no_option_that_would_change_the_run(self):
        self.assert_refused("run", "--resume", "nowhere", "-n", "5", says="--resume")

    def test_a_report_of_nothing_is_refused(self):
        self.assert_refused("report", "nowhere", says="nowhere")

    def test_a_refused_run_leaves_nothing_behind(self):
        self.run_omenbench("run", "-d", "uniform", "-n", "1000", "-i", "no-such-index", "--out", "result")
        self.assertFalse((self.directory / "result").exists())


if __name__ == "__main__":
    unittest.main()
