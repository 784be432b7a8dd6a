"""`omenbench run` refuses what it cannot measure, names it, and begins nothing."""

import json
import unittest

from run_support import QUICK, RunTest, cells_by_index, quick, result_of
from support import CELLS_FAILED, USAGE


class BadInput(RunTest):
    def test_unknown_names_are_refused_with_a_suggestion(self):
        self.assert_refused("run", "-d", "uniform", "-i", "pgm-46", says=["pgm-46", "did you mean"])
        self.assert_refused("run", "-d", "uniform", "-w", "sosd-lokup", says=["sosd-lokup", "did you mean 'sosd-lookup'"])
        self.assert_refused("run", "-d", "unifrom", says=["unifrom", "did you mean 'uniform'"])
        self.assert_refused("run", "--plan", "quikstart", says=["quikstart", "did you mean 'quickstart'"])

    def test_a_program_that_is_no_worker_is_refused(self):
        for program in ("/bin/true", "/bin/echo"):
            self.assert_refused("run", *QUICK, "--worker", program, says=f"'{program}' is no omenbench worker")

    def test_a_glob_leaves_out_workloads_that_the_keys_do_not_suit_and_names_them(self):
        run = self.assert_ok("run", "-d", "uniform", "-n", "2000", "-i", "absl-btree", "--ops", "400", "--blocks", "1",
                             "-w", "tick-*", "-w", "sosd-lookup", "--out", "out")
        rows = result_of(self.directory / "out")["rows"]
        self.assertEqual([row["workload"] for row in rows], ["tick-append", "sosd-lookup"])
        self.assertIn("note: left out: workload 'tick-replay' needs the order of a dataset's rows", run.stderr)
        self.assert_ok("run", "--resume", "out")
        self.assert_refused("run", "-d", "uniform", "-n", "2000", "-i", "absl-btree", "-w", "repla*",
                            says="no workload can run on these keys: workload 'replay'")

    def test_malformed_values_name_the_option(self):
        self.assert_refused("run", "-n", "many", says=["-n", "many"])
        self.assert_refused("run", "--budget", "soon", says=["--budget", "soon"])
        self.assert_refused("run", "--memory-limit", "8 apples", says=["--memory-limit"])
        self.assert_refused("run", "--pin", "0,x", says=["--pin"])
        self.assert_refused("run", "--pin", "4095", says=["--pin", "4095"])
        self.assert_refused("run", "--seed", "-1", says=["--seed"])
        self.assert_refused("run", "--blocks", "0", says=["--blocks"])
        self.assert_refused("run", "--retry-failed", says=["--resume"])

    def test_numbers_are_decimal(self):
        plan = self.json_of("run", "-d", "uniform", "-n", "01000", "-i", "btree", "--blocks", "010", "--dry-run")
        self.assertEqual((plan["rounds"], plan["rows"][0]["keys"]), (10, 1000))
        for option in ("--blocks", "--seed", "-n", "--ops", "--rate"):
            self.assert_refused("run", "-d", "uniform", option, "0x10", says=[option, "got '0x10'"])
        self.assert_refused("run", "-d", "uniform", "--ops", "2.5", says=["--ops", "got '2.5'"])

    def test_an_out_directory_that_cannot_be_is_refused_before_the_work(self):
        occupied = self.write("file", "text")
        run = self.assert_refused("run", "-d", "uniform", "-n", "1000", "--out", f"{occupied}/out", says="not a directory")
        self.assertNotIn("uniform:", run.stderr)

    def test_a_pipe_is_no_dataset(self):
        self.assert_refused("run", "-d", "/dev/stdin", says=["/dev/stdin", "regular file"])

    def test_a_broken_plan_file_is_named_with_line_and_field(self):
        self.assert_refused("run", "--plan", self.write("a.json", '{\n "name": "x",\n oops\n}'), says=["line 3"])
        self.assert_refused("run", "--plan", self.write("b.json", '{"name": 7}'), says=["'name'", "expected string"])
        self.assert_refused("run", "--plan", self.write("d.json", '{"datasets": {"uniform": "lognormal"}}'),
                            says=["'datasets'", "expected string, got object"])
        for number, (field, value) in enumerate([("seed", -1), ("memory_pressure_bytes", -1), ("timeline", 1.5),
                                                 ("memory_limit_bytes", -5), ("blocks", -3), ("pin", [-1]),
                                                 ("cold_bytes", True), ("keys", 2.5), ("threads", []),
                                                 ("datasets", [[]]), ("blocks", 1001), ("timeout_s", 1e300),
                                                 ("budget_s", True), ("rate", True), ("operations", [])]):
            plan = self.write(f"{number}.json", json.dumps({"name": "x", field: value}, indent=1))
            self.assert_refused("run", "--plan", plan, says=["line 3, field '" + field + "': expected", "got"])
        self.assert_refused("run", "--plan", self.write("c.json", '{\n "seeed": 7}'),
                            says=["line 2: unknown field 'seeed', did you mean 'seed'"])

    def test_a_field_of_a_plan_that_would_do_nothing_is_refused(self):
        for field, partner in (("duration_s", "rate"), ("cold_bytes", "cold")):
            plan = self.write("p.json", json.dumps({"datasets": ["uniform"], "keys": 1000, "indexes": ["btree"],
                                                    "workloads": ["sosd-lookup"], field: 3}))
            self.assert_refused("run", "--plan", plan, "--dry-run", says=[f"'{field}' of a plan goes with its '{partner}'"])

    def test_integers_beyond_64_bits_are_refused_and_not_rounded(self):
        keys = self.write("big.csv", "k\n" + "".join(f"{2**64 + i}\n" for i in range(100)))
        self.assert_refused("run", "-d", keys, says=["18446744073709551616", "an integer of 64 bits"])

    def test_dropped_duplicates_are_said_aloud(self):
        keys = self.write("keys.txt", "".join(f"{key // 2}\n" for key in range(1, 2001)))
        run = self.assert_ok("run", "-d", keys, "-w", "sosd-lookup", "-i", "pgm-64", "--ops", "1000", "--blocks", "2")
        self.assertRegex(run.stderr, r"2000 values, \d+ of them equal to others and dropped")

    def test_a_dataset_named_twice_is_refused(self):
        self.assert_refused("run", "-d", "uniform", "-d", "uniform", "-n", "1000", says="named twice")

    def test_the_same_keys_under_another_name_are_refused(self):
        keys = "".join(f"{key * 7}\n" for key in range(1, 2001))
        one, other = self.write("one.txt", keys), self.write("other.txt", keys)
        self.assert_refused("run", "-d", one, "-d", other, "-i", "btree",
                            says="datasets 'one' and 'other' are the same 2000 keys; name one")

    def test_more_keys_than_there_are_is_refused_with_the_number(self):
        keys = self.write("keys.txt", "".join(f"{key}\n" for key in range(1, 101)))
        self.assert_refused("run", "-d", keys, "-n", "1000", says=["100", "1000"])

    def test_what_cannot_fit_in_memory_is_refused_before_it_starts(self):
        run = self.run_omenbench("run", "-d", "uniform", "-n", "100000M", "--out", "out", timeout=20)
        self.assert_exit(run, USAGE)
        self.assertIn("bytes", run.stderr)
        self.assertFalse((self.directory / "out").exists())

    def test_a_cell_that_does_not_fit_says_how_much_it_needs(self):
        result = self.json_of("run", *quick("2M"), "-i", "std-map", "--memory-limit", "100MiB", "--blocks", "2",
                              "--out", "out")
        cell = cells_by_index(result)["std-map"]
        self.assertEqual(cell["status"], "not_run")
        self.assertRegex(cell["reason"], r"needs about [\d,]+ bytes")
        self.assertRegex(result["summary"]["notes"][-1], r"1 of 4 cells has no numbers: 1 not_run \(needs about")

    def test_a_run_that_left_out_more_than_it_measured_failed(self):
        run = self.run_omenbench("run", "-d", "uniform", "-n", "2M", "-w", "sosd-lookup", "-i", "std-map", "--ops", "1k",
                                 "--memory-limit", "100MiB", "--blocks", "2", "--out", "out")
        self.assert_exit(run, CELLS_FAILED)
        self.assertIn("1 of 1 cell has no numbers: 1 not_run (needs about", run.stdout)

    def test_an_engine_that_keeps_a_copy_for_each_thread_needs_memory_for_all_of_them(self):
        plan = self.json_of("run", "-d", "uniform", "-n", "200k", "-w", "sosd-lookup", "-i", "sqlite-memory", "-i",
                            "binary-search", "-t", "1,8", "--memory-limit", "60MiB", "--dry-run")
        status = [{cell["index"]: cell["status"] for cell in row["cells"]} for row in plan["rows"]]
        self.assertEqual([row["sqlite-memory"] for row in status], ["planned", "not_run"])
        self.assertEqual([row["binary-search"] for row in status], ["planned", "planned"])

    def test_the_first_guess_of_the_time_left_is_not_the_budget(self):
        run = self.assert_ok("run", *QUICK, "--blocks", "2", "--budget", "9h", "--out", "out")
        first = next(line for line in run.stderr.splitlines() if " left: " in line)
        self.assertRegex(first, r"^  0 % after 0s, about \d{1,2}s left: ")

    def test_passwords_on_the_command_line_are_refused_and_never_repeated(self):
        for where in ("postgresql://me:s3cret@host/db", "host=h password=s3cret", "host=h\tPASSWORD = s3cret",
                      "postgresql://host/db?%70assword=s3cret", "postgresql://host/db?sslpassword=s3cret"):
            run = self.assert_refused("run", "-d", "uniform", "--pg", where, says=["--pg", "PGPASSWORD"])
            self.assertNotIn("s3cret", run.stderr + run.stdout)
        for where in ("redis://me:s3cret@host", "redis://:s3/cret@host:6379/0"):
            run = self.assert_refused("run", "-d", "uniform", "--redis", where, says=["--redis", "REDISCLI_AUTH"])
            self.assertNotIn("s3", run.stderr + run.stdout)
        run = self.assert_refused("run", "-d", "uniform", "--redis", "me:s3cret@host", says=["--redis", "redis:// or unix://"])
        self.assertNotIn("s3cret", run.stderr + run.stdout)


if __name__ == "__main__":
    unittest.main()
