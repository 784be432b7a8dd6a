"""`scripts/mutate`: its tables fit the sources, its operators make what they say, and on a small tree it finds what tests
find and leaves the tree alone. Nothing of omenbench is built here."""

import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "scripts"))
from mutants import bench, operators, table  # noqa: E402

HEADER = """// Adds.
#pragma once

inline int add(int a, int b) {
  return a + b;
}
inline int unused(int a) { return a; }
"""
PROGRAM = """// Fails when adding does.
#include "core/add.h"

int main() { return add(2, 3) == 5 ? 0 : 1; }
"""
TABLE = """# Adding.
test * tests/add_test.cc
mutant wrong core/add.h
- return a + b;
+ return a - b;
mutant unseen core/add.h
- return a; }
+ return -a; }
mutant broken core/add.h
- return a; }
+ return c; }
"""


class PlantedTree(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="omenbench-test-")
        self.addCleanup(scratch.cleanup)
        self.root = pathlib.Path(scratch.name)
        self.plant("core/add.h", HEADER)
        self.plant("tests/add_test.cc", PROGRAM)
        self.plant("tests/mutants/adding.txt", TABLE)

    def plant(self, file, text):
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def mutate(self, *arguments):
        return subprocess.run([SOURCE / "scripts" / "mutate", "--root", self.root, *map(str, arguments)],
                              capture_output=True, text=True, timeout=600)

    def assert_stale(self, says):
        with self.assertRaises(table.Stale) as stale:
            table.read_groups(self.root)
        self.assertIn(says, str(stale.exception))


class Tables(PlantedTree):
    def test_those_of_this_tree_fit_its_sources(self):
        mutants = [mutant for group in table.read_groups(SOURCE) for mutant in group.mutants]
        self.assertGreaterEqual(len(mutants), 120)
        for mutant in mutants:
            text = (SOURCE / mutant.file).read_text()
            self.assertNotEqual(mutant.apply(text), text, mutant.name)

    def test_a_text_that_is_gone_or_stands_twice_is_stale(self):
        self.plant("core/add.h", HEADER.replace("return a + b;", "return b + a;"))
        self.assert_stale("'wrong': its text must stand exactly once in core/add.h, it stands there 0 times")
        self.plant("core/add.h", HEADER + "inline int again(int a, int b) { return a + b; }\n")
        self.assert_stale("it stands there 2 times")

    def test_what_cannot_be_meant_is_refused_with_its_line(self):
        for line, says in [("mutants", "adding.txt:12: expected test, embed, derive, mutant"), ("test *", "test FILTER FILE"),
                           ("test * tests/none.cc", "no file 'tests/none.cc'"), ("derive core/add.h some", "derive FILE COUNT"),
                           ("mutant same core/add.h\n- a + b\n+ a + b", "changes nothing"),
                           ("mutant again core/add.h\n- a + b\n+ a - b", "are the same bug"),
                           ("equivalent core/add.h\n- return a + b;\n+ return a * c;\nbecause", "because REASON"),
                           ("equivalent core/add.h\n- return a + b;\n+ return a * c;\nbecause so", "no mutant of core/add.h")]:
            self.plant("tests/mutants/adding.txt", TABLE + line + "\n")
            self.assert_stale(says)

    def test_an_excuse_stays_with_its_mutant(self):
        self.plant("tests/mutants/adding.txt", TABLE + "derive core/add.h 1\nequivalent core/add.h\n- return a; }\n"
                   "+ return -a; }\nbecause nobody\n  calls it\n")
        excused = [mutant for group in table.read_groups(self.root) for mutant in group.mutants if mutant.equivalent]
        self.assertEqual([(mutant.name, mutant.excuse) for mutant in excused], [("unseen", "nobody calls it")])


class Operators(unittest.TestCase):
    def test_each_makes_its_slip(self):
        changes = set(operators.changes_of("  if (a < b) total += 0.5;"))
        self.assertEqual(changes, {"  if (a <= b) total += 0.5;", "  if (a < b) total -= 0.5;", "  if (!(a < b)) total += 0.5;",
                                   "  if (a < b) total += 0.626;"})
        self.assertIn("  ;", set(operators.changes_of("  entries.push_back(entry);")))
        self.assertIn("  x = std::max(a, 2);", set(operators.changes_of("  x = std::min(a, 2);")))

    def test_comments_texts_templates_and_declarations_are_left_alone(self):
        for line in ["// a < b", '  fail("a < b && 3");', "std::vector<int> x;", "#include <map>", "  const Key key;",
                     "static_assert(sizeof(Key) == 8);", "  __builtin_prefetch(keys + 8);"]:
            self.assertEqual([change for change in operators.changes_of(line) if change.strip() != ";"], [], line)

    def test_the_choice_does_not_depend_on_other_lines(self):
        text = "a = b + c;\nd = e * f;\ng = h - i;\n"
        first = operators.derive(text, "file", 2)
        self.assertEqual(len(first), 2)
        moved = [pair for pair in operators.derive("x;\n" + text, "file", None) if pair in first]
        self.assertEqual(moved, first)


class Sources(unittest.TestCase):
    def test_a_program_holds_what_its_tests_include_and_what_implements_that(self):
        needed = bench.Sources(SOURCE).needed_by(["tests/results/statistics_test.cc"])
        self.assertEqual(needed, ["results/statistics.cc", "results/statistics.h", "tests/results/statistics_test.cc"])


class WholeRuns(PlantedTree):
    def test_bugs_are_found_survive_or_do_not_compile_and_are_not_tried_again(self):
        before = {path: path.read_bytes() for path in self.root.rglob("*") if path.is_file()}
        run = self.mutate()
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertRegex(run.stdout, r"adding +1 +1 +1 +0 +0")
        self.assertIn("survives: core/add.h: unseen\n  without a written reason", run.stdout)
        self.assertIn("score: 50.0 % of 2 found", run.stdout)
        self.assertEqual(run.stderr.count("] killed: core/add.h: wrong"), 1, run.stderr)
        for path, content in before.items():
            self.assertEqual(path.read_bytes(), content)
        again = self.mutate("--least", "50", "--markdown")
        self.assertEqual((again.returncode, again.stderr), (0, ""))
        self.assertIn("| all | 1 | 1 | 1 | 0 | 0 |", again.stdout)
        self.plant("tests/add_test.cc", PROGRAM.replace("add(2, 3) == 5", "add(2, 3) == 5 && unused(1) == 1"))
        self.assertIn("score: 100.0 % of 2 found", self.mutate().stdout)

    def test_an_interrupted_run_goes_on_where_it_stopped(self):
        # The third run, that of the second bug, lasts until the interrupt has ended it.
        hold = f"""#include <unistd.h>
#include <cstdio>
int main() {{
  std::FILE* runs = std::fopen("{self.root}/runs", "a");
  std::fputc('x', runs);
  const bool third = std::ftell(runs) == 3;
  std::fclose(runs);
  for (int i = 0; third && i < 6000 && access("{self.root}/ended", F_OK) != 0; ++i) usleep(10000);
"""
        self.plant("tests/add_test.cc", PROGRAM.replace("int main() {", hold))
        command = [SOURCE / "scripts" / "mutate", "--root", self.root, "--jobs", "1"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
            for line in run.stderr:
                if line.startswith("[1/3]"):
                    run.send_signal(signal.SIGINT)
                    break
            tried = 1 + run.stderr.read().count("/3] ")
            (self.root / "ended").touch()
            self.assertIn("not tried", run.stdout.read())
        self.assertEqual(run.returncode, 130)
        self.assertEqual((self.root / "core" / "add.h").read_text(), HEADER)
        rest = self.mutate().stderr
        # What was tried is not tried again, and all the rest is; two are left unless the machine stood still meanwhile.
        self.assertEqual(rest.count(f"/{3 - tried}] "), 3 - tried, rest)
        self.assertEqual(rest.count("core/add.h: "), 3 - tried, rest)

    def test_tests_that_fail_before_any_bug_are_no_evidence(self):
        self.plant("tests/add_test.cc", PROGRAM.replace("== 5", "== 6"))
        run = self.mutate()
        self.assertEqual(run.returncode, 2)
        self.assertIn("add_test fails before any bug is planted", run.stderr)

    def test_wrong_usage_is_refused(self):
        self.assertIn("no mutant matches", self.mutate("--only", "nothing").stderr)
        self.assertIn("--jobs: expected a number from 1 on, got 0", self.mutate("--jobs", "0").stderr)
        self.assertEqual(self.mutate("--list", "--only", "wrong").stdout, "adding  core/add.h  wrong\n")


if __name__ == "__main__":
    unittest.main()
