"""Byte strings as keys, from a file to a verdict: every index answers rightly, and who cannot take them says so."""

import unittest

from support import CliTest

WORDS = [f"{stem}{number}{ending}" for number in range(120) for stem in ("usr/share/", "usr/lib/", "etc/", "")
         for ending in ("", "/a", "/a/b.txt")]
READS = {"bytes-absl-btree", "bytes-absl-hash", "bytes-art", "bytes-binary-search", "bytes-btree", "bytes-head-search",
         "bytes-radix-spline", "bytes-std-map"}
QUICK = ("--ops", "2000", "--blocks", "2", "--quiet")


class KeysTest(CliTest):
    def result_of(self, *args):
        self.runs = getattr(self, "runs", 0) + 1
        return self.json_of("run", *args, *QUICK, "--out", f"out{self.runs}")

    def row_of(self, *args):
        return self.result_of(*args)["rows"][0]

    def words(self):
        return self.write("words.txt", "\n".join(sorted(WORDS, reverse=True)) + "\n")

    def assert_all_ok(self, row, names):
        statuses = {cell["index"]: (cell["status"], cell["reason"]) for cell in row["cells"]}
        self.assertGreaterEqual(set(statuses), names)
        self.assertEqual({name: statuses[name] for name in names}, {name: ("ok", None) for name in names})

    def here(self, what, *tiers):
        """The names of those for byte strings that this build holds."""
        return {row["name"] for row in self.json_of("list", what) if row["keys"] == "bytes" and row["tier"] in tiers
                and row["offers"].startswith("find")}

    def test_every_index_looks_up_what_is_there_and_what_is_not(self):
        row = self.row_of("-d", self.words(), "-i", "bytes-*", "-i", "!engine", "-w", "miss-50")
        self.assertEqual(row["key_kind"], "bytes")
        self.assertEqual(row["entry_bytes"], sum(map(len, WORDS)) + 8 * len(WORDS))
        self.assert_all_ok(row, READS | self.here("indexes", "in-process"))

    def test_scans_and_every_kind_of_write_are_checked(self):
        writers = {"bytes-absl-btree", "bytes-art", "bytes-btree", "bytes-std-map"}
        for workload in ("scan-100", "ycsb-a", "gre-50", "churn"):
            with self.subTest(workload):
                self.assert_all_ok(self.row_of("-d", self.words(), "-i", "bytes-*", "-i", "!engine", "-w", workload),
                                   writers)

    def test_an_index_may_take_less_than_the_texts_that_it_holds(self):
        words = self.write("long.txt", "".join(f"{'usr/share/doc/' * 20}{number}\n" for number in range(3000, 9000)))
        row = self.row_of("-d", f"{words}:@text", "-i", "bytes-btree", "-w", "sosd-lookup")
        self.assertFalse([note for note in row["cells"][0]["notes"] if note.startswith("memory:")])
        self.assertLess(row["cells"][0]["index_bytes"], 0)

    def test_a_column_of_uuids_is_found_out(self):
        lines = "".join(f"{n},{n:08x}-0000-4000-8000-{n * 7919:012x}\n" for n in range(1, 500))
        result = self.result_of("-d", f"{self.write('users.csv', 'n,id' + chr(10) + lines)}:id", "-i", "bytes-art",
                                "-w", "sosd-lookup")
        self.assertIn("UUIDs, 16 bytes", result["datasets"][0]["key_type"])
        self.assertEqual(result["rows"][0]["entry_bytes"], 499 * 24)

    def test_generators_make_byte_strings(self):
        for name in ("uuid-v4", "uuid-v7", "emails", "urls", "hex-digests:digits=64"):
            with self.subTest(name):
                row = self.row_of("-d", name, "-n", "3000", "-i", "bytes-btree", "-i", "bytes-radix-spline", "-w",
                                  "scan-100")
                self.assert_all_ok(row, {"bytes-btree", "bytes-radix-spline"})

    def test_indexes_of_the_other_kind_are_left_out_and_named(self):
        row = self.row_of("-d", self.words(), "-i", "btree", "-i", "bytes-art", "-w", "sosd-lookup")
        self.assertEqual([cell["index"] for cell in row["cells"]], ["bytes-art"])
        self.assertTrue(any("64-bit keys only: btree" in note for note in row["notes"]), row["notes"])

    def test_where_no_index_takes_byte_strings_those_that_do_take_part(self):
        result = self.assert_ok("run", "-d", self.words(), "-i", "btree", "-w", "sosd-lookup", "--ops", "2000",
                                "--blocks", "2", "--out", "out")
        self.assertIn("none of these indexes takes byte strings", result.stderr)

    def test_integers_leave_out_indexes_of_byte_strings(self):
        row = self.row_of("-d", "uniform", "-n", "1000", "-i", "bytes-*", "-i", "btree", "-w", "sosd-lookup")
        self.assertEqual([cell["index"] for cell in row["cells"]], ["btree"])
        self.assert_refused("run", "-d", "uniform", "-n", "1000", "-i", "bytes-art", "-w", "sosd-lookup",
                            says="'bytes-art' takes byte strings")

    def test_they_are_described(self):
        found = self.json_of("data", "describe", self.words())
        self.assertEqual(found["key_kind"], "bytes")
        self.assertEqual(found["keys"], len(WORDS))
        self.assertEqual(found["text_bytes"], sum(map(len, WORDS)))
        self.assertEqual((found["length"]["min"], found["length"]["max"]),
                         (min(map(len, WORDS)), max(map(len, WORDS))))
        heads = [word[:8].ljust(8, "\0") for word in WORDS]
        self.assertEqual(found["projection"]["words"], len(set(heads)))
        self.assertEqual(found["projection"]["told_apart"], sum(heads.count(head) == 1 for head in heads))
        text = self.assert_ok("data", "describe", self.words(), "--svg", "keys.svg").stdout
        for line in ("length ", "told apart", "64 bits", "bytes by their position"):
            self.assertIn(line, text)
        self.assertIn("bytes 1 to 8 as numbers", (self.directory / "keys.svg").read_text())
        self.assertIn("entropy", self.assert_ok("data", "describe", self.words(), "--format", "md").stdout)

    def test_commands_and_workloads_that_cannot_take_them_say_so(self):
        words = self.words()
        self.assert_refused("data", "import", f"{words}:@text", "-o", "x", says="byte strings, which are not taken here")
        self.assert_refused("decide", f"{words}:@text", says="byte strings, which are not taken here")
        self.assert_refused("run", "-d", words, "-w", "replay", "-i", "bytes-art", says="replays rows")
        self.assert_refused("run", "-d", words, "--duplicates", "sequence", "-i", "bytes-art", says="byte strings")

    def test_engines_answer_as_indexes_in_memory_do(self):
        engines = self.here("engines", "embedded")
        self.assertIn("bytes-sqlite-file", engines)
        chosen = [argument for name in engines for argument in ("-i", name)]
        for workload in ("miss-50", "scan-100", "gre-50", "churn"):
            with self.subTest(workload):
                self.assert_all_ok(self.row_of("-d", self.words(), *chosen, "-w", workload), engines)

    def test_a_redis_server_answers_as_they_do(self):
        if not any(row["name"] == "bytes-redis" and row["offers"].startswith("find")
                   for row in self.json_of("list", "engines")):
            self.skipTest("bytes-redis is not here")
        for workload, engines in (("miss-50", {"bytes-redis", "bytes-redis-zset"}), ("scan-100", {"bytes-redis-zset"})):
            with self.subTest(workload):
                self.assert_all_ok(self.row_of("-d", self.words(), "-i", "bytes-redis*", "-w", workload), engines)

    def test_keys_that_an_engine_cannot_hold_are_its_limit_and_nobody_elses(self):
        if not any(row["name"] == "bytes-postgres" and row["offers"].startswith("find")
                   for row in self.json_of("list", "engines")):
            self.skipTest("bytes-postgres is not here")
        long = self.write("long.txt", "".join(f"{'p' * 2600}{number}\n" for number in range(100, 300)))
        row = self.json_of("run", "-d", f"{long}:@text", "-i", "bytes-postgres", "-i", "bytes-art", "-w", "sosd-lookup",
                           "--dry-run")["rows"][0]
        cells = {cell["index"]: (cell["status"], cell["reason"]) for cell in row["cells"]}
        self.assertEqual(cells["bytes-art"][0], "planned")
        self.assertEqual(cells["bytes-postgres"],
                         ("unsupported", "takes keys of fewer than 2600 bytes, the longest has 2603"))

    def test_a_run_of_byte_strings_goes_on(self):
        self.assert_ok("run", "-d", self.words(), "-i", "bytes-art", "-w", "gre-50", *QUICK, "--out", "out")
        self.assert_ok("run", "--resume", "out", "--quiet")

    def test_the_suite_checks_them(self):
        self.assertIn("bytes-art", self.assert_ok("check", "bytes-art", "--steps", "500").stdout)


if __name__ == "__main__":
    unittest.main()
