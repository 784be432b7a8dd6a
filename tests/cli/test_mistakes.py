"""Indexes that make one small mistake (tests/faulty/mistakes.cc): a trial of each must come out as a wrong result, and
`omenbench check` must find it."""

import json
import re
import unittest

from support import BUILD_DIR, CELLS_FAILED, SOURCE_DIR, CliTest

FAULTY = BUILD_DIR / "omenbench-worker-faulty"
MISTAKES = re.findall(r'add<\w+>\("(test-[\w-]+)"\)', (SOURCE_DIR / "tests" / "faulty" / "mistakes.cc").read_text())
EVERYTHING = {"name": "everything", "bulk_load": 0.5,
              "mix": {"lookup": 0.2, "lower_bound": 0.2, "scan": 0.2, "insert": 0.1, "update": 0.1, "erase": 0.1,
                      "read_modify_write": 0.1},
              "hit_ratio": 0.8, "scan_length": {"shortest": 1, "longest": 20}}


class Mistakes(CliTest):
    def test_there_are_some(self):
        self.assertGreaterEqual(len(MISTAKES), 19)

    def test_a_trial_finds_each_by_its_checksum(self):
        everything = self.write("everything.json", json.dumps(EVERYTHING))
        indexes = [word for name in [*MISTAKES, "std-map"] for word in ("-i", name)]
        run = self.run_omenbench("run", "-d", "uniform", "-n", "300", "-w", everything, "-w", "sosd-lookup", "--ops", "4000",
                                 "--blocks", "1", "--worker", FAULTY, *indexes, "--out", "out", "--json", timeout=300)
        self.assert_exit(run, CELLS_FAILED)
        statuses = {}
        for row in json.loads(run.stdout)["rows"]:
            for cell in row["cells"]:
                statuses.setdefault(cell["index"], []).append(cell["status"])
        self.assertEqual(statuses.pop("std-map"), ["ok", "ok"])
        for name in MISTAKES:
            self.assertIn("wrong_result", statuses[name], name)

    def test_the_conformance_check_finds_each(self):
        run = self.run_omenbench("check", *MISTAKES, "--worker", FAULTY, "--findings", "1", "--steps", "20k", "--json",
                                 timeout=800)
        self.assert_exit(run, CELLS_FAILED)
        found = {index["index"]: index["findings"] for index in json.loads(run.stdout)["indexes"]}
        self.assertEqual(sorted(found), sorted(MISTAKES))
        for name, findings in found.items():
            self.assertTrue(findings, f"{name} passed")
            self.assertRegex(findings[0]["what"], "wrong (answer|final state)", name)


if __name__ == "__main__":
    unittest.main()
