"""Byte strings as keys, from a file to a verdict: every index answers rightly, and who cannot take them says so."""

import json
import os
import signal
import sqlite3
import unittest

import jsonschema

from support import BUILD_DIR, INTERRUPTED, OK, CliTest, start_omenbench

WORDS = [f"{stem}{number}{ending}" for number in range(120) for stem in ("usr/share/", "usr/lib/", "etc/", "")
         for ending in ("", "/a", "/a/b.txt")]
READS = {"bytes-absl-btree", "bytes-absl-hash", "bytes-art", "bytes-binary-search", "bytes-btree", "bytes-head-search",
         "bytes-lits", "bytes-radix-spline", "bytes-sindex", "bytes-std-map"}
U128_WRITERS = {"u128-absl-btree", "u128-absl-hash", "u128-btree"}
U128 = U128_WRITERS | {"u128-adaptive-radix", "u128-binary-search", "u128-pgm", "u128-radix-spline", "u128-simd-tree"}
QUICK = ("--ops", "2000", "--blocks", "2", "--quiet")


class KeysTestBase(CliTest):
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

    def here(self, what, *tiers, kinds=("bytes",)):
        """The names of those for byte strings that this build holds."""
        return {row["name"] for row in self.json_of("list", what) if row["keys"] in kinds and row["tier"] in tiers
                and row["offers"].startswith("find") and row["family"] != "reference"}


class KeysTest(KeysTestBase):
    def test_every_index_looks_up_what_is_there_and_what_is_not(self):
        row = self.row_of("-d", self.words(), "-i", "bytes-*", "-i", "!engine", "-w", "miss-50")
        self.assertEqual(row["key_kind"], "bytes")
        self.assertEqual(row["entry_bytes"], sum(map(len, WORDS)) + 8 * len(WORDS))
        self.assert_all_ok(row, READS | self.here("indexes", "in-process"))

    def test_a_row_that_only_reads_has_its_lower_line(self):
        both = ("-d", self.words(), "-d", "uniform", "-n", "1000", "-i", "bytes-btree", "-i", "btree")
        line = {"index": "bytes-oracle-gather", "status": "ok"}
        for workload, lines in (("miss-50", [line]), ("scan-100", [line]), ("gre-50", [])):
            with self.subTest(workload):
                references = self.row_of(*both, "-w", workload)["reference"]
                self.assertEqual([{key: cell[key] for key in line} for cell in references], lines)

    def test_scans_and_every_kind_of_write_are_checked(self):
        writers = {"bytes-absl-btree", "bytes-art", "bytes-btree", "bytes-lits", "bytes-sindex", "bytes-std-map"}
        for workload in ("scan-100", "ycsb-a", "gre-50", "churn"):
            with self.subTest(workload):
                self.assert_all_ok(self.row_of("-d", self.words(), "-i", "bytes-*", "-i", "!engine", "-w", workload),
                                   writers)

    def test_an_index_may_take_less_than_the_texts_that_it_holds(self):
        words = self.write("long.txt", "".join(f"{'usr/share/doc/' * 20}{number}\n" for number in range(3000, 9000)))
        row = self.row_of("-d", f"{words}:@text", "-i", "bytes-btree", "-w", "sosd-lookup")
        self.assertFalse([note for note in row["cells"][0]["notes"] if note.startswith("memory:")])
        self.assertLess(row["cells"][0]["total_bytes"], row["entry_bytes"])
        self.assertEqual(row["cells"][0]["index_bytes"], 0)

    def test_the_process_grows_by_what_is_counted(self):
        """Where a build frees much, what the C library keeps of it is given back."""
        row = self.row_of("-d", "uuid-v4", "-n", "200000", "-i", "bytes-*", "-i", "!engine", "-w", "sosd-lookup")
        for cell in row["cells"]:
            if cell["status"] == "ok":
                with self.subTest(cell["index"]):
                    self.assertFalse([note for note in cell["notes"] if note.startswith("memory:")])
                    self.assertGreaterEqual(cell["index_bytes"], 0)
                    self.assertLess(cell["rss_delta_bytes"], 1.5 * cell["total_bytes"] + (2 << 20))

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
        self.assertTrue(any("64-bit integers only: btree" in note for note in row["notes"]), row["notes"])

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
        self.assertEqual(found["projection"]["different"], len(set(heads)))
        self.assertEqual(found["projection"]["told_apart"], sum(heads.count(head) == 1 for head in heads))
        text = self.assert_ok("data", "describe", self.words(), "--svg", "keys.svg").stdout
        for line in ("length ", "told apart", "64 bits", "bytes by their position"):
            self.assertIn(line, text)
        self.assertIn("bytes 1 to 8 as numbers", (self.directory / "keys.svg").read_text())
        self.assertIn("entropy", self.assert_ok("data", "describe", self.words(), "--format", "md").stdout)

    def test_commands_and_workloads_that_cannot_take_them_say_so(self):
        words = self.words()
        self.assert_refused("data", "import", f"{words}:@text", "-o", "x_uint64", says="byte strings, which are not taken here")
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

    def test_a_claim_about_them_is_judged(self):
        parts = [{"numerator": "bytes-std-map", "denominator": "bytes-absl-hash", "at_least": 1.1}]
        plan = {"datasets": [str(self.words())], "workloads": ["sosd-lookup"], "blocks": 6,
                "indexes": ["bytes-std-map", "bytes-absl-hash"], "operations": {"in-process": 20000}}
        claims = [{"id": "mine", "text": "a claim", "source": "a test", "plan": plan, "parts": parts}]
        judged, = self.json_of("claims", self.write("mine.json", json.dumps(claims)), "--out", "out", "--quiet")["claims"]
        self.assertIn(judged["verdict"], ("holds", "inconclusive", "refuted"))
        self.assertGreater(judged["parts"][0]["lo"], 0)

    def test_a_gate_compares_builds_on_them(self):
        report = self.run_omenbench("gate", "--base", BUILD_DIR, "--head", BUILD_DIR, "-d", self.words(), "-i", "bytes-art",
                                    "-i", "btree", "-w", "sosd-lookup", "--ops", "2000", "--max-regression", "100%", "--json")
        self.assert_exit(report, OK)
        self.assertEqual([cell["index"] for cell in json.loads(report.stdout)["cells"]], ["bytes-art"])

    def test_a_hunt_maps_them(self):
        hunt = ("hunt", "-d", "urls", "-n", "3000", "--axes", "scan=0/10", "--ops", "2000", "--budget", "4s")
        report = self.json_of(*hunt, "-i", "bytes-radix-spline", "-i", "bytes-btree", "--out", "out")
        self.assertEqual({one["index"] for point in report["points"] for one in point["tried"]},
                         {"bytes-radix-spline", "bytes-btree"})
        usual = self.json_of(*hunt, "--out", "usual")
        self.assertTrue(all(name.startswith("bytes-") for name in usual["indexes"]), usual["indexes"])
        uuids = self.json_of(*hunt[:2], "uuid-v4", *hunt[3:], "--out", "uuids")
        self.assertEqual({name.split("-")[0] for name in uuids["indexes"]}, {"bytes", "u128"})
        self.assert_refused(*hunt, "-d", "uniform", "--out", "no", says="one map for all its datasets")
        others = self.json_of(*hunt, "-i", "alex", "-i", "btree", "--out", "others")
        self.assertIn("alex takes u64 keys", others["notes"], "those that take byte strings stand in, as in a run")

    def test_the_suite_checks_them(self):
        self.assertIn("bytes-art", self.assert_ok("check", "bytes-art", "--steps", "500").stdout)


class SixteenBytesTest(KeysTestBase):
    """Keys of sixteen bytes each, which two kinds of index take side by side."""

    def uuids_and_others(self):
        return self.write("odd.txt", "".join(f"{n:016}\n" for n in range(500)) + "one more byte\n")

    def test_both_kinds_stand_in_one_row_and_answer_alike(self):
        everybody = U128 | READS | self.here("indexes", "in-process", kinds=("bytes", "u128"))
        for dataset in ("uuid-v4", "uuid-v7"):
            for workload in ("sosd-lookup", "miss-50"):
                with self.subTest(dataset=dataset, workload=workload):
                    row = self.row_of("-d", dataset, "-n", "3000", "-i", "u128-*", "-i", "bytes-*", "-i", "!engine", "-w", workload)
                    self.assertEqual((row["key_kind"], row["entry_bytes"]), ("bytes", 3000 * 24))
                    self.assert_all_ok(row, everybody)
                    self.assertFalse([note for note in row["notes"] if note.startswith("left out")])

    def test_scans_and_every_kind_of_write_are_checked(self):
        for workload, names in (("scan-100", U128 - {"u128-absl-hash"}), ("ycsb-a", U128), ("gre-50", U128_WRITERS),
                                ("churn", U128_WRITERS)):
            with self.subTest(workload):
                self.assert_all_ok(self.row_of("-d", "uuid-v7", "-n", "3000", "-i", "u128-*", "-w", workload), names)

    def test_composite_keys_and_addresses_are_taken(self):
        lines = "".join(f"{n % 5},{n // 5 * 10**18 % (1 << 64)}\n" for n in range(200))
        file = self.write("t.csv", "tenant,id\n0,18446744073709551615\n18446744073709551615,0\n" + lines)
        row = self.row_of("-d", f"{file}:tenant,id", "-i", "u128-*", "-w", "miss-50")
        self.assertEqual(row["entry_bytes"], row["keys"] * 24)
        self.assert_all_ok(row, U128)

    def test_another_length_leaves_them_out_and_says_so(self):
        file = self.uuids_and_others()
        row = self.row_of("-d", f"{file}:@text", "-i", "u128-btree", "-i", "bytes-art", "-w", "sosd-lookup")
        self.assertEqual([cell["index"] for cell in row["cells"]], ["bytes-art"])
        self.assert_refused("run", "-d", f"{file}:@text", "-i", "u128-*", "-w", "sosd-lookup",
                            says=["takes byte strings of 16 bytes", "some keys of 'odd@text' have other lengths"])
        self.assert_refused("run", "-d", "uniform", "-n", "1000", "-i", "u128-btree", "-w", "sosd-lookup",
                            says="'u128-btree' takes byte strings of 16 bytes, and the keys of 'uniform' are 64-bit integers")
        mixed = self.result_of("-d", f"{file}:@text", "-d", "uuid-v4", "-n", "501", "-i", "u128-btree", "-i", "bytes-art", "-w",
                               "sosd-lookup")
        cells = {row["dataset"]: {cell["index"] for cell in row["cells"]} for row in mixed["rows"]}
        self.assertEqual(cells["uuid-v4"], {"bytes-art", "u128-btree"})
        self.assertEqual(cells["odd@text"], {"bytes-art"})
        notes = next(row for row in mixed["rows"] if row["dataset"] == "odd@text")["notes"]
        self.assertIn("left out, for they take byte strings of 16 bytes only: u128-btree", notes)

    def test_where_no_index_takes_them_both_kinds_take_part(self):
        row = self.row_of("-d", "uuid-v4", "-n", "1000", "-i", "btree", "-w", "sosd-lookup")
        self.assert_all_ok(row, U128 | {"bytes-art"})

    def test_decide_chooses_among_both_kinds(self):
        few = ("-i", "u128-btree", "-i", "bytes-btree", "-i", "btree", "--ops", "2000", "--quiet")
        decision = self.json_of("decide", "uuid-v4", "-n", "3000", *few)
        self.assertEqual({one["index"] for one in decision["candidates"]}, {"u128-btree", "bytes-btree"})
        self.assert_refused("decide", f"{self.uuids_and_others()}:@text", "-i", "u128-btree",
                            says="none of these indexes takes byte strings of any length")

    def test_a_plugin_may_take_them(self):
        plugin = BUILD_DIR / "omenbench-test-plugin-sixteen.so"
        row = self.row_of("-d", "uuid-v4", "-n", "1000", "--plugin", plugin, "-i", "bytes-art", "-w", "miss-50")
        self.assert_all_ok(row, {"sixteen", "bytes-art"})
        self.assertIn("sixteen", self.assert_ok("check", "sixteen", "--plugin", plugin, "--steps", "500").stdout)

    def test_the_list_and_the_suite_know_them(self):
        kinds = {row["name"]: row["keys"] for row in self.json_of("list", "indexes", "u128")}
        self.assertEqual({name: kinds.get(name) for name in U128}, dict.fromkeys(U128, "u128"))
        self.assertIn("u128-pgm", self.assert_ok("check", "u128-pgm", "--steps", "500").stdout)


class DecideTest(CliTest):
    """Which index for byte strings? Nothing here depends on which one is the fastest."""

    FEW = ("-i", "bytes-absl-btree", "-i", "bytes-btree", "-i", "bytes-art", "--ops", "5000")

    def decide(self, *args, few=FEW, **options):
        decision = self.json_of("decide", *args, *few, **options)
        jsonschema.validate(decision, json.loads(self.assert_ok("schema", "decision").stdout))
        return decision

    def words(self, count=3000):
        return self.write("words.txt", "".join(f"usr/share/{n * 7919 % 65536:x}/{n}\n" for n in range(count)))

    def test_a_column_of_texts_has_an_answer(self):
        decision = self.decide(self.words())
        self.assertEqual(decision["description"]["key_kind"], "bytes")
        self.assertEqual(decision["dataset"]["keys"], 3000)
        answer, = decision["answers"]
        self.assertIn(answer["winner"], self.FEW)
        self.assertFalse(answer["provisional"])
        self.assertEqual(decision["cost_model"]["yardstick"], "bytes-absl-btree")
        self.assertEqual(answer["changes"], [])
        self.assertIn("there is no cost model of byte strings", " ".join(answer["change_words"]))
        self.assertTrue(all(one["predicted_ratio"] is None for one in decision["candidates"]))
        self.assertIn(1.0, [one["measured_ratio"] for one in decision["candidates"]])

    def test_all_in_memory_take_part_and_what_cannot_says_why(self):
        text = self.assert_ok("decide", self.words(500), "--mix", "reads=100", "--ops", "2000", "--quiet").stdout
        for said in ("Which index for words?", "What would change it", "bytes-btree", "none of byte strings"):
            self.assertIn(said, text)
        self.assertNotIn(" predicted", text.split("none of byte strings")[0])
        decision = self.decide("words.txt", few=("--mix", "reads=50,scan=50", "--ops", "2000"))
        reasons = {one["index"]: one["reason"] for one in decision["unsupported"]}
        self.assertEqual(reasons["bytes-absl-hash"], "has no ordered operations")
        self.assertFalse([name for name in reasons if not name.startswith("bytes-")])

    def test_indexes_of_the_other_kind_take_no_part(self):
        decision = self.decide(self.words(), few=("-i", "btree", "-i", "bytes-btree", "-i", "bytes-art", "--ops", "2000"))
        self.assertEqual({one["index"] for one in decision["candidates"]}, {"bytes-btree", "bytes-art"})
        self.assert_refused("decide", "words.txt", "-i", "btree", says="-i btree: none of these indexes takes byte strings")
        self.assert_refused("decide", "uniform", "-n", "3000", "-i", "bytes-art",
                            says="-i bytes-art: none of these indexes takes 64-bit integers")
        refused = self.assert_refused("decide", "words.txt", "-i", "bytes-trie", says="unknown index 'bytes-trie'")
        self.assertNotIn("reading", refused.stderr)

    def test_a_model_of_byte_strings_can_be_fitted_and_is_not_mistaken(self):
        for name, keys in (("one", "emails"), ("two", "urls")):
            self.assert_ok("decide", keys, "-n", "3000", *self.FEW, "--exhaustive", "--out", name)
        self.json_of("decide", "--fit", "one", "two", "-o", "model.json")
        decision = self.decide("emails", "-n", "3000", "--model", "model.json")
        self.assertTrue(all(one["predicted_ratio"] > 0 for one in decision["candidates"]))
        self.assert_refused("decide", "uniform", "-n", "3000", "--model", "model.json",
                            says="fitted beside 'bytes-absl-btree', which does not take these keys")

    def test_a_composite_key_beyond_64_bits_is_decided_too(self):
        file = self.write("t.csv", "tenant,id\n" + "".join(f"{n % 7 * 10**18},{n * 10**15}\n" for n in range(2000)))
        decision = self.decide(f"{file}:tenant,id")
        self.assertIn("byte strings (composite: tenant 8 bytes", decision["dataset"]["key_type"])
        self.assertEqual(decision["dataset"]["keys"], 2000)
        row = self.json_of("run", "-d", f"{file}:tenant,id", "-i", "bytes-btree", "-w", "scan-100", "--ops", "200", "--blocks",
                           "1", "--quiet", "--out", "out")["rows"][0]
        self.assertEqual(row["cells"][0]["status"], "ok")
        self.assert_refused("data", "import", f"{file}:tenant,id", "-o", "x_uint64", says="the composite key needs")

    def test_an_engine_takes_part_where_it_is_named(self):
        decision = self.decide(self.words(), few=("-i", "bytes-sqlite-file", "-i", "bytes-btree", "--ops", "2000"))
        rounds = {one["index"]: one["rounds"] for one in decision["candidates"]}
        self.assertGreaterEqual(sum(rounds["bytes-sqlite-file"].values()), 1)

    def test_adversarial_sets_are_answered_or_refused_in_a_sentence(self):
        shared = "p" * 1024
        for name, lines in (("shared", [f"{shared}{n}" for n in range(2000)]),
                            ("prefixes", ["a" * n for n in range(1, 800)]),
                            ("long", [f"{n:04}" + "z" * 60000 for n in range(20)])):
            with self.subTest(name):
                file = self.write(f"{name}.txt", "\n".join(lines * 2) + "\n")
                decision = self.decide(f"{file}:@text", few=(*self.FEW[:-1], "1000", "--mix", "reads=100", "--budget", "5s"))
                self.assertEqual(decision["dataset"]["keys"], len(lines))
                self.assertEqual(decision["dataset"]["duplicates_dropped"], len(lines))
        self.assert_refused("decide", f"{self.write('one.txt', 'only' + chr(10))}:@text", says="1 key is too few")
        too_long = self.write("huge.txt", "x\n" + "y" * 65537 + "\n")
        self.assert_refused("decide", f"{too_long}:@text", says=["huge.txt', line 2", "65537 bytes"])
        self.assert_refused("decide", self.words(), "--duplicates", "sequence", says="these are byte strings")

    def test_an_interruption_keeps_what_is_known_and_goes_on(self):
        process = start_omenbench(["decide", self.words(20000), *self.FEW[:-1], "100000", "--budget", "10m", "--out", "out"], cwd=self.directory, env={"XDG_CACHE_HOME": str(self.directory / "cache")})
        self.addCleanup(process.kill)
        while not (line := process.stderr.readline()).startswith("round 3"):
            self.assertTrue(line, "ended before it could be interrupted")
        os.kill(process.pid, signal.SIGINT)
        _, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, INTERRUPTED, stderr)
        decision = self.json_of("decide", "--resume", "out")
        self.assertFalse(decision["interrupted"])
        self.assertFalse(decision["answers"][0]["provisional"])

    def test_columns_of_sqlite_are_taken_by_their_kind(self):
        connection = sqlite3.connect(self.directory / "a.db")
        connection.execute("create table users(email text, token blob)")
        connection.executemany("insert into users values(?, ?)",
                               [(f"u{n}@example.org", n.to_bytes(3, "big") + b"\0\xff") for n in range(2000)] +
                               [("", b""), (None, None)])
        connection.commit()
        for column in ("email", "token"):
            decision = self.decide("--sqlite", "a.db", "--query", f"select {column} from users")
            self.assertEqual(decision["dataset"]["keys"], 2001)
            self.assertEqual(decision["description"]["length"]["min"], 0)
        self.assert_refused("decide", "--sqlite", "a.db", "--query", "select email from users", "--inside",
                            says=["these keys are byte strings", "bytes-sqlite-file*"])


if __name__ == "__main__":
    unittest.main()
