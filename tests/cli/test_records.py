"""`run --record-size`: what rows of larger records say, who can hold them, and what is never mixed with them."""

import unittest

from run_support import FAULTY, RunTest, cells_by_index, result_of


class RecordsTest(RunTest):
    def setUp(self):
        super().setUp()
        self.write("keys.txt", "".join(f"{key ** 2}\n" for key in range(3000)))
        self.keys = ["-d", "keys.txt", "--ops", "2000", "--blocks", "2"]

    def run_of(self, name, *words):
        self.assert_ok("run", *self.keys, *words, "--out", name)
        return result_of(self.directory / name)

    def test_every_family_answers_for_every_byte(self):
        indexes = ["binary-search", "eytzinger", "simd-tree", "btree", "std-map", "std-hash", "pgm-64", "radix-spline",
                   "alex", "lipp", "sqlite-file", "sqlite-memory"]
        result = self.run_of("out", "--record-size", "100", "-w", "sosd-lookup", "-w", "scan-100", "-w", "ycsb-a",
                             *(word for index in indexes for word in ("-i", index)))
        self.assertEqual(result["datasets"][0]["name"], "keys+100B")
        self.assertEqual(result["plan"]["record_bytes"], 100)
        for number, row in enumerate(result["rows"]):
            self.assertEqual((row["record_bytes"], row["entry_bytes"]), (100, 3000 * 108))
            for index, cell in cells_by_index(result, number).items():
                if index == "std-hash" and row["ordered"]:
                    self.assertEqual(cell["status"], "unsupported")
                    continue
                self.assertEqual((cell["status"], cell["reason"]), ("ok", None), index)
                self.assertIsNone(cell["passes"]["batched"], index)
                self.assertIn("records", cell["parameters"])
                if cell["tier"] == "in-process":
                    self.assertGreaterEqual(cell["total_bytes"], row["entry_bytes"], index)

    def test_engines_hold_them_as_their_values(self):
        wanted = {"sqlite-file-without-rowid", "lmdb-nosync", "rocksdb", "rocksdb-memtable", "rocksdb-plain", "leveldb",
                  "postgres-unlogged", "postgres-hash"}
        engines = sorted(wanted & {row["name"] for row in self.json_of("list", "indexes", "records")})
        for size in ("100", "3000"):
            result = self.run_of(size, "--record-size", size, "-w", "scan-100", "-w", "churn", "-i", "btree",
                                 *(word for engine in engines for word in ("-i", engine)))
            for number, row in enumerate(result["rows"]):
                for index, cell in cells_by_index(result, number).items():
                    if cell["status"] == "unsupported":
                        continue
                    self.assertEqual((cell["status"], cell["reason"]), ("ok", None), (index, row["workload"]))
                    if index in engines and index != "rocksdb-memtable":  # its table is its log
                        self.assertGreater(cell["disk_bytes"], 3000 * int(size) // 2, index)

    def test_embedded_forms_take_part_by_name_at_the_sizes_that_they_are_compiled_for(self):
        result = self.run_of("out", "--record-size", "64", "-w", "sosd-lookup", "-w", "ycsb-a", "-i", "embedded+*",
                             "-i", "absl-hash")
        for number in range(2):
            cells = cells_by_index(result, number)
            self.assertLessEqual({"embedded+absl-hash", "embedded+std-map", "embedded+pgm-64", "absl-hash"},
                                 set(cells))
            for index, cell in cells.items():
                self.assertEqual((cell["status"], cell["reason"]), ("ok", None), index)
        self.assertEqual(cells["embedded+absl-hash"]["parameters"]["records"], "in the structure's own slots")
        for words, says in (([], "say how large they are with --record-size"),
                            (["--record-size", "100"], "holds records of 16, 64, 256, 512, 1024, 4096 bytes")):
            self.assert_refused("run", *self.keys, *words, "-i", "embedded+std-map", says=["embedded+std-map", says])

    def test_a_family_does_not_bring_embedded_forms_along(self):
        result = self.run_of("out", "--record-size", "64", "-w", "sosd-lookup", "-i", "hash")
        self.assertFalse([index for index in cells_by_index(result) if "+" in index])

    def test_inserts_and_erases_take_and_give_back_records(self):
        result = self.run_of("out", "--record-size", "33", "-w", "churn", "-i", "btree", "-i", "alex", "-i", "std-hash",
                             "-i", "sqlite-file")
        for index, cell in cells_by_index(result).items():
            self.assertEqual((cell["status"], cell["reason"]), ("ok", None), index)

    def test_the_operations_are_those_of_rows_of_words(self):
        small = self.run_of("small", "-w", "sosd-lookup", "-i", "btree")
        large = self.run_of("large", "-w", "sosd-lookup", "-i", "btree", "--record-size", "64")
        self.assertEqual(small["rows"][0]["stream_sha256"], large["rows"][0]["stream_sha256"])
        self.assertNotIn("record_bytes", small["rows"][0])

    def test_eight_bytes_are_the_word_that_rows_have(self):
        result = self.run_of("out", "-w", "sosd-lookup", "-i", "btree", "--record-size", "8")
        self.assertEqual(result["datasets"][0]["name"], "keys")
        self.assertNotIn("record_bytes", result["rows"][0])

    def test_a_result_of_another_size_is_no_base(self):
        for size in ("64", "128"):
            self.run_of(size, "--record-size", size, "-w", "sosd-lookup", "-i", "pgm-64")
        self.assert_refused("compare", "64", "128", says=["nothing in common", "keys+64B"])
        self.assert_refused("gate", "--base", "64", "--head", "128", says=["nothing in common"])

    def test_a_truncated_record_is_a_wrong_result(self):
        run = self.run_omenbench("run", *self.keys, "--record-size", "64", "-w", "sosd-lookup", "-i", "test-truncates",
                                 "-i", "btree", "--worker", FAULTY, "--out", "out")
        cells = cells_by_index(result_of(self.directory / "out"))
        self.assertEqual(cells["test-truncates"]["status"], "wrong_result", run.stderr)
        self.assertEqual(cells["btree"]["status"], "ok")

    def test_sizes_out_of_range_are_refused(self):
        for size in ("7", "0", "4097", "64KiB"):
            self.assert_refused("run", *self.keys, "--record-size", size, "-i", "btree",
                                says=["--record-size", "expected 8 to 4096 bytes"])

    def test_who_holds_words_alone_is_refused_by_name_and_left_out_of_a_glob(self):
        self.assert_refused("run", *self.keys, "--record-size", "64", "-i", "sqlite+pgm-64",
                            says=["index 'sqlite+pgm-64' holds payloads of eight bytes alone", "these can: ", "btree"])
        run = self.assert_ok("run", *self.keys, "--record-size", "64", "-w", "sosd-lookup", "-i", "pgm-64", "-i",
                             "sqlite+pgm-6*", "--out", "out")
        self.assertIn("note: left out, for each holds payloads of eight bytes alone (--record-size): sqlite+pgm-64",
                      run.stderr)

    def test_what_does_not_go_together_is_refused(self):
        self.assert_refused("run", *self.keys, "--record-size", "64", "--duplicates", "keep", "-i", "btree",
                            says=["--record-size", "--duplicates keep"])
        words = self.write("words.txt", "a\nb\nc\n")
        self.assert_refused("run", "-d", words, "--record-size", "64", "-i", "btree",
                            says=["'words' holds byte strings", "--record-size is for 64-bit keys"])

    def test_the_list_says_who_can(self):
        can = {row["name"] for row in self.json_of("list", "indexes", "records")}
        self.assertLessEqual({"binary-search", "pgm-64", "btree", "std-hash", "alex", "oracle-gather", "sqlite-file"},
                             can)
        self.assertFalse({"bytes-art", "sqlite+pgm-64"} & can)


if __name__ == "__main__":
    unittest.main()
