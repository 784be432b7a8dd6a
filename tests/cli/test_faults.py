"""What machines, files and environments do to a run: told, or refused."""

import json
import subprocess
import unittest

from support import BUILD_DIR, OK, CliTest, clean_environment, start_omenbench

QUICK = ["-d", "uniform", "-n", "3000", "-w", "sosd-lookup", "--ops", "500", "--blocks", "6", "-i", "absl-btree", "-i",
         "pgm-64"]


class Faults(CliTest):
    def result(self, folder="out"):
        return json.loads((self.directory / folder / "results.json").read_text())

    def test_parallel_additions_to_one_history_lose_nothing(self):
        self.assert_ok("run", *QUICK, "--out", "out")
        document = self.result()
        for number in range(32):
            document["started"] = f"2026-01-01T00:00:{number:02}Z"
            self.write(f"r{number}.json", json.dumps(document))
        adding = [[start_omenbench(["history", "add", f"r{number}.json"], cwd=self.directory) for number in group]
                  for group in [range(0, 16), range(16, 32)]]
        for process in [one for group in adding for one in group]:
            _, stderr = process.communicate(timeout=120)
            self.assertEqual(process.returncode, OK, stderr)
        series = self.json_of("history", "show", "-f", "metric:ns_per_op index:pgm-64")["series"]
        self.assertEqual(len(series[0]["points"]), 32)

    def test_showing_a_history_takes_no_right_to_write(self):
        self.assert_ok("run", *QUICK, "--out", "out")
        self.assert_ok("history", "add", "out")
        before = (self.directory / "omenbench-history.sqlite").read_bytes()
        (self.directory / "omenbench-history.sqlite").chmod(0o444)
        self.assertIn("pgm-64", self.assert_ok("history", "show").stdout)
        self.assertEqual((self.directory / "omenbench-history.sqlite").read_bytes(), before)

    def test_an_empty_name_is_no_option_left_out(self):
        for option in ("--resume", "--out", "--plan"):
            self.assert_refused("run", *QUICK, option, "", says=option)

    def test_a_limit_on_the_size_of_files_is_told(self):
        limited = subprocess.run(["bash", "-c", 'ulimit -f 8; exec "$0" "$@"', BUILD_DIR / "omenbench", "run", *QUICK, "--out",
                                  "out"], cwd=self.directory, env=clean_environment(), capture_output=True, text=True,
                                 stdin=subprocess.DEVNULL, timeout=120)
        self.assertEqual(limited.returncode, 2, limited.stderr)
        self.assertIn("File too large", limited.stderr)


if __name__ == "__main__":
    unittest.main()
