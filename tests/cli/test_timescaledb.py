"""Engine `timescaledb`: measured where PostgreSQL has the extension, else named with what it needs. A folder of another
PostgreSQL that has it may be named in OMENBENCH_TEST_TIMESCALEDB."""

import os
import pathlib
import unittest

from run_support import RunTest, cells_by_index, result_of
from support import USAGE

RUN = ["run", "-d", "uniform", "-n", "2000", "--ops", "5000", "--blocks", "2", "-i", "btree", "-i", "timescaledb"]


class Timescaledb(RunTest):
    def programs(self):
        """Options that name a PostgreSQL with the extension; none where that of private servers has it."""
        if named := os.environ.get("OMENBENCH_TEST_TIMESCALEDB"):
            return ["--pg-bin", named]
        folders = pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb")
        newest = max(folders, key=lambda path: float(path.parts[4]), default=None)
        if newest is None or not (newest.parents[1] / "lib/timescaledb.so").exists():
            self.skipTest("TimescaleDB is not installed (postgresql-17-timescaledb)")
        return []

    def test_answers_rows_that_read_scan_and_write(self):
        for workload in ("sosd-lookup", "scan-100", "gre-50"):
            with self.subTest(workload):
                self.assert_ok(*RUN, "-w", workload, *self.programs(), "--out", workload)
                cell = cells_by_index(result_of(self.directory / workload))["timescaledb"]
                self.assertEqual(cell["status"], "ok", cell)
                self.assertIn("timescaledb", dict(cell["engine_settings"]))
                self.assertGreater(cell["disk_bytes"], 2000 * 16)

    def test_is_named_with_what_it_needs_where_programs_lack_it(self):
        folder = self.directory / "bin"
        folder.mkdir()
        self.directory.chmod(0o711)
        for program in ("initdb", "postgres"):
            (folder / program).write_text(f"#!/bin/sh\necho '{program} (PostgreSQL) 17.1'\n")
            (folder / program).chmod(0o755)
        refused = self.run_omenbench(*RUN, "-w", "sosd-lookup", "--pg-bin", "bin", "--dry-run")
        self.assert_exit(refused, USAGE)
        self.assertIn("needs TimescaleDB in the PostgreSQL of private servers", refused.stderr)


if __name__ == "__main__":
    unittest.main()
