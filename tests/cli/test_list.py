"""`omenbench list`: everything that can be named, as table, JSON and Markdown."""

import json
import subprocess
import unittest

from support import OMENBENCH, USAGE, CliTest, run_in_terminal

KINDS = ["datasets", "indexes", "engines", "doors", "workloads", "plans"]
FAMILIES = {"learned", "tree", "array", "hash", "engine", "reference"}
TIERS = {"in-process", "embedded", "server"}


class List(CliTest):
    def names(self, kind):
        return [row["name"] for row in self.json_of("list", kind)]

    def test_names_are_unique_kebab_case_and_every_row_has_a_description(self):
        for kind in KINDS:
            rows = self.json_of("list", kind)
            names = [row["name"] for row in rows]
            self.assertTrue(names, kind)
            self.assertEqual(len(names), len(set(names)))
            for row in rows:
                with self.subTest(kind=kind, name=row["name"]):
                    self.assertRegex(row["name"], r"^[a-z0-9]+([-._+][a-z0-9]+)*$")
                    self.assertTrue(row["description"].strip())

    def test_every_family_and_tier_is_represented_by_indexes(self):
        rows = self.json_of("list", "indexes")
        self.assertEqual({row["family"] for row in rows}, FAMILIES)
        self.assertEqual({row["tier"] for row in rows}, TIERS)

    def test_engines_are_the_indexes_of_that_family(self):
        rows = self.json_of("list", "indexes")
        self.assertEqual(self.json_of("list", "engines"), [row for row in rows if row["family"] == "engine"])

    def test_behind_a_door_stands_every_ordered_index_and_only_who_names_the_door_goes_through(self):
        ordered = {row["name"] for row in self.json_of("list", "indexes")
                   if row["tier"] == "in-process" and row["family"] != "reference" and "scan" in row["offers"]
                   and row["keys"] == "u64"}
        doors = [name for name in self.names("doors") if not name.startswith("embedded+")]  # what holds records in its slots
        self.assertEqual(set(doors), {f"sqlite+{name}" for name in ordered})

        def indexes_of(*patterns):
            options = [word for pattern in patterns for word in ("-i", pattern)]
            plan = self.json_of("run", "-d", "uniform", "-n", "1000", "-w", "sosd-lookup", *options, "--dry-run")
            return {cell["index"] for row in plan["rows"] for cell in row["cells"]}

        for everything in ("*", "embedded", "engine", "!btree"):
            self.assertFalse([name for name in indexes_of(everything) if "+" in name], everything)
        self.assertEqual(indexes_of("sqlite+pgm-6*", "btree") - {"oracle-gather"}, {"sqlite+pgm-64", "btree"})

    def test_what_is_not_built_is_listed_with_its_package_and_refused_by_name(self):
        left_out = [row for row in self.json_of("list", "indexes") if row["offers"] == "not built"]
        if not left_out:
            self.skipTest("this build lacks nothing")
        for row in left_out:
            self.assertRegex(row["description"], r"; needs [a-z0-9.+ -]+$")
            run = subprocess.run([OMENBENCH, "run", "-d", "uniform", "-n", "1000", "-i", row["name"], "--dry-run"],
                                 capture_output=True, text=True, timeout=60, cwd=self.directory)
            self.assertEqual(run.returncode, USAGE)
            self.assertIn(f"error: index '{row['name']}' is not in this build: it needs ", run.stderr)

    def test_the_indexes_of_the_quickstart_plan_exist(self):
        names = self.names("indexes")
        for name in ("binary-search", "absl-btree", "std-map", "absl-hash", "rmi", "pgm-64", "sqlite-file", "postgres"):
            self.assertIn(name, names)

    def test_workloads_of_the_literature_exist(self):
        names = self.names("workloads")
        for name in ("sosd-lookup", "ycsb-a", "ycsb-c"):
            self.assertIn(name, names)

    def test_plans_include_quickstart(self):
        self.assertIn("quickstart", self.names("plans"))

    def test_datasets_are_real_or_generated_and_say_whether_they_are_here(self):
        rows = self.json_of("list", "datasets")
        self.assertEqual({row["here"] for row in rows} - {"yes", "no"}, set())
        self.assertIn("uniform", [row["name"] for row in rows])

    def test_the_table_has_one_line_per_row_and_a_heading(self):
        for kind in KINDS:
            lines = self.assert_ok("list", kind).stdout.splitlines()
            self.assertEqual([line.split()[0] for line in lines], ["name", *self.names(kind)])

    def test_nothing_is_wider_than_the_terminal(self):
        commands = [["list", kind] for kind in KINDS] + [["data", "describe", "osm-like", "-n", "2000"]]
        for columns in (60, 100):
            for command in commands:
                lines = run_in_terminal(command, columns, cwd=self.directory).splitlines()
                self.assertGreater(len(lines), 2)
                wide = [line for line in lines if len(line) > columns]
                self.assertEqual(wide, [], f"{command} at {columns}")

    def test_markdown_is_a_table(self):
        lines = self.assert_ok("list", "indexes", "--format", "md").stdout.splitlines()
        self.assertTrue(all(line.startswith("|") and line.endswith("|") for line in lines))
        self.assertEqual(len(lines), len(self.names("indexes")) + 2)

    def test_words_narrow_a_list(self):
        def names(*words):
            return [row["name"] for row in json.loads(self.assert_ok("list", "indexes", *words, "--json").stdout)]
        self.assertEqual(names("btree"), ["btree"])
        self.assertLess({"pgm-16", "pgm-64"}, set(names("pgm-*")))
        self.assertTrue(all(name.startswith("pgm-") for name in names("pgm-*")))
        both = names("learned", "insert")
        self.assertIn("alex", both)
        self.assertNotIn("pgm-64", both, "static")
        self.assertNotIn("pgm-delta", names("!insert", "pgm-*"))
        self.assert_refused("list", "indexes", "nonsense", says="nothing in the list is 'nonsense'")

    def test_what_cannot_be_listed_is_refused(self):
        self.assert_exit(self.run_omenbench("list", "nonsense"), USAGE)
        self.assert_exit(self.run_omenbench("list"), USAGE)

    def test_an_instruction_set_without_worker_is_refused(self):
        self.assert_exit(self.run_omenbench("list", "indexes", "--isa", "x86-64-v9"), USAGE)


if __name__ == "__main__":
    unittest.main()
