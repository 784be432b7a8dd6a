"""`omenbench reproduce`: a saved result is run again on the same keys and plugins, and what agrees is told."""

import json
import os
import shutil
import signal
import time
import unittest

from support import (BUILD_DIR, INCONCLUSIVE, INTERRUPTED, OK, REGRESSION, CliTest, run_omenbench,
                     start_omenbench)

QUICK = ["-n", "50k", "-w", "sosd-lookup", "-i", "binary-search", "-i", "pgm-64", "--ops", "20000", "--blocks", "6"]


class Reproduce(CliTest):
    def measure(self, *arguments, out="first", dataset="lognormal"):
        self.assert_ok("run", "-d", dataset, *QUICK, *arguments, "--out", out, "--quiet")
        return json.loads((self.directory / out / "results.json").read_text())

    def reproduction(self, *arguments, out="again"):
        """What it says, and how it ended: on a busy machine times may say anything, so no test asks for a verdict."""
        result = self.run_omenbench("reproduce", *arguments, "--out", out, "--quiet", "--json")
        self.assertIn(result.returncode, (OK, REGRESSION, INCONCLUSIVE), result.stderr)
        return json.loads(result.stdout), result.returncode

    def test_the_repetition_runs_the_same_operations_on_the_same_keys(self):
        first = self.measure()
        said, code = self.reproduction("first")
        again = json.loads((self.directory / "again" / "results.json").read_text())
        self.assertEqual(said["schema"], "omenbench.reproduction/1")
        self.assertTrue(said["same_machine"] and said["same_program"])
        self.assertEqual((said["rows"], said["same_rows"], said["differences"]), (1, 1, []))
        self.assertEqual(again["plan"], first["plan"])
        self.assertEqual(again["rows"][0]["stream_sha256"], first["rows"][0]["stream_sha256"])
        sizes = [moved for moved in said["measurements"] if moved["metric"] == "total_bytes"]
        self.assertEqual({moved["index"]: moved["agreement"] for moved in sizes},
                         {"binary-search": "agrees", "pgm-64": "agrees"})
        self.assertEqual(json.loads((self.directory / "again" / "reproduction.json").read_text()), said)
        differ = [one for one in said["conclusions"] if one["agreement"] == "differs"]
        open_ = [one for one in said["conclusions"] if one["agreement"] == "open" and one["headline"]]
        expected = REGRESSION if differ else INCONCLUSIVE if open_ or not said["conclusions"] else OK
        self.assertEqual(code, expected)

    def test_a_result_that_claims_the_opposite_is_contradicted(self):
        result = self.measure()
        (verdict,) = [v for v in result["rows"][0]["verdicts"]
                      if (v["class"], v["metric"]) == ("ordered", "bytes")]
        self.assertEqual(verdict["verdict"], "tie")
        verdict.update(verdict="loses", ratio=3, lo=2.9, hi=3.1, survives_correction=True, p_value=0.01)
        self.write("claimed.json", json.dumps(result))
        result = self.run_omenbench("reproduce", "claimed.json", "--out", "again")
        self.assert_exit(result, REGRESSION)
        self.assertIn("contradicted", result.stdout)
        self.assertIn("learned vs ordered, bytes", result.stdout)

    def test_other_keys_are_refused_and_keys_may_lie_elsewhere(self):
        self.write("keys.csv", "".join(f"{number * number}\n" for number in range(1, 3000)))
        self.assert_ok("run", "-d", "keys.csv", "-w", "sosd-lookup", "-i", "binary-search", "--ops", "2000", "--blocks", "1",
                       "--out", "first", "--quiet")
        os.rename(self.directory / "keys.csv", self.directory / "moved.csv")
        self.assert_refused("reproduce", "first", says=["keys.csv", "--dataset NAME=FILE"])
        said, _ = self.reproduction("first", "-d", "keys=moved.csv")
        self.assertEqual(said["same_rows"], 1)
        self.write("keys.csv", "".join(f"{number * 7}\n" for number in range(1, 3000)))
        self.assert_refused("reproduce", "first", says=["dataset 'keys' is not the one of the result", "sha256",
                                                        "--dataset keys=FILE"])
        self.assert_refused("reproduce", "first", "-d", "kees=moved.csv", says=["no dataset 'kees'", "'keys'"])
        self.assert_refused("reproduce", "first", "-d", "moved.csv", says="expected NAME=FILE")

    def test_plugins_are_the_same_by_content_unless_another_build_is_asked_for(self):
        plugin = self.directory / "libmine.so"
        shutil.copy(BUILD_DIR / "omenbench-test-plugin-mine.so", plugin)
        self.measure("-i", "mine", "--plugin", "./libmine.so")
        (self.directory / "elsewhere").mkdir()
        moved = self.directory / "elsewhere" / "renamed.so"
        os.rename(plugin, moved)
        said, _ = self.reproduction("first", "--plugin", moved)
        self.assertIn("mine", {one["index"] for one in said["measurements"]})
        with open(moved, "ab") as file:
            file.write(b"rebuilt")
        self.assert_refused("reproduce", "first", "--plugin", moved, says=["renamed.so", "no plugin with its content"])
        os.rename(moved, plugin)
        self.assert_refused("reproduce", "first", says=["libmine.so", "is not the one of the result", "--rebuilt"])
        said, _ = self.reproduction("first", "--rebuilt", out="rebuilt")
        self.assertIn("plugins", [one["what"] for one in said["differences"]])

    def test_what_shapes_the_repetition_otherwise_is_told(self):
        self.measure()
        said, _ = self.reproduction("first", "--blocks", "2")
        self.assertEqual(said["differences"], [{"what": "plan: blocks", "then": "6", "now": "2"}])
        self.assertEqual(said["same_rows"], 1, "the first rounds have the same operations")

    def test_keys_of_bytes_are_reproduced_too(self):
        self.write("names.txt", "".join(f"name-{number * 37 % 2999}\n" for number in range(2999)))
        self.assert_ok("run", "-d", "names.txt:@text", "-w", "sosd-lookup", "-i", "bytes-std-map", "-i", "bytes-radix-spline",
                       "--ops", "2000", "--blocks", "2", "--out", "first", "--quiet")
        said, _ = self.reproduction("first")
        self.assertEqual((said["same_rows"], said["differences"], said["newly_failed"]), (1, [], []))
        self.assertIn("bytes-radix-spline", {one["index"] for one in said["measurements"]})

    def test_an_index_that_is_not_here_can_be_left_out_and_what_rests_on_it_stays_open(self):
        result = self.measure("-i", "std-map")
        result["plan"]["indexes"] = [{"std-map": "gone-engine"}.get(name, name) for name in result["plan"]["indexes"]]
        for cell in result["rows"][0]["cells"]:
            cell["index"] = {"std-map": "gone-engine"}.get(cell["index"], cell["index"])
        self.write("elsewhere.json", json.dumps(result))
        self.assert_refused("reproduce", "elsewhere.json", says=["unknown index 'gone-engine'", "--without NAME"])
        self.assert_refused("reproduce", "elsewhere.json", "--without", "gone", says="no index 'gone'")
        said, _ = self.reproduction("elsewhere.json", "--without", "gone-engine")
        self.assertEqual(said["newly_failed"], [])
        self.assertEqual([one["what"] for one in said["differences"]], ["plan: indexes"])
        said, _ = self.reproduction("first", "--without", "pgm-64", out="unlearned")
        self.assertEqual({one["reason"] for one in said["conclusions"]} - {"no such contest now"}, set())

    def test_an_interrupted_repetition_goes_on_where_it_was(self):
        self.measure()
        process = start_omenbench(["reproduce", "first", "--blocks", "40", "--out", "again"], cwd=self.directory,
                                  env={"XDG_CACHE_HOME": str(self.directory / "cache")})
        journal = self.directory / "again" / "journal.ndjson"
        for _ in range(600):
            if journal.exists() and journal.read_text().count('"trial"') > 8:
                break
            time.sleep(0.05)
        os.kill(process.pid, signal.SIGINT)
        _, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, INTERRUPTED, stderr)
        self.assertIn("interrupted; continue with: omenbench reproduce --resume again", stderr)
        before = journal.read_text().count('"trial"')
        result = run_omenbench(["reproduce", "--resume", self.directory / "again", "--json"], cwd="/", timeout=300,
                               env={"XDG_CACHE_HOME": str(self.directory / "cache")})
        self.assertIn(result.returncode, (OK, REGRESSION, INCONCLUSIVE), result.stderr)
        self.assertEqual(json.loads(result.stdout)["same_rows"], 1)
        self.assertGreater(journal.read_text().count('"trial"'), before)

    def test_what_is_no_result_is_refused(self):
        self.assert_refused("reproduce", "nowhere", says="'nowhere' does not exist")
        self.assert_refused("reproduce", self.write("empty.json", "{}"), says="is not a result")
        self.measure()
        self.assert_refused("reproduce", "first", "--out", "first", says="already holds a run")


if __name__ == "__main__":
    unittest.main()
