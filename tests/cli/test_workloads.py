"""Workloads as `omenbench run` meets them: phases, recorded orders, inserts from another dataset, what is refused."""

import json
import random
import unittest

from support import CliTest

RUN = ["run", "--blocks", "1", "--ops", "4000", "--out", "out", "-i", "absl-btree"]


class WorkloadTest(CliTest):
    def rows_of(self, *args):
        self.assert_ok(*RUN, *args)
        return json.loads((self.directory / "out" / "results.json").read_text())["rows"]

    def assert_row_ok(self, row):
        for cell in row["cells"]:
            self.assertIn(cell["status"], ("ok", "unsupported"), cell)

    def test_a_file_of_phases_runs_and_every_index_runs_as_many_operations(self):
        workload = self.write("mine.json", json.dumps({
            "bulk_load": 0.5, "repeat": 2,
            "phases": [{"mix": {"insert": 1}}, {"mix": {"lookup": 1}, "chooser": "latest"}]}))
        row = self.rows_of("-d", "uniform", "-n", "20k", "-w", workload, "-i", "sqlite-memory", "-i", "pgm-64")[0]
        self.assert_row_ok(row)
        self.assertEqual(row["operations"], 400, "a tenth of --ops: that of the embedded tier")
        self.assertTrue(any("phases cannot be cut" in note for note in row["notes"]), row["notes"])
        self.assertAlmostEqual(row["realised"]["insert"], 0.5)

    def test_a_file_is_replayed_in_the_order_of_its_rows(self):
        draw = random.Random(4)
        keys = [draw.randrange(10**6) for _ in range(3000)]
        trace = self.write("trace.csv", "\n".join(["key", *map(str, keys)]) + "\n")
        row = self.rows_of("-d", trace, "-w", "replay", "-w", "tick-replay")
        for one in row:
            self.assert_row_ok(one)

    def test_keys_without_an_order_are_not_replayed(self):
        self.assert_refused(*RUN, "-d", "uniform", "-n", "1000", "-w", "replay",
                            says="workload 'replay' needs the order of a dataset's rows; 'uniform'")

    def test_inserts_may_come_from_another_dataset(self):
        row = self.rows_of("-d", "uniform", "-n", "20k", "-w", "drift")[0]
        self.assert_row_ok(row)
        self.assertEqual(row["loaded_keys"], 10000)
        self.assertTrue(any("keys of 'normal'" in note for note in row["notes"]), row["notes"])

    def test_a_stream_ends_before_its_keys_run_out(self):
        row = self.rows_of("-d", "uniform", "-n", "2000", "-w", "gre-0")[0]
        self.assert_row_ok(row)
        self.assertEqual(row["operations"], 1000)
        self.assertTrue(any("operations lowered from 4000 to 1000" in note for note in row["notes"]), row["notes"])
        self.assert_refused("run", "--out", "none", "-i", "absl-btree", "-d", "uniform", "-n", "1", "-w", "ycsb-d",
                            says="cannot run on the 1 keys of 'uniform'")

    def test_a_workload_may_fix_its_threads_and_operations(self):
        workload = self.write("two.json", json.dumps({"threads": 2, "operations": 5000, "mix": {"lookup": 1}}))
        self.assert_ok("run", "--blocks", "1", "--out", "out", "-i", "absl-btree", "-i", "sqlite-memory", "-d", "uniform",
                       "-n", "5000", "-w", workload, "-t", "1")
        row = json.loads((self.directory / "out" / "results.json").read_text())["rows"][0]
        self.assertEqual(row["threads"], 2)
        self.assertEqual(row["operations"], 5000)

    def test_phases_of_seconds_in_a_closed_loop_become_operations_by_a_probe(self):
        reads = self.write("reads.json", json.dumps({"seconds": 0.02, "mix": {"lookup": 1}}))
        phases = self.write("phases.json", json.dumps({"bulk_load": 0.5, "phases": [
            {"mix": {"lookup": 1}, "seconds": 0.01}, {"mix": {"insert": 1}, "operations": 300}]}))
        run = ["-d", "uniform", "-n", "20k", "-i", "absl-btree", "-i", "sqlite-memory"]
        self.assert_ok("run", "--blocks", "2", "--out", "out", *run, "-w", reads, "-w", phases)
        rows = json.loads((self.directory / "out" / "results.json").read_text())["rows"]
        for row in rows:
            self.assert_row_ok(row)
        tree, engine = (next(c for c in rows[0]["cells"] if c["index"] == name) for name in
                        ("absl-btree", "sqlite-memory"))
        self.assertGreater(tree["operations"], 2 * engine["operations"], "each as far as it comes")
        self.assertTrue(any("0.02 s are as many operations" in note for note in rows[0]["notes"]), rows[0]["notes"])
        counts = {tuple(p["operations"] for p in cell["phases"]) for cell in rows[1]["cells"] if cell["status"] == "ok"}
        self.assertEqual(len(counts), 1, "all indexes run what the slowest does")
        self.assertEqual(counts.pop()[1], 300)
        # Of a complete run nothing is probed or counted anew.
        self.assert_ok("run", "--resume", "out")
        again = json.loads((self.directory / "out" / "results.json").read_text())["rows"]
        self.assertEqual([row["operations"] for row in again], [row["operations"] for row in rows])
        # --ops takes the place of seconds, also when the run is resumed.
        self.assert_ok("run", "--blocks", "1", "--out", "some", *run, "-w", reads, "--ops", "3000")
        self.assert_ok("run", "--resume", "some")
        row = json.loads((self.directory / "some" / "results.json").read_text())["rows"][0]
        self.assertEqual(row["operations"], 3000)
        self.assert_refused("run", "--out", "none", *run, "-w", phases, "--rate", "100",
                            says="--rate: phases of workload 'phases' last seconds in a closed loop")


if __name__ == "__main__":
    unittest.main()
