"""`--pg-bin`: private servers of any PostgreSQL, one version or several beside each other. A second version need not be
installed: a folder with links to the programs that are there is as good as another."""

import json
import os
import pathlib
import unittest

from run_support import RunTest, cells_by_index, result_of
from support import USAGE


def installed():
    folders = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
    return next((folder for folder in reversed(folders) if (folder / "initdb").exists()), None)


class PgBin(RunTest):
    def setUp(self):
        super().setUp()
        self.directory.chmod(0o711)
        self.run_of_few = ["run", "-d", "uniform", "-n", "2000", "-w", "sosd-lookup", "--ops", "5000", "--blocks", "2",
                           "-i", "btree"]

    def require_server(self):
        if installed() is None:
            self.skipTest("PostgreSQL's server is not installed")
        return installed()

    def folder(self, name, **programs):
        """A folder of links to the installed programs, or of scripts with that text."""
        folder = self.directory / name
        folder.mkdir()
        folder.chmod(0o755)
        for program in ("initdb", "postgres"):
            if text := programs.get(program):
                (folder / program).write_text("#!/bin/sh\n" + text)
                (folder / program).chmod(0o755)
            elif program not in programs:
                (folder / program).symlink_to(self.require_server() / program)
        return folder

    def folder_of_version(self, name, version):
        """A folder whose programs say that they are of that version, and are those installed."""
        says = '[ "$1" = --version ] && echo "{0} (PostgreSQL) {1}" && exit\nexec {2}/{0} "$@"\n'
        programs = {program: says.format(program, version, self.require_server()) for program in ("initdb", "postgres")}
        return self.folder(name, **programs)

    def refusal(self, *args):
        refused = self.run_omenbench(*self.run_of_few, *args, "--out", "refused")
        self.assert_exit(refused, USAGE)
        self.assertFalse((self.directory / "refused").exists())
        return refused.stderr

    def test_two_installations_run_side_by_side_and_results_tell_them_apart(self):
        self.folder("other")
        self.assert_ok(*self.run_of_few, "-i", "postgres", "-i", "postgres@new", "-i", "postgres-hash@new", "--pg-bin",
                       "new=other", "--out", "out")
        result = result_of(self.directory / "out")
        cells = cells_by_index(result)
        for name in ("postgres", "postgres@new", "postgres-hash@new"):
            self.assertEqual(cells[name]["status"], "ok", cells[name])
            self.assertRegex(cells[name]["engine_version"], "^PostgreSQL [0-9]+")
        self.assertEqual(dict(result["facts"]["servers"]), {"postgres": "private", "postgres@new": "private"})
        given = dict(cells["postgres@new"]["parameters"])
        self.assertEqual(given["programs"], str(self.directory / "other"))
        self.assertEqual(cells["postgres@new"]["engine_version"].split()[1].rstrip(","), given["programs_version"])
        self.assertNotIn("programs", dict(cells["postgres"]["parameters"]))
        self.assertEqual(result["plan"]["pg_bin"], ["new=" + str(self.directory / "other")])

    def test_one_folder_without_a_name_serves_the_postgres_engines(self):
        self.folder("other")
        self.assert_ok(*self.run_of_few, "-i", "postgres", "--pg-bin", "other", "--out", "out")
        cell = cells_by_index(result_of(self.directory / "out"))["postgres"]
        self.assertEqual(cell["status"], "ok")
        self.assertEqual(dict(cell["parameters"])["programs"], str(self.directory / "other"))

    def test_names_without_the_sign_mean_no_other_version(self):
        self.folder("other")
        plan = self.json_of(*self.run_of_few, "-i", "postgres*", "-i", "server", "--pg-bin", "new=other", "--dry-run")
        self.assertNotIn("@", str([cell["index"] for row in plan["rows"] for cell in row["cells"]]))
        every = self.json_of(*self.run_of_few, "-i", "*@new", "--pg-bin", "new=other", "--dry-run")
        names = {cell["index"] for row in every["rows"] for cell in row["cells"]}
        self.assertIn("postgres-brin@new", names)
        self.assertNotIn("postgres", names)

    def test_a_run_does_not_go_on_by_programs_of_another_version(self):
        before = self.folder_of_version("pg", "15.98")
        self.assert_ok(*self.run_of_few, "-i", "postgres", "--pg-bin", "pg", "--out", "out")
        for program in before.iterdir():
            program.write_text(program.read_text().replace("15.98", "15.99"))
        refused = self.run_omenbench("run", "--resume", "out")
        self.assert_exit(refused, USAGE)
        self.assertIn("the version of --pg-bin's programs is 'postgres 15.99' now and was 'postgres 15.98'",
                      refused.stderr)

    def test_claims_are_not_judged_by_what_other_programs_measured(self):
        self.folder("one")
        self.folder("other")
        part = {"numerator": "postgres", "denominator": "btree", "at_least": 1}
        claim = {"id": "mine", "text": "A server is further away", "source": "me", "parts": [part],
                 "plan": {"datasets": ["uniform"], "keys": 2000, "workloads": ["sosd-lookup"],
                          "indexes": ["postgres", "btree"], "operations": {"in-process": 5000, "server": 500},
                          "blocks": 2}}
        self.write("mine.json", json.dumps([claim]))
        self.assert_ok("claims", "mine.json", "--pg-bin", "one", "--out", "out")
        cell = cells_by_index(result_of(self.directory / "out" / "mine" / "run"))["postgres"]
        self.assertEqual(dict(cell["parameters"])["programs"], str(self.directory / "one"))
        refused = self.run_omenbench("claims", "mine.json", "--pg-bin", "other", "--out", "out")
        self.assert_exit(refused, USAGE)
        self.assertIn("holds the run of claim 'mine' with another plan", refused.stderr)

    def test_what_serves_nobody_is_said(self):
        self.folder("other")
        said = self.assert_ok(*self.run_of_few, "--pg-bin", "new=other", "--dry-run").stderr
        self.assertIn("no index of this run is served by it; name one, as in -i postgres@new", said)

    def test_a_folder_that_cannot_serve_is_refused_before_anything_is_measured(self):
        with self.subTest("no folder"):
            self.assertIn("'/nowhere/bin' is no folder; expected the folder of initdb and postgres",
                          self.refusal("--pg-bin", "/nowhere/bin"))
        with self.subTest("no initdb"):
            self.folder("half", initdb=None)
            self.assertIn("holds no program 'initdb'", self.refusal("--pg-bin", "half"))
        with self.subTest("the folder above"):
            (self.directory / "above").mkdir()
            (self.folder("above/bin")).parent.chmod(0o755)
            self.assertIn("holds no program 'initdb'; its folder 'bin' does", self.refusal("--pg-bin", "above"))
        with self.subTest("another program of that name"):
            self.folder("foreign", postgres="echo hello\n", initdb="echo hello\n")
            self.assertIn("or is not PostgreSQL's: asked with --version, it ended with 0, hello",
                          self.refusal("--pg-bin", "foreign"))
        with self.subTest("too old"):
            old = "echo 'postgres (PostgreSQL) 9.6.24'\n"
            self.folder("old", postgres=old, initdb=old)
            self.assertIn("holds PostgreSQL 9.6.24; expected 10 or later", self.refusal("--pg-bin", "old"))
        with self.subTest("two versions"):
            self.folder("mixed", initdb="echo 'initdb (PostgreSQL) 12.1'\n")
            self.assertRegex(self.refusal("--pg-bin", "mixed"), "holds postgres .* and initdb 12.1; expected one version")

    @unittest.skipUnless(os.geteuid() == 0, "only root runs servers as another user")
    def test_programs_that_the_servers_user_cannot_reach_are_refused(self):
        self.folder("closed").chmod(0o700)
        self.assertIn("does not run for user 'postgres'", self.refusal("--pg-bin", "closed"))

    def test_names_and_servers_that_contradict_each_other_are_refused(self):
        self.folder("other")
        self.assertIn("expected a name of lower-case letters", self.refusal("--pg-bin", "New=other"))
        self.assertIn("two folders called 17", self.refusal("--pg-bin", "17=other", "--pg-bin", "17=other"))
        self.assertIn("several versions need names", self.refusal("--pg-bin", "other", "--pg-bin", "other"))
        self.assertIn("give the latter a name: --pg-bin new=",
                      self.refusal("-i", "postgres", "--pg-bin", "other", "--pg", "service=nowhere"))


if __name__ == "__main__":
    unittest.main()
