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
        self.assert_refused("export", "gha", EXAMPLE, "-f", "index:nothing", says=["no index here matches it", "there are "])
        self.assert_refused("export", "gha", EXAMPLE, "-f", "metric:p99_nss",
                            says=["no metric here matches it", "did you mean 'p99_ns'?"])
        self.assert_refused("compare", EXAMPLE, EXAMPLE, "-f", "workload:nope", says="no workload here matches it")
        self.assert_refused("export", "gha", EXAMPLE, "-f", "colour:red", says="unknown field 'colour'")
        for name in ("md", "latex"):
            self.assert_refused("export", name, EXAMPLE, "-f", "metric:ns_per_op", says="shows rows as a whole")
        self.assertIn(index, self.assert_ok("export", "md", EXAMPLE, "-f", f"index:{index}").stdout)

    def test_hgrm_holds_percentiles_that_rise_to_all_samples(self):
        self.assert_refused("export", "hgrm", EXAMPLE, says=["files: name a folder for them with -o"])
        self.assert_ok("export", "hgrm", EXAMPLE, "-o", "latencies", "--quiet")
        files = sorted((self.directory / "latencies").glob("*.hgrm"))
        result = json.loads(EXAMPLE.read_text())
        cells = [(row, cell) for row in result["rows"] for cell in row["cells"]
                 if cell["status"] == "ok" and cell["passes"]["latency"]]
        self.assertEqual(len(files), len(cells))
        for file in files:
            lines = [line.split() for line in file.read_text().splitlines() if line and not line.startswith("#")]
            self.assertEqual(lines[0], ["Value", "Percentile", "TotalCount", "1/(1-Percentile)"])
            numbers = [[float(number) for number in line] for line in lines[1:]]
            for column in (0, 1, 2):
                values = [line[column] for line in numbers]
                self.assertEqual(values, sorted(values), file.name)
            self.assertEqual(numbers[-1][1], 1)
            self.assertRegex(file.read_text(), r"#\[Mean +=.*\n#\[Max +=.*Total count +=.*\n#\[Buckets")
        row, cell = cells[0]
        one = self.assert_ok("export", "hgrm", EXAMPLE, "-f",
                             f"dataset:{row['dataset']} workload:{row['workload']} index:{cell['index']} "
                             f"keys:{row['keys']}").stdout
        median = cell["passes"]["latency"]["p50"]["median"]
        ((shown, *_),) = [line.split() for line in one.splitlines() if " 0.500000000000 " in line]
        self.assertLess(abs(float(shown) / median - 1), 0.08, "a bucket and the spread of the rounds")
        self.assertEqual(int(one.splitlines()[-4].split()[2]),
                         sum(count for _, count in cell["passes"]["latency"]["histogram"]))

    def test_asv_holds_every_cell_in_seconds_below_its_machine(self):
        commit = "0123456789" * 4
        self.assert_ok("export", "asv", EXAMPLE, "-o", "results", "--commit", commit, "--quiet")
        described = json.loads((self.directory / "results" / "benchmarks.json").read_text())
        self.assertEqual(described.pop("version"), 2)
        (machine,) = (self.directory / "results").glob("*/machine.json")
        self.assertEqual(json.loads(machine.read_text())["machine"], machine.parent.name)
        (file,) = [file for file in machine.parent.glob("*.json") if file.name != "machine.json"]
        saved = json.loads(file.read_text())
        self.assertEqual(saved["commit_hash"], commit)
        self.assertTrue(file.name.startswith(commit[:8] + "-"))
        self.assertEqual(saved["params"]["machine"], machine.parent.name)
        self.assertEqual(set(saved["results"]), set(described))
        rows = {(row["name"]): row for row in json.loads(self.assert_ok("export", "gha", EXAMPLE, "--quiet").stdout)}
        cells = 0
        for name, line in saved["results"].items():
            line = dict(zip(saved["result_columns"], line))
            self.assertEqual(line["params"], described[name]["params"])
            self.assertEqual(line["version"], described[name]["version"])
            self.assertEqual({len(line[column]) for column in ("result", "samples", "stats_q_25")}, {len(line["params"][0])})
            cells += len(line["result"])
        self.assertEqual(cells, len(rows))
        name = next(name for name in described if name.endswith(".ns_per_op"))
        index = described[name]["params"][0][0].strip("'")
        values = {row["value"] for key, row in rows.items() if key.endswith(f"/{index} ns_per_op")}
        self.assertIn(saved["results"][name][0][0], [value * 1e-9 for value in values])
        self.assert_refused("export", "asv", EXAMPLE, "--commit", commit, says="3 files")

    def test_asv_finds_results_by_a_whole_commit_which_must_be_given(self):
        self.assert_refused("export", "asv", EXAMPLE, "-o", "results", says=["--commit $(git rev-parse HEAD)", "got ''"])
        self.assert_refused("export", "asv", EXAMPLE, "-o", "results", "--commit", "0123456789ab", says="got '0123456789ab'")
        self.assert_refused("export", "csv", EXAMPLE, "--commit", "a" * 40, says="'csv' does not file results by commit")

    def test_csv_is_rectangular(self):
        rows = list(csv.reader(io.StringIO(self.assert_ok("export", "csv", EXAMPLE).stdout)))
        self.assertEqual({len(row) for row in rows}, {14})

    def test_failed_cells_are_counted_aloud(self):
        self.assertIn("without measurements: ", self.assert_ok("export", "gha", EXAMPLE).stderr)

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
