"""`run --shard` and `merge`: the shards of a plan are the plan, and the cluster files do what docs/cluster.md says."""

import json
import os
import re
import subprocess
import unittest

from support import OK, OMENBENCH, SOURCE_DIR, CliTest, clean_environment

PLAN = {"name": "small", "datasets": [["uniform"], ["lognormal"]], "keys": [3000], "indexes": ["binary-search", "pgm-64"],
        "workloads": ["sosd-lookup", "scan-100"], "threads": [1], "operations": {"in-process": 1000}, "blocks": 2}


class Sharded(CliTest):
    def setUp(self):
        super().setUp()
        self.write("plan.json", json.dumps(PLAN))

    def shard(self, number, of, *arguments):
        return self.assert_ok("run", "--plan", "plan.json", "--shard", f"{number}/{of}", "--out", f"shard-{number}",
                              "--quiet", *arguments)

    def result(self, name):
        return json.loads((self.directory / name / "results.json").read_text())

    def rows(self, name):
        return [(row["dataset"], row["workload"], row["stream_sha256"]) for row in self.result(name)["rows"]]


class Shard(Sharded):
    def test_all_shards_together_are_the_plan(self):
        self.assert_ok("run", "--plan", "plan.json", "--out", "at-once", "--quiet")
        for number in (1, 2, 3):
            self.shard(number, 3)
        self.assertEqual([len(self.rows(f"shard-{number}")) for number in (1, 2, 3)], [2, 1, 1])
        merged = self.assert_ok("merge", "shard-3", "shard-1", "shard-2", "--out", "whole")
        self.assertIn("lognormal", merged.stdout)
        self.assertTrue((self.directory / "whole" / "report.html").stat().st_size > 10_000)
        self.assertEqual(self.rows("whole"), self.rows("at-once"))
        facts = self.result("whole")["facts"]
        self.assertEqual(facts["merged_shards"], 3)
        self.assertNotIn("shard", facts)
        self.assertNotIn("machines", self.result("whole"))
        # A merged result is a result.
        self.assert_ok("report", "whole")
        self.assert_ok("compare", "whole", "at-once")

    def test_a_shard_says_which_it_is_and_goes_on_as_that(self):
        shown = self.assert_ok("run", "--plan", "plan.json", "--shard", "2/3", "--dry-run").stdout
        self.assertIn("1 row, ", shown)
        self.shard(2, 3)
        self.assertEqual(self.result("shard-2")["facts"]["shard"], {"number": 2, "of": 3, "plan_rows": 4})
        self.assert_ok("run", "--resume", "shard-2", "--quiet")
        self.assertEqual(len(self.rows("shard-2")), 1)
        self.assert_refused("run", "--resume", "shard-2", "--shard", "1/3", says="as it was planned")
        self.assert_ok("run", "--plan", "plan.json", "--shard", "2/3", "--quiet")
        (named,) = (self.directory / "omenbench-results").iterdir()
        self.assertIn("-shard-2-of-3-", named.name)

    def test_wrong_shards_are_refused(self):
        for text, says in [("2", "as in 2/8"), ("0/3", "--shard"), ("4/3", "--shard"), ("a/b", "--shard"),
                           ("5/9", "shards beyond 4 are empty")]:
            self.assert_refused("run", "--plan", "plan.json", "--shard", text, says=says)

    def test_missing_doubled_foreign_and_unfinished_shards_are_named(self):
        self.shard(1, 2)
        self.assert_refused("merge", "shard-1", says="shard of 2 is missing: 2")
        self.shard(2, 2)
        self.assert_refused("merge", "shard-1", "shard-2", "shard-1", says="shard 1 is there twice: 'shard-1'")
        self.write("plan.json", json.dumps({**PLAN, "seed": 9}))
        self.assert_ok("run", "--plan", "plan.json", "--shard", "2/2", "--out", "other", "--quiet")
        self.assert_refused("merge", "shard-1", "other", says=["no shards of one run", "'seed' is 1 and 9"])
        self.assert_ok("run", "--plan", "plan.json", "--out", "at-once", "--quiet")
        self.assert_refused("merge", "shard-1", "at-once", says="'at-once' is a run of its whole plan")
        journal = self.directory / "shard-2" / "journal.ndjson"
        journal.write_text("".join(journal.read_text().splitlines(keepends=True)[:-1]))
        self.assert_refused("merge", "shard-1", "shard-2", says=["shard-2", "omenbench run --resume shard-2"])
        self.assert_refused("merge", "shard-1/results.json", says="merge takes run directories or journals")

    def test_rows_of_several_machines_stay_apart(self):
        """A shard whose journal was written elsewhere: its seals are made again, as that machine would have."""
        self.shard(1, 2)
        self.shard(2, 2)
        journal = self.directory / "shard-2" / "journal.ndjson"
        lines = [json.loads(line) for line in journal.read_text().splitlines()]
        for line in lines:
            del line["line"], line["check"]
        lines[0]["journal"] = "omenbench.journal/1"  # which has no seals
        lines[0]["header"]["environment"]["cpu"] = "another processor"
        journal.write_text("".join(json.dumps(line) + "\n" for line in lines))
        self.assert_ok("merge", "shard-1", "shard-2", "--out", "whole", "--quiet")
        whole = self.result("whole")
        self.assertEqual([machine["cpu"] for machine in whole["machines"]], ["another processor"])
        self.assertEqual([row.get("machine", 0) for row in whole["rows"]], [0, 1, 0, 1])
        self.assertIn("another processor", whole["rows"][1]["notes"][-1])
        self.assert_refused("history", "add", "whole", says="add the shards")


class ClusterFiles(Sharded):
    """The files as they are, with local processes in place of nodes."""

    def environment(self, **variables):
        path = f"{OMENBENCH.parent}:{os.environ['PATH']}"
        return clean_environment({"PATH": path, "XDG_CACHE_HOME": str(self.directory / "cache"), "PLAN": "plan.json",
                                  "RESULTS": str(self.directory / "results"), **variables})

    def run_shard(self, command, **variables):
        done = subprocess.run(command, cwd=self.directory, env=self.environment(**variables), capture_output=True, text=True,
                              timeout=300)
        self.assertEqual(done.returncode, OK, done.stderr)

    def assert_whole(self):
        shards = sorted((self.directory / "results").glob("shard-*"))
        self.assertEqual([shard.name for shard in shards], ["shard-1", "shard-2"])
        self.assert_ok("merge", *shards, "--out", "whole", "--quiet")
        self.assertEqual(len(self.rows("whole")), 4)

    def test_the_slurm_array(self):
        script = SOURCE_DIR / "templates" / "slurm.sh"
        for task in ("1", "2"):
            self.run_shard(["bash", script], SLURM_ARRAY_TASK_ID=task, SLURM_ARRAY_TASK_COUNT="2")
        self.run_shard(["bash", script], SLURM_ARRAY_TASK_ID="2", SLURM_ARRAY_TASK_COUNT="1", SHARDS="2")  # resumes
        self.assert_whole()

    def test_the_kubernetes_job(self):
        text = (SOURCE_DIR / "templates" / "kubernetes.yaml").read_text()
        shards = re.search(r'name: SHARDS, value: "(\d+)"', text).group(1)
        self.assertEqual({shards}, set(re.findall(r"(?:completions|parallelism): (\d+)", text)))
        block = re.search(r"\n( +)- \|\n((?:\1  .*\n)+)", text)
        script = "".join(line[len(block.group(1)) + 2:] + "\n" for line in block.group(2).splitlines())
        for index in ("0", "1", "1"):  # a pod that is started again finds its shard
            self.run_shard(["/bin/sh", "-euc", script], JOB_COMPLETION_INDEX=index, SHARDS="2")
        self.assert_whole()


if __name__ == "__main__":
    unittest.main()
