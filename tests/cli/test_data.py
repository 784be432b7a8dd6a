"""`omenbench data describe` as text, JSON, Markdown and picture; `data import` and `generate`."""

import json
import os
import signal
import struct
import threading
import time
import unittest
import xml.etree.ElementTree

from support import USAGE, CliTest, start_omenbench


class Describe(CliTest):
    def test_json_holds_every_statistic_of_a_file(self):
        self.write("ticks.csv", "time,price\n" + "".join(f"{1000 + 7 * i},{i % 3}\n" for i in range(5000)) + "1000,1\n")
        found = self.json_of("data", "describe", "ticks.csv:time")
        self.assertEqual(found["schema"], "omenbench.description/1")
        self.assertEqual((found["rows"], found["keys"], found["duplicates"], found["longest_run"]), (5001, 5000, 1, 2))
        self.assertEqual((found["first"], found["last"]), (1000, 1000 + 7 * 4999))
        self.assertEqual(found["sortedness"], {"k": 1, "l": 4999})
        self.assertEqual(found["pla"], [{"eps": 2**power, "segments": 1} for power in range(2, 13)])
        self.assertEqual(found["hardness"], {"local": 1, "local_eps": 32, "global": 1, "global_eps": 4096})
        self.assertEqual(found["gaps"]["median"], 7)
        self.assertEqual(len(found["byte_entropy_bits"]), 8)
        self.assertIn("Close to linear, evenly spaced.", found["words"])

    def test_the_table_says_the_same_and_draws_two_pictures(self):
        text = self.assert_ok("data", "describe", "uniform", "-n", "100k", "--seed", "3").stdout
        for part in ("100,000 keys", "segments", "hardness", "share of keys", "gap to the next key", "Close to linear"):
            self.assertIn(part, text)
        self.assertTrue(text.isascii())

    def test_markdown_is_a_table_and_a_sentence(self):
        lines = self.assert_ok("data", "describe", "uniform", "-n", "1000", "--format", "md").stdout.splitlines()
        self.assertEqual(lines[:4], ["## uniform  1,000 keys (uint64)", "", "|  |  |", "|---|---|"])
        table = lines[4: lines.index("", 4)]
        self.assertTrue(table and all(line.startswith("| ") for line in table))

    def test_the_picture_is_well_formed_svg(self):
        self.write("<odd> & name.txt", "\n".join(str(i * i) for i in range(1000)))
        self.assert_ok("data", "describe", "<odd> & name.txt", "--svg", "out.svg", "--quiet")
        root = xml.etree.ElementTree.parse(self.directory / "out.svg").getroot()
        self.assertTrue(root.tag.endswith("svg"))
        self.assertIn("<odd> & name, 1,000 keys", [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")])

    def test_options_of_the_command_may_stand_after_the_dataset(self):
        result = self.assert_ok("data", "describe", "uniform", "-n", "10", "--json", "--quiet")
        self.assertEqual(json.loads(result.stdout)["keys"], 10)

    def test_what_is_not_there_is_refused(self):
        self.assert_refused("data", "describe", "unifrm", says=["'unifrm'", "did you mean 'uniform'?"])
        self.assert_refused("data", "describe", says="dataset is required")
        self.assert_refused("data", "describe", "uniform", "-n", "many", says="-n")
        self.assert_exit(self.run_omenbench("data"), USAGE)
        self.assert_exit(self.run_omenbench("data", "descrbe"), USAGE)


class Odd(CliTest):
    """Whatever a file holds, it is read exactly, or refused by name, line and column, within seconds."""

    def test_what_was_passed_over_is_counted_in_every_form(self):
        self.write("a.csv", "tag,id\nx,5\n#y,7\n\nz,\n# remark\n")
        found = self.json_of("data", "describe", "a.csv:id")
        self.assertEqual(found["keys"], 2)
        self.assertEqual([note.split(" ", 2)[:2] for note in found["notes"]],
                         [["1", "row"], ["1", "line"], ["1", "row"], ["1", "blank"]])
        self.assertIn("1 row without a key skipped", self.assert_ok("data", "describe", "a.csv:id").stdout)
        self.assertIn("1 row without a key skipped", self.assert_ok("data", "import", "a.csv:id").stderr)

    def test_values_are_refused_with_file_line_column_and_expectation(self):
        for value, says in (("18446744073709551616", "expected an integer of 64 bits"), ("1_000", "thousands separators"),
                            ("0x1f", "type 'hex'"), ("12abc", "expected an integer, got '12abc'")):
            self.write("a.csv", f"id,x\n1,a\n{value},b\n")
            self.assert_refused("data", "describe", "a.csv:id", says=["file 'a.csv', line 3, column 'id': ", says])

    def test_pipes_and_devices_neither_hang_nor_fill_memory(self):
        os.mkfifo(self.directory / "pipe")
        self.write("a.csv", "1\n2\n")
        for spec in ("pipe", "/dev/zero", "a.csv:@pipe", "a.csv:@/dev/zero"):
            self.assert_refused("data", "describe", spec, says=["regular file"], timeout=20)

    def test_keys_of_a_file_that_changes_meanwhile_are_not_kept_for_one_of_its_versions(self):
        path = self.write("log.txt", "".join(f"{number}\n" for number in range(1_000_000)))
        stop = threading.Event()

        def append():
            number = 1_000_000
            with path.open("a") as file:
                while not stop.is_set():
                    file.write(f"{(number := number + 1)}\n")
                    file.flush()
                    time.sleep(0.001)

        writer = threading.Thread(target=append)
        writer.start()
        try:
            told = self.assert_ok("data", "import", "log.txt", "-o", "a_uint64").stderr
        finally:
            stop.set()
            writer.join()
        self.assertIn("could not be cached: a file changed while it was read", told)
        self.assertEqual(list((self.directory / "cache").glob("omenbench/keys/*")), [])
        self.assertNotIn("changed", self.assert_ok("data", "import", "log.txt", "-o", "b_uint64").stderr)
        self.assertEqual(len(list((self.directory / "cache").glob("omenbench/keys/*"))), 1)

    def test_hostile_recipes_are_refused_with_their_line(self):
        self.write("a.csv", "1\n2\n")
        for text, says in (("[" * 50000, "deep"), ('{"key": "a",\n"key": "b"}', "line 2: field 'key' is given twice"),
                           ('{"key":\n', "line 2: not valid JSON")):
            self.write("r.json", text)
            self.assert_refused("data", "describe", "a.csv:@r.json", says=["recipe 'r.json'", says], timeout=20)

    def test_files_of_one_name_are_two_datasets_of_a_run(self):
        for day in ("day1", "day2"):
            (self.directory / day).mkdir()
            self.write(f"{day}/trades.csv", "ts\n" + "".join(f"{len(day) * i + int(day[-1])}\n" for i in range(100)))
        plan = self.assert_ok("run", "-d", "day1/trades.csv", "-d", "day2/trades.csv", "-i", "binary-search", "-w",
                              "sosd-lookup", "--dry-run")
        for name in ("day1/trades", "day2/trades"):
            self.assertIn(name, plan.stdout + plan.stderr)


class Write(CliTest):
    def keys_of(self, name):
        content = (self.directory / name).read_bytes()
        keys = struct.unpack(f"<{len(content) // 8}Q", content)
        self.assertEqual(keys[0], len(keys) - 1)
        return list(keys[1:])

    def test_import_writes_the_sorted_distinct_keys_of_a_column(self):
        self.write("trades.csv", "time,price\n30,1\n10,2\n20,3\n10,4\n")
        row = self.json_of("data", "import", "trades.csv:time")[0]
        self.assertEqual((row["keys"], row["duplicates dropped"]), ("3", "1"))
        self.assertEqual(row["file"], "trades_time_uint64")
        self.assertEqual(self.keys_of("trades_time_uint64"), [10, 20, 30])
        self.assertEqual(self.json_of("data", "describe", "trades_time_uint64")["keys"], 3)
        self.assert_ok("data", "import", "trades.csv:time", "--duplicates", "sequence", "-o", "all_uint64")
        self.assertEqual(self.keys_of("all_uint64"), [20, 21, 40, 60])

    def test_generate_writes_what_a_run_would_use(self):
        row = self.json_of("data", "generate", "lognormal:sigma=1", "-n", "5k", "--seed", "9")[0]
        self.assertEqual(len(self.keys_of("lognormal_sigma_1_uint64")), 5000)
        described = self.json_of("data", "describe", "lognormal:sigma=1", "-n", "5k", "--seed", "9")
        self.assertEqual(row["sha256"], described["sha256"])
        self.assertEqual(self.json_of("data", "describe", "lognormal_sigma_1_uint64")["sha256"], row["sha256"])

    def test_a_signal_leaves_no_temporary_file(self):
        process = start_omenbench(["data", "generate", "uniform", "-n", "20M", "-o", "many_uint64"], cwd=self.directory)
        self.addCleanup(process.kill)
        while not list(self.directory.iterdir()):
            self.assertIsNone(process.poll(), "nothing was written")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=120)
        self.assertEqual([path.name for path in self.directory.iterdir()], ["many_uint64"])

    def test_nothing_is_overwritten_unasked(self):
        self.assert_ok("data", "generate", "uniform", "-n", "10", "-o", "k_uint64")
        before = self.keys_of("k_uint64")
        self.assert_refused("data", "generate", "uniform", "-n", "20", "-o", "k_uint64", says="--force replaces it")
        self.assertEqual(self.keys_of("k_uint64"), before)
        self.assert_ok("data", "generate", "uniform", "-n", "20", "-o", "k_uint64", "--force")
        self.assertEqual(len(self.keys_of("k_uint64")), 20)

    def test_names_that_hide_the_width_and_folders_that_are_not_there_are_refused(self):
        self.assert_refused("data", "generate", "uniform", "-n", "10", "-o", "keys", says="'keys_uint64'")
        self.assert_refused("data", "generate", "uniform", "-n", "10", "-o", "no/k_uint64", says="No such file")
        self.assertEqual([path.name for path in self.directory.glob("**/*uint64*")], [])

    def test_generate_takes_generators_only(self):
        self.write("uniform", "1\n2\n")
        self.assert_refused("data", "generate", "uniform", says="'uniform' is also a file here")
        self.assert_refused("data", "generate", "tor-geoip", says="unknown generator 'tor-geoip'")
        self.assert_refused("data", "generate", "unifrm", says="did you mean 'uniform'?")


if __name__ == "__main__":
    unittest.main()
