"""`run --duplicates keep`: keys that repeat, who can hold them, and what is never mixed with them."""

import unittest

from run_support import RunTest, cells_by_index, result_of


class RepeatsTest(RunTest):
    def setUp(self):
        super().setUp()
        self.write("keys.txt", "".join(f"{(key // 3) ** 2}\n" for key in range(6000)) + "9\n" * 500)
        self.keys = ["-d", "keys.txt", "--duplicates", "keep", "--ops", "2000", "--blocks", "2"]

    def test_every_repeat_is_an_entry(self):
        indexes = ["binary-search", "eytzinger", "simd-tree", "pgm-64", "radix-spline", "rmi", "plex", "std-map", "std-hash"]
        run = self.assert_ok("run", *self.keys, "-w", "sosd-lookup", "-w", "scan-100", "--out", "out",
                             *(word for index in indexes for word in ("-i", index)))
        result = result_of(self.directory / "out")
        self.assertEqual(result["datasets"][0]["name"], "keys+repeats")
        self.assertEqual(result["plan"]["duplicates"], "keep")
        for number, row in enumerate(result["rows"]):
            self.assertEqual((row["keys"], row["distinct_keys"]), (6500, 2000))
            self.assertIn("2,000 of the 6,500 differ, at most 503 are alike", " ".join(row["notes"]))
            for index, cell in cells_by_index(result, number).items():
                if index == "std-hash" and row["ordered"]:
                    self.assertEqual(cell["status"], "unsupported")
                    continue
                self.assertEqual((cell["status"], cell["reason"]), ("ok", None), index)
                self.assertIsNone(cell["passes"]["batched"], index)
                self.assertIn("repeated keys", cell["parameters"])
        self.assertIn("keys+repeats", run.stdout)

    def test_who_holds_each_key_once_is_refused_by_name(self):
        self.assert_refused("run", *self.keys, "-w", "sosd-lookup", "-i", "pgm-64", "-i", "alex",
                            says=["index 'alex' holds each key once", "these can: ", "binary-search", "pgm-64"])

    def test_who_holds_each_key_once_is_left_out_of_a_glob_with_a_note(self):
        run = self.assert_ok("run", *self.keys, "-w", "sosd-lookup", "-i", "pgm-*", "--out", "out")
        self.assertIn("left out, for each holds each key once (--duplicates keep): pgm-delta", run.stderr)
        self.assertNotIn("pgm-delta", cells_by_index(result_of(self.directory / "out")))

    def test_workloads_that_write_are_refused(self):
        self.assert_refused("run", *self.keys, "-w", "ycsb-a", "-i", "std-map",
                            says=["workload 'ycsb-a' writes", "--duplicates keep"])

    def test_byte_strings_are_refused(self):
        words = self.write("words.txt", "a\nb\nb\n")
        self.assert_refused("run", "-d", words, "--duplicates", "keep", "-i", "pgm-64", says="byte strings")

    def test_a_result_without_repeats_is_no_base_for_one_with_them(self):
        for name, duplicates in (("with", "keep"), ("without", "drop")):
            self.assert_ok("run", "-d", "keys.txt", "--duplicates", duplicates, "-w", "sosd-lookup", "-i", "pgm-64",
                           "--ops", "2000", "--blocks", "2", "--out", name)
        self.assert_refused("compare", "with", "without", says=["nothing in common", "keys+repeats"])

    def test_the_list_says_who_can(self):
        can = {row["name"] for row in self.json_of("list", "indexes", "repeats")}
        self.assertLessEqual({"binary-search", "pgm-64", "std-map", "std-hash", "oracle-gather"}, can)
        self.assertFalse({"alex", "lipp", "btree", "bytes-art"} & can)


if __name__ == "__main__":
    unittest.main()
