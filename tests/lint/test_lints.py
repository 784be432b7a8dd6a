"""Every lint passes on this tree and fails on a planted violation of each of its rules."""

import importlib.util
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LINTS = ROOT / "scripts" / "lint"


def run_lint(name, *arguments):
    return subprocess.run([LINTS / name, *arguments], capture_output=True, text=True, timeout=300)


class PlantedTree(unittest.TestCase):
    """A small tree of its own per test."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.root = pathlib.Path(scratch.name)
        self.plant("core/types.h", "// Words.\n#pragma once\n")

    def plant(self, file, text):
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def complaints(self, lint):
        result = run_lint(lint, "--root", self.root)
        self.assertEqual(result.stderr, "")
        self.assertEqual(result.returncode, 1 if result.stdout else 0)
        return result.stdout.splitlines()

    def assert_only_complaint(self, lint, *fragments):
        complaints = self.complaints(lint)
        self.assertEqual(len(complaints), 1, complaints)
        for fragment in fragments:
            self.assertIn(fragment, complaints[0])


class Includes(PlantedTree):
    def test_this_tree_is_clean(self):
        self.assertEqual(run_lint("includes.py").stdout, "")

    def test_a_downward_include_passes(self):
        self.plant("harness/clock.cc", '// Clock.\n#include "core/types.h"\n')
        self.assertEqual(self.complaints("includes.py"), [])

    def test_an_upward_include_fails(self):
        self.plant("harness/clock.h", "// Clock.\n#pragma once\n")
        self.plant("core/bad.cc", '// Bad.\n#include "harness/clock.h"\n')
        self.assert_only_complaint("includes.py", "core/bad.cc:2", "core must not include harness")

    def test_a_sideways_include_fails(self):
        self.plant("datasets/dataset.h", "// Data.\n#pragma once\n")
        self.plant("workloads/bad.cc", '// Bad.\n#  include "datasets/dataset.h"\n')
        self.assert_only_complaint("includes.py", "workloads/bad.cc:2", "workloads must not include datasets")

    def test_a_concrete_index_cannot_be_included_from_outside(self):
        self.plant("indexes/learned/pgm.h", "// PGM.\n#pragma once\n")
        self.plant("indexes/learned/pgm.cc", '// PGM.\n#include "indexes/learned/pgm.h"\n')
        self.assertEqual(self.complaints("includes.py"), [])
        self.plant("tools/omenbench/bad.cc", '// Bad.\n#include "indexes/learned/pgm.h"\n')
        self.assertTrue(any("reached by name" in line for line in self.complaints("includes.py")))

    def test_a_concrete_generator_cannot_be_included_from_outside(self):
        self.plant("datasets/generators/zipf.h", "// Zipf.\n#pragma once\n")
        self.plant("tools/omenbench/bad.cc", '// Bad.\n#include "datasets/generators/zipf.h"\n')
        self.assert_only_complaint("includes.py", "tools/omenbench/bad.cc:2", "reached by name")

    def test_including_a_source_file_fails(self):
        self.plant("core/rng.cc", "// Rng.\n")
        self.plant("core/bad.cc", '// Bad.\n#include "core/rng.cc"\n')
        self.assert_only_complaint("includes.py", "core/bad.cc:2", "no header")

    def test_a_relative_include_fails(self):
        self.plant("core/bad.cc", '// Bad.\n#include "types.h"\n')
        self.assert_only_complaint("includes.py", "core/bad.cc:2", "does not start with a room")

    def test_an_include_of_nothing_fails(self):
        self.plant("core/bad.cc", '// Bad.\n#include "core/absent.h"\n')
        self.assert_only_complaint("includes.py", "core/bad.cc:2", "does not exist")

    def test_core_takes_no_heavy_library(self):
        for header in ("fmt/format.h", "nlohmann/json.hpp"):
            self.plant("core/bad.cc", f"// Bad.\n#include <{header}>\n")
            self.assert_only_complaint("includes.py", "core/bad.cc:2", "too heavy")

    def test_what_the_trial_loop_draws_in_takes_no_heavy_library(self):
        self.plant("harness/deep.h", "// Deep.\n#pragma once\n#include <nlohmann/json.hpp>\n")
        self.assertEqual(self.complaints("includes.py"), [])
        self.plant("harness/trial.h", '// Loop.\n#pragma once\n#include "harness/deep.h"\n')
        self.assert_only_complaint("includes.py", "harness/deep.h:3", "too heavy")

    def test_a_worker_takes_nothing_of_base(self):
        self.plant("base/json.h", "// JSON.\n#pragma once\n")
        self.plant("harness/run.cc", '// Coordinator.\n#include "base/json.h"\n')
        self.assertEqual(self.complaints("includes.py"), [])
        self.plant("harness/part.h", '// Part.\n#pragma once\n#include "base/json.h"\n')
        self.plant("harness/worker/main.cc", '// Worker.\n#include "harness/part.h"\n')
        self.assert_only_complaint("includes.py", "harness/part.h:3", "a worker is compiled with this file")

    def test_a_wrapped_library_stays_in_its_room(self):
        self.plant("tools/omenbench/main.cc", "// Main.\n#include <CLI/CLI.hpp>\n")
        self.assertEqual(self.complaints("includes.py"), [])
        self.plant("results/bad.cc", "// Bad.\n#include <CLI/CLI.hpp>\n")
        self.assert_only_complaint("includes.py", "results/bad.cc:2", "tools/omenbench/ only")


    def test_what_an_engine_states_as_its_need_stays_with_engines(self):
        self.plant("indexes/engines/store.cc", "// Store.\n// needs: store/db.h store (libstore-dev)\n#include <store/cache.h>\n")
        self.assertEqual(self.complaints("includes.py"), [])
        self.plant("results/bad.cc", "// Bad.\n#include <store/db.h>\n")
        self.assert_only_complaint("includes.py", "results/bad.cc:2", "indexes/engines/ only")

    def test_a_need_must_be_stated_where_it_is_included_or_below(self):
        self.plant("indexes/trees/x.h", "// X.\n// needs: x.h x (libx-dev)\n#pragma once\n#include <x.h>\n")
        self.plant("indexes/trees/x.cc", '// X.\n#include <x.h>\n#include "indexes/trees/x.h"\n')
        self.assertEqual(self.complaints("includes.py"), [])
        self.plant("indexes/trees/bad.cc", "// Bad.\n#include <x.h>\n")
        self.assert_only_complaint("includes.py", "indexes/trees/bad.cc:2", "<x.h>", "// needs: ")


class Sources(PlantedTree):
    def test_this_tree_is_clean(self):
        self.assertEqual(run_lint("sources.py").stdout, "")

    def test_a_page_has_no_long_lines(self):
        self.plant("results/report/figures/pie.js", "// Pie.\n" + "x" * 120 + "\n")
        self.assertEqual(self.complaints("sources.py"), [])
        self.plant("results/report/figures/pie.js", "// Pie.\n" + "x" * 121 + "\n")
        self.assert_only_complaint("sources.py", "results/report/figures/pie.js:2: 121 characters")

    def test_a_file_without_an_opening_comment_fails(self):
        self.plant("core/bad.cc", "int x;\n")
        self.plant("scripts/bad.py", "#!/usr/bin/env python3\nimport sys\n")
        self.assertEqual(len(self.complaints("sources.py")), 2)

    def test_an_unguarded_header_fails(self):
        self.plant("core/bad.h", "// Bad.\nint x;\n")
        self.assert_only_complaint("sources.py", "core/bad.h:1", "#pragma once")

    def test_an_unfinished_mark_fails(self):
        for mark in ("TO" + "DO", "FIX" + "ME"):
            self.plant("core/bad.cc", f"// Bad.\n// {mark}: later\n")
            self.assert_only_complaint("sources.py", "core/bad.cc:2", mark)


class Once(PlantedTree):
    SECONDS = {
        "SHA-256 or MD5": "  EVP_DigestInit_ex(context, EVP_sha256(), nullptr);",
        "JSON reader": "  const auto json = nlohmann::ordered_json::parse(text);",
        "reader of a whole file": "  text << in.rdbuf();",
        "replacement of a file": "  std::filesystem::rename(temporary, path);",
        "temporary directory": "  mkdtemp(pattern.data());",
        "list of operation names": '  const char* const kNames[] = {"lookup", "lower_bound"};',
        "edit distance": "std::size_t edit_distance(std::string_view a, std::string_view b) {",
        "text of a size": '  return fmt::format("{:.1f} MiB", size);',
        "text of a large number": "std::string with_commas(std::uint64_t number) {",
        "number from a text by the locale": "  return std::stod(text);",
        "exit code of an interrupt": "  return ExitCode::kTerminated;",
        "fact about the terminal": "  if (isatty(STDOUT_FILENO) != 0) colour();",
        "start of a process": "  const pid_t child = fork();",
        "handler of a signal": "  signal(SIGINT, on_signal);",
        "seed from outside": "  std::mt19937 generator(std::random_device{}());",
    }

    def test_this_tree_is_clean(self):
        self.assertEqual(run_lint("once.py").stdout, "")

    def test_a_second_of_each_thing_fails(self):
        for thing, line in self.SECONDS.items():
            self.plant("results/second.cc", f"// Second.\n{line}\n")
            self.assert_only_complaint("once.py", f"results/second.cc:2: a second {thing}; use ")

    def test_every_rule_is_tried_and_has_a_home_that_exists(self):
        spec = importlib.util.spec_from_file_location("once", LINTS / "once.py")
        once = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(once)
        self.assertEqual({home.thing for home in once.HOMES}, set(self.SECONDS))
        for home in once.HOMES:
            for place in home.homes:
                self.assertTrue((ROOT / place).exists(), place)

    def test_the_home_passes_and_what_is_said_in_a_comment(self):
        self.plant("base/digest.cc", "// Digest.\nEVP_sha256();\n")
        self.plant("results/talk.cc", "// Talk.\n// EVP_sha256() is in base/.\n")
        self.assertEqual(self.complaints("once.py"), [])


class Docs(PlantedTree):
    def setUp(self):
        super().setUp()
        self.plant("tests/mine.cc", "int mine;\n")

    def page(self, block, rest=""):
        self.plant("README.md", f"Look:\n<!-- file: tests/mine.cc -->\n```cpp\n{block}```\n{rest}")

    def test_this_tree_is_clean(self):
        self.assertEqual(run_lint("docs.py").stdout, "")

    def test_a_block_that_is_its_file_passes(self):
        self.page("int mine;\n", "[code](tests/mine.cc), [elsewhere](https://example.org)\n")
        self.assertEqual(self.complaints("docs.py"), [])

    def test_a_block_that_is_not_its_file_fails_until_fixed(self):
        self.page("int yours;\n")
        self.assert_only_complaint("docs.py", "README.md", "tests/mine.cc")
        run_lint("docs.py", "--root", self.root, "--fix")
        self.assertEqual(self.complaints("docs.py"), [])

    def test_a_block_of_no_file_fails(self):
        self.plant("docs/page.md", "<!-- file: tests/gone.cc -->\n```cpp\n```\n")
        self.assert_only_complaint("docs.py", "docs/page.md", "tests/gone.cc")

    def test_prose_that_is_too_wide_fails_and_tables_and_code_do_not(self):
        wide = "word " * 30
        self.plant("docs/page.md", f"| {wide} |\n\n    {wide}\n\n```\n{wide}\n```\n")
        self.assertEqual(self.complaints("docs.py"), [])
        self.plant("docs/page.md", f"short\n{wide}\n")
        self.assert_only_complaint("docs.py", "docs/page.md:2", "longer than 120")

    def test_a_link_to_nowhere_fails(self):
        self.plant("docs/page.md", "[a\nb](gone.md#part)\n")
        self.assert_only_complaint("docs.py", "docs/page.md", "gone.md")


@unittest.skipUnless(shutil.which("clang-format"), "clang-format is not installed")
class Format(PlantedTree):
    def test_a_misformatted_file_is_found(self):
        shutil.copy(ROOT / ".clang-format", self.root)
        self.plant("core/bad.cc", "// Bad.\nint   x ;\n")
        result = run_lint("format", self.root)
        self.assertIn("core/bad.cc", result.stderr)
        self.assertEqual(result.returncode, self.wrong)

    @property
    def wrong(self):
        version = subprocess.run(["clang-format", "--version"], capture_output=True, text=True).stdout
        return 1 if "version 14." in version else 0

    def test_a_folder_that_nobody_listed_is_checked_and_one_that_git_ignores_is_not(self):
        shutil.copy(ROOT / ".clang-format", self.root)
        subprocess.run(["git", "init", "-q", self.root], check=True)
        self.plant(".gitignore", "/build/\n")
        self.plant("build/bad.cc", "int   x ;\n")
        self.assertEqual(run_lint("format", self.root).returncode, 0)
        self.plant("cellar/bad.cc", "int   x ;\n")
        result = run_lint("format", self.root)
        self.assertIn("cellar/bad.cc", result.stderr)
        self.assertNotIn("build/bad.cc", result.stderr)
        self.assertEqual(result.returncode, self.wrong)


class Scripts(unittest.TestCase):
    def scripts(self, interpreter):
        """Every script of ours whose first line names the interpreter, or that a shell script reads in."""
        files = [path for folder in ("scripts", "findings", ".ci") for path in (ROOT / folder).rglob("*") if path.is_file()]
        files = [path for path in files if "__pycache__" not in path.parts]
        return [path for path in files if re.match(rf"#!.*{interpreter}|# shellcheck shell=", path.read_text())]

    @unittest.skipUnless(shutil.which("shellcheck"), "shellcheck is not installed")
    def test_shellcheck_finds_nothing(self):
        result = subprocess.run(
            ["shellcheck", "--external-sources", *self.scripts(r"\bb?a?sh\b")], capture_output=True, text=True, cwd=ROOT, timeout=300
        )
        self.assertEqual(result.stdout, "")

    def test_scripts_have_their_run_bit_and_a_help_text(self):
        for path in self.scripts(""):
            if path.suffix == ".sh" or path.parent.name == ".ci":
                continue
            with self.subTest(path=path.name):
                self.assertTrue(os.access(path, os.X_OK), f"{path} cannot be run")
                result = subprocess.run([path, "--help"], capture_output=True, text=True, timeout=60, cwd="/")
                self.assertEqual(result.returncode, 0)
                self.assertIn("usage: ", result.stdout)

    def test_an_unknown_option_is_refused(self):
        for name in ("setup", "test"):
            result = subprocess.run([ROOT / "scripts" / name, "--nonsense"], capture_output=True, text=True, timeout=60)
            self.assertEqual(result.returncode, 2)
            self.assertIn("--nonsense", result.stderr)


if __name__ == "__main__":
    unittest.main()
