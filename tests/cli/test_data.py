"""`omenbench data describe` as text, JSON, Markdown and picture; `data import` and `generate`."""

import json
import struct
import unittest
import xml.etree.ElementTree

from support import USAGE, CliTest


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
        self.assertEqual(lines[1], "| --- | --- |")
        self.assertTrue(all(line.startswith("| ") for line in lines[: lines.index("")]))

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
