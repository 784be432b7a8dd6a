"""`omenbench claims` from outside: its plans are valid, a claim of the user's is measured and judged, nothing is measured
twice, and what cannot be measured says why."""

import json
import os
import signal
import time
import unittest

from support import INTERRUPTED, CliTest, start_omenbench


def claim(name, parts, **plan):
    # A scan of 5,000 keys is some 30 times as slow as a tree, and so many operations leave it far slower where a trial loses
    # the processor for some milliseconds.
    return {"id": name, "text": "a claim", "source": "a test",
            "plan": {"datasets": ["uniform"], "keys": 5000, "workloads": ["sosd-lookup"],
                     "indexes": ["full-scan", "absl-btree"], "operations": {"in-process": 20_000}, "blocks": 12, **plan},
            "parts": parts}


class ClaimsTest(CliTest):
    def claims_of(self, *args):
        return {one["id"]: one for one in self.json_of("claims", *args)["claims"]}

    def test_a_claim_is_measured_judged_and_not_measured_again(self):
        mine = self.write("mine.json", json.dumps([
            claim("faster", [{"numerator": "full-scan", "denominator": "absl-btree", "at_least": 2}]),
            claim("slower", [{"numerator": "full-scan", "denominator": "absl-btree", "at_most": 0.5}])]))
        judged = self.claims_of(mine, "--out", "out")
        self.assertEqual(judged["faster"]["verdict"], "holds")
        self.assertEqual(judged["slower"]["verdict"], "refuted")
        self.assertGreater(judged["faster"]["parts"][0]["lo"], 2)
        journal = self.directory / "out" / "faster" / "run" / "journal.ndjson"
        before = os.stat(journal).st_mtime_ns
        table = self.assert_ok("claims", mine, "--out", "out", "--only", "faster")
        self.assertEqual(os.stat(journal).st_mtime_ns, before)
        self.assertIn("faster  holds", table.stdout)
        self.assertIn("full-scan / absl-btree on uniform 5,000 keys sosd-lookup", " ".join(table.stdout.split()))
        self.assertNotIn("slower", table.stdout)

    def test_a_slip_in_a_plan_is_an_error_before_anything_is_measured(self):
        right = claim("right", [{"numerator": "full-scan", "at_least": 1}])
        for wrong, says in ((claim("odd", [{"numerator": "rmy", "at_most": 1}], indexes=["rmy"]),
                             "claim 'odd': unknown index 'rmy', did you mean 'rmi'?"),
                            (claim("odd", [{"numerator": "full-scan", "at_most": 1}], indices=["rmi"]), "'indices'"),
                            (claim("../odd", [{"numerator": "full-scan", "at_most": 1}]), "must be 1 to 64 letters"),
                            (claim("claims.json", [{"numerator": "full-scan", "at_most": 1}]), "nor end in '.json'"),
                            (claim("right", [{"numerator": "full-scan", "at_most": 1}]), "is given twice")):
            mine = self.write("mine.json", json.dumps([right, wrong]))
            self.assert_refused("claims", mine, "--out", "out", says=says)
        self.assertFalse((self.directory / "out" / "right" / "run").exists())
        mine = self.write("mine.json", json.dumps([right]))
        self.assert_refused("claims", mine, "--budget", "soon", says="--budget")
        other = self.write("other.json", json.dumps([right]))
        self.assert_refused("claims", mine, other, says="claim 'right' is already in another file")

    def test_interrupted_claims_go_on_where_they_were(self):
        parts = [{"numerator": "full-scan", "denominator": "absl-btree", "at_least": 2}]
        slow = claim("second", parts, keys=200_000, operations={"in-process": 20_000})
        mine = self.write("mine.json", json.dumps([claim("first", parts), slow]))
        process = start_omenbench(["claims", mine, "--out", "out"], cwd=self.directory,
                                  env={"XDG_CACHE_HOME": str(self.directory / "cache")})
        self.addCleanup(process.kill)
        journal = self.directory / "out" / "second" / "run" / "journal.ndjson"
        while not (journal.exists() and '"trial"' in journal.read_text()):
            self.assertIsNone(process.poll(), "ended before it could be interrupted")
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, INTERRUPTED, stderr)
        self.assertIn("continue with: omenbench claims --resume out", stderr)
        first = os.stat(self.directory / "out" / "first" / "run" / "journal.ndjson").st_mtime_ns
        judged = self.claims_of("--resume", "out")
        self.assertEqual({one["verdict"] for one in judged.values()}, {"holds"})
        self.assertEqual(os.stat(self.directory / "out" / "first" / "run" / "journal.ndjson").st_mtime_ns, first)

    def test_a_run_of_another_plan_is_not_judged(self):
        parts = [{"numerator": "full-scan", "denominator": "absl-btree", "at_least": 2}]
        mine = self.write("mine.json", json.dumps([claim("faster", parts, blocks=6)]))
        self.claims_of(mine, "--out", "out")
        mine = self.write("mine.json", json.dumps([claim("faster", parts, blocks=6, keys=4000)]))
        self.assert_refused("claims", mine, "--out", "out", says="run of claim 'faster' with another plan")
        journal = self.directory / "out" / "faster" / "run" / "journal.ndjson"
        measured = journal.read_bytes()
        mine = self.write("mine.json", json.dumps([claim("faster", parts, blocks=6, budget_s=99)]))
        self.assertIn("faster", self.claims_of(mine, "--out", "out"))
        self.assertEqual(journal.read_bytes(), measured)

    def test_the_plan_of_every_built_in_claim_can_be_run(self):
        for one in json.loads(self.assert_ok("claims", "--list", "--json").stdout):
            name = one["id"]
            if one["untestable"]:
                continue
            with self.subTest(name):
                source = next(path for path in ("odb.json", "literature.json") if name in self.ids(path))
                plan = self.ids(source)[name]["plan"]
                plan["keys"] = 1000
                self.write("plan.json", json.dumps(plan))
                self.assert_ok("run", "--plan", "plan.json", "--dry-run", "--out", "none")

    @staticmethod
    def ids(file):
        from support import SOURCE_DIR
        text = (SOURCE_DIR / "results" / "claims" / file).read_text()
        return {one["id"]: one for one in json.loads(text)}

    def test_a_password_is_refused_before_anything_is_written(self):
        for options in (["--pg", "postgresql://me:hunter2@localhost/db"], ["--redis", "redis://:hunter2@localhost"],
                        ["--mariadb", "mysql://me:hunter2@localhost/db"]):
            result = self.assert_refused("claims", "--only", "odb-1", *options, "--out", "out", says=["password", "env:VAR"])
            self.assertNotIn("hunter2", result.stderr)
        self.assertEqual(list(self.directory.iterdir()), [])

    def test_unknown_claims_and_files_are_refused(self):
        self.assert_refused("claims", "--only", "odb-1x", says="unknown claim 'odb-1x', did you mean 'odb-1")
        self.assert_refused("claims", "none.json", says="claims file 'none.json': cannot read: No such file")


if __name__ == "__main__":
    unittest.main()
