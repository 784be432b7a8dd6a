"""Black-box tests of `omenbench export`."""
import csv
import fcntl
import io
import json
import os
import pathlib
import stat
import unittest

from support import CliTest

EXAMPLE = pathlib.Path(__file__).resolve().parents[1] / "golden" / "result_example.json"


class Export(CliTest):
    def test_every_format_writes_to_stdout_and_to_a_file(self):
        for name in ("bmf", "csv", "gbench", "gha", "gobench", "md"):
            printed = self.assert_ok("export", name, EXAMPLE, "--quiet")
            self.assertEqual(printed.stderr, "")
            self.assert_ok("export", name, EXAMPLE, "-o", f"out.{name}", "--quiet")
            self.assertEqual((self.directory / f"out.{name}").read_text(), printed.stdout)
            self.assertGreater(len(printed.stdout), 1000)

    def test_a_pipe_or_device_is_written_to_and_not_replaced(self):
        pipe = self.directory / "pipe"
        os.mkfifo(pipe)
        reader = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
        self.addCleanup(os.close, reader)
        fcntl.fcntl(reader, fcntl.F_SETPIPE_SZ, 1 << 20)  # all of it fits, so that nobody has to read meanwhile
        self.assert_ok("export", "gha", EXAMPLE, "-o", pipe, "--quiet")
        self.assertTrue(stat.S_ISFIFO(os.stat(pipe).st_mode))
        self.assertEqual(os.read(reader, 1), b"[")

    def test_json_formats_hold_unique_names(self):
        rows = json.loads(self.assert_ok("export", "gha", EXAMPLE).stdout)
        self.assertEqual(len({row["name"] for row in rows}), len(rows))
        rows = json.loads(self.assert_ok("export", "gbench", EXAMPLE, "--one-row").stdout)["benchmarks"]
        self.assertEqual(len({row["name"] for row in rows}), len(rows))

    def test_a_filter_chooses_rows_indexes_and_metrics(self):
        names = [row["name"] for row in json.loads(self.assert_ok("export", "gha", EXAMPLE, "-f", "metric:ns_per_op").stdout)]
        self.assertTrue(names)
        self.assertTrue(all(name.endswith(" ns_per_op") for name in names), names)
        index = names[0].split()[0].split("/")[-1]
        filtered = self.assert_ok("export", "csv", EXAMPLE, "--filter", f"index:{index}", "--quiet").stdout
        self.assertEqual({row["index"] for row in csv.DictReader(io.StringIO(filtered))}, {index})
        self.assert_refused("export", "gha", EXAMPLE, "-f", "index:nothing", says="nothing in")
        self.assert_refused("export", "gha", EXAMPLE, "-f", "colour:red", says="unknown field 'colour'")
        self.assert_refused("export", "md", EXAMPLE, "-f", "metric:ns_per_op", says="shows rows as a whole")
        self.assertIn(index, self.assert_ok("export", "md", EXAMPLE, "-f", f"index:{index}").stdout)

    def test_csv_is_rectangular(self):
        rows = list(csv.reader(io.StringIO(self.assert_ok("export", "csv", EXAMPLE).stdout)))
        self.assertEqual({len(row) for row in rows}, {13})

    def test_failed_cells_are_counted_aloud(self):
        self.assertIn("have no measurements", self.assert_ok("export", "gha", EXAMPLE).stderr)

    def test_the_machine_is_the_one_of_the_result(self):
        self.assert_ok("run", "-d", "uniform", "-n", "1000", "-w", "sosd-lookup", "-i", "pgm-64", "--ops", "1000",
                       "--blocks", "2", "--out", "out", "--quiet")
        environment = json.loads((self.directory / "out" / "results.json").read_text())["environment"]
        context = json.loads(self.assert_ok("export", "gbench", "out").stdout)["context"]
        self.assertEqual(context["num_cpus"], environment["logical_cpus"])
        self.assertEqual([cache["size"] for cache in context["caches"]],
                         [cache["size_bytes"] for cache in environment["caches"]])

    def test_wrong_names_and_options_are_refused(self):
        self.assert_refused("export", "gbnech", EXAMPLE, says=["gbnech", "did you mean 'gbench'"])
        self.assert_refused("export", "csv", EXAMPLE, "--one-row", says="--one-row")
        self.assert_refused("export", "csv", "nowhere", says="nowhere")


if __name__ == "__main__":
    unittest.main()
