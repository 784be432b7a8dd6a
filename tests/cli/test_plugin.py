"""Indexes from shared objects: listed, run and checked beside the built-in ones; bad files refused; the installed
headers and the CMake package build the examples."""

import json
import pathlib
import re
import shutil
import subprocess
import unittest

from support import BUILD_DIR, CELLS_FAILED, OK, SOURCE_DIR, USAGE, CliTest, clean_environment, run_omenbench

ROW = ["-d", "uniform", "-n", "20000", "-w", "sosd-lookup", "--ops", "20000", "--blocks", "3"]


def plugin(name):
    return BUILD_DIR / f"omenbench-test-plugin-{name}.so"


class PluginTest(CliTest):
    def setUp(self):
        super().setUp()
        self.mine = self.directory / "libmine.so"
        shutil.copy(plugin("mine"), self.mine)

    def result(self, name="out"):
        return json.loads((self.directory / name / "results.json").read_text())

    def cells(self, name="out"):
        return {cell["index"]: cell for cell in self.result(name)["rows"][0]["cells"]}


class Plugins(PluginTest):
    def test_list_shows_what_a_plugin_offers(self):
        names = [row["name"] for row in self.json_of("list", "indexes", "--plugin", "./libmine.so")]
        self.assertIn("mine", names)
        self.assertIn("std-map", names)
        self.assertNotIn("mine", [row["name"] for row in self.json_of("list", "indexes")])

    def test_its_indexes_take_part_without_being_named(self):
        self.assert_ok("run", *ROW, "-i", "binary-search", "--plugin", "./libmine.so", "--out", "out")
        cells = self.cells()
        self.assertEqual(set(cells) - {"oracle-gather"}, {"binary-search", "mine"})
        for cell in cells.values():
            self.assertEqual(cell["status"], "ok", cell)

    def test_the_result_tells_the_plugin_and_its_sha256(self):
        self.assert_ok("run", *ROW, "-i", "mine", "--plugin", "./libmine.so", "--out", "out")
        (entry,) = self.result()["tool"]["plugins"]
        sum_ = subprocess.run(["sha256sum", self.mine], capture_output=True, text=True, check=True).stdout.split()[0]
        self.assertEqual(entry["file"], "libmine.so")
        self.assertEqual(entry["sha256"], sum_)
        self.assertEqual(entry["indexes"], ["mine"])
        self.assertTrue(entry["compiler"])

    def test_memory_is_counted_inside_a_plugin(self):
        self.assert_ok("run", *ROW, "-i", "flat-map", "--plugin", "./libmine.so", "--out", "out")
        cells = self.cells()
        for name in ("mine", "flat-map"):
            self.assertGreaterEqual(cells[name]["total_bytes"], 16 * 20000)
            self.assertLess(cells[name]["total_bytes"], 17 * 20000)

    def test_a_crash_costs_the_plugin_its_own_cells_only(self):
        run = self.run_omenbench("run", *ROW, "-i", "binary-search", "--plugin", plugin("crashing"), "--out", "out")
        self.assert_exit(run, CELLS_FAILED)
        statuses = {name: cell["status"] for name, cell in self.cells().items() if name != "oracle-gather"}
        self.assertEqual(statuses, {"binary-search": "ok", "test-plugin-fine": "ok", "test-plugin-crash": "crash"})

    def indexes_of(self, *patterns, plan=(), plugins=("crashing",)):
        """What `-i` with these patterns lets take part, reference lines aside."""
        arguments = [argument for pattern in patterns for argument in ("-i", pattern)]
        arguments += [argument for name in plugins for argument in ("--plugin", plugin(name))]
        row = self.json_of("run", *plan, *ROW, *arguments, "--dry-run")["rows"][0]
        return [cell["index"] for cell in row["cells"] if cell["index"] not in ("oracle-gather", "full-scan")]

    def test_indexes_are_chosen_within_a_plugin_by_family_by_tier_and_by_what_is_left_out(self):
        both = ["test-plugin-crash", "test-plugin-fine"]
        self.assertEqual(sorted(self.indexes_of("btree")), ["btree", *both])
        self.assertEqual(self.indexes_of("btree", "test-plugin-fine"), ["btree", "test-plugin-fine"])
        self.assertEqual(sorted(self.indexes_of("btree", "!test-plugin-crash")), ["btree", "test-plugin-fine"])
        families = {row["name"]: row["family"] for row in self.json_of("list", "indexes") if row["keys"] == "u64"}
        trees = self.indexes_of("tree", "!std-map", plugins=())
        self.assertEqual(set(trees), {name for name, family in families.items() if family == "tree"} - {"std-map"})
        embedded = self.indexes_of("embedded", "!sqlite-file", plugins=())
        self.assertIn("sqlite-memory", embedded)
        self.assertNotIn("sqlite-file", embedded)
        self.assertNotIn("btree", embedded)
        own = self.indexes_of(plan=("--plan", "gate"), plugins=())
        less = self.indexes_of("!learned", plan=("--plan", "gate"), plugins=())
        self.assertEqual(less, [name for name in own if families[name] != "learned"])
        self.assertIn("-i leaves no index", self.run_omenbench("run", *ROW, "-i", "btree", "-i", "!btree").stderr)
        self.assertIn("unknown index 'bteee'", self.run_omenbench("run", *ROW, "-i", "!bteee").stderr)

    def test_several_plugins_take_part_in_one_run(self):
        self.run_omenbench("run", *ROW, "-i", "mine", "--plugin", "./libmine.so", "--plugin", plugin("crashing"), "--out",
                           "out")
        self.assertEqual(len(self.result()["tool"]["plugins"]), 2)
        self.assertEqual(self.cells()["mine"]["status"], "ok")

    def test_check_takes_all_indexes_of_a_plugin_or_those_that_are_named(self):
        document = self.json_of("check", "--plugin", "./libmine.so", "--steps", "4000")
        self.assertEqual([(index["index"], index["plugin"]) for index in document["indexes"]], [("mine", "libmine.so")])
        run = self.run_omenbench("check", "--plugin", plugin("crashing"), "--steps", "4000", "--json", timeout=300)
        self.assert_exit(run, CELLS_FAILED)
        verdicts = {index["index"]: index["conforms"] for index in json.loads(run.stdout)["indexes"]}
        self.assertEqual(verdicts, {"test-plugin-fine": True, "test-plugin-crash": False})

    def test_resume_works_from_elsewhere_and_refuses_a_changed_plugin(self):
        self.assert_ok("run", *ROW, "-i", "mine", "--plugin", "./libmine.so", "--out", "out", "--quiet")
        elsewhere = run_omenbench(["run", "--resume", self.directory / "out", "--quiet"], cwd="/",
                                  env={"XDG_CACHE_HOME": str(self.directory / "cache")})
        self.assert_exit(elsewhere, OK)
        with open(self.mine, "ab") as file:
            file.write(b"changed")
        self.assert_refused("run", "--resume", "out", says=["plugin", "libmine.so", "start a new run"])
        self.mine.unlink()
        self.assert_refused("run", "--resume", "out", says=["libmine.so", "no such file"])


class BadPlugins(PluginTest):
    def assert_refused_everywhere(self, file, says):
        self.assert_refused("list", "indexes", "--plugin", file, says=says)
        self.assert_refused("check", "--plugin", file, says=says)
        self.assert_refused("run", *ROW, "--plugin", file, "--out", "out", says=says)
        self.assertFalse((self.directory / "out").exists())

    def test_a_file_that_is_not_there(self):
        self.assert_refused_everywhere("./absent.so", ["absent.so", "no such file"])

    def test_a_file_that_is_no_shared_object(self):
        self.write("text.so", "just text, and long enough to hold an ELF header if it were one\n" * 4)
        self.assert_refused_everywhere("./text.so", ["text.so", "cannot be loaded", "invalid ELF header"])

    def test_a_shared_object_that_is_no_plugin(self):
        self.assert_refused_everywhere(plugin("foreign"), ["exports neither omb_plugin()", "omenbench_add_plugin",
                                                           "c_plugin.h"])

    def test_another_version_of_the_interface(self):
        self.assert_refused_everywhere(plugin("futuristic"), ["version 99", "compile it again"])

    def test_other_headers(self):
        self.assert_refused_everywhere(plugin("misaligned"), ["headers of another omenbench (0.0.7)", "compile it again"])

    def test_the_name_of_a_built_in_index(self):
        self.assert_refused_everywhere(plugin("clashing"), ["'std-map'", "a built-in index"])

    def test_the_name_of_an_index_of_another_plugin(self):
        other = self.directory / "libother.so"
        shutil.copy(plugin("mine"), other)
        self.assert_refused("list", "indexes", "--plugin", self.mine, "--plugin", other,
                            says=["'mine'", "libmine.so", "libother.so"])

    def test_a_plugin_that_dies_while_it_is_loaded(self):
        self.assert_refused_everywhere(plugin("stillborn"), ["crashed while it was loaded", "no such luck"])


    def c_plugin(self, *changes, name="plain"):
        """The C example with some texts changed, compiled; the test is skipped where there is no C compiler."""
        compiler = shutil.which("cc")
        if compiler is None:
            self.skipTest("no C compiler (cc) here: plugins in C are not tried")
        include = self.directory / "include" / "omenbench"
        include.mkdir(parents=True, exist_ok=True)
        shutil.copy(SOURCE_DIR / "core" / "c_plugin.h", include)
        text = (SOURCE_DIR / "examples" / "c_plugin" / "sorted_array.c").read_text()
        for change in changes:
            before, _, after = change.partition(" => ")
            self.assertIn(before, text)
            text = text.replace(before, after)
        source = self.write(f"{name}.c", text)
        library = self.directory / f"lib{name}.so"
        subprocess.run([compiler, "-std=gnu11", "-w", "-O1", "-fPIC", "-shared", "-I", include.parent, source, "-o",
                        library], check=True, timeout=60)
        return library

    def test_a_c_plugin_whose_table_is_wrong(self):
        for change, says in [(".abi = OMB_C_ABI => .abi = 99", "version 99"),
                             (".index_size = sizeof(omb_c_index) => .index_size = 8", "headers of another omenbench"),
                             ('.name = "c-sorted-array" => .name = "C array"', "lower-case words"),
                             ('.name = "c-sorted-array" => .name = "std-map"', "a name that a built-in index has"),
                             (".family = OMB_C_ARRAY => .family = 5", "family must be"),
                             (".scan = scan, => .scan = NULL,", "both lower_bound and scan"),
                             (".find = find, => .find = NULL,", "lacks build, destroy or find"),
                             (".peak_bytes_per_key = 17 => .peak_bytes_per_key = 0", "peak_bytes_per_key"),
                             (".index_count = sizeof indexes / sizeof *indexes => .index_count = 0", "no index")]:
            with self.subTest(change):
                library = self.c_plugin(change)
                self.assert_refused("list", "indexes", "--plugin", library, says=["libplain.so", says])

    def as_it_is_loaded(self, code, *changes, name):
        """The C example that does something before it is asked for anything."""
        headers = "".join(f"#include <{header}.h>\n" for header in ("locale", "stdio", "unistd"))
        return self.c_plugin(f"typedef struct sorted_array {{ => {headers}"
                             f"__attribute__((constructor)) static void loaded(void) {{ {code} }}\n"
                             "typedef struct sorted_array {", *changes, name=name)

    def assert_listed(self, library, **options):
        names = [row["name"] for row in self.json_of("list", "indexes", "--plugin", library, **options)]
        self.assertIn("c-sorted-array", names)

    def test_what_a_plugin_prints_as_it_is_loaded_is_no_answer(self):
        code = 'puts("hello"); fputs("there\\n", stderr);'
        self.assert_listed(self.as_it_is_loaded(code, name="chatty"))
        late = self.as_it_is_loaded(code, ".abi = OMB_C_ABI => .abi = 99", name="late")
        self.assert_refused("list", "indexes", "--plugin", late, says=f"error: plugin '{late}' speaks version 99")
        exiting = self.as_it_is_loaded("_exit(0);", name="exiting")
        self.assert_refused("list", "indexes", "--plugin", exiting, says=["libexiting.so", "it ended its process"])

    def test_what_a_plugin_starts_as_it_is_loaded_ends_with_that(self):
        noted = self.directory / "pid"
        self.assert_listed(self.as_it_is_loaded(
            f"""if (fork() == 0) {{
                   setsid();
                   FILE* file = fopen("{noted}.new", "w");
                   fprintf(file, "%d", (int)getpid());
                   fclose(file);
                   rename("{noted}.new", "{noted}");
                   sleep(60);
                   _exit(0);
                 }}
                 while (access("{noted}", F_OK) != 0) usleep(1000);""", name="forking"))
        self.assertFalse(pathlib.Path("/proc", noted.read_text()).exists(), "it lives on")

    def test_numbers_are_read_whatever_locale_a_plugin_chooses(self):
        localedef = shutil.which("localedef")
        make = [localedef, "-i", "de_DE", "-f", "UTF-8", self.directory / "de_DE.UTF-8"]
        if localedef is None or subprocess.run(make, capture_output=True).returncode != 0:
            self.skipTest("no locale in which 1.5 is written 1,5 can be made here")
        library = self.as_it_is_loaded('setlocale(LC_ALL, "");', ".peak_bytes_per_key = 17 => .peak_bytes_per_key = 17.5",
                                       name="german")
        self.assert_listed(library, env={"LOCPATH": str(self.directory), "LC_ALL": "de_DE.UTF-8"})

    def test_what_an_index_prints_without_end_is_refused_and_not_kept(self):
        library = self.c_plugin("""static int find( => #include <unistd.h>
static int all_was_taken(void) {
  static char block[1 << 16];
  static int blocks = 0;
  while (blocks >= 0 && blocks < 32) blocks = write(1, block, sizeof block) == sizeof block ? blocks + 1 : -1;
  return blocks > 0;
}
static int find(""", "if (at == self->count || => if (all_was_taken() || at == self->count ||", name="printing")
        self.assert_ok("check", "--plugin", library, "--steps", "100")

    def test_a_text_of_a_plugin_that_is_no_utf_8_is_shown(self):
        library = self.c_plugin('.display = "sorted array, in C" => .display = "G\\374nther"')
        listed = self.json_of("list", "indexes", "--plugin", library)
        self.assertIn("G\ufffdnther", str([row for row in listed if row["name"] == "c-sorted-array"]))

    def test_a_c_plugin_without_an_ability_or_whose_build_fails(self):
        library = self.c_plugin("if (self == NULL) return NULL; => return NULL;")
        run = self.run_omenbench("run", *ROW, "-i", "c-sorted-array", "--plugin", library, "--out", "failing")
        self.assert_exit(run, CELLS_FAILED)
        self.assertIn("build() returned NULL", self.cells("failing")["c-sorted-array"]["reason"])
        library = self.c_plugin(".lower_bound = lower_bound,\n                                       .scan = scan, => ", name="hash")
        row = self.json_of("run", "-d", "uniform", "-n", "1000", "-w", "scan-100", "-i", "c-sorted-array", "--plugin",
                           library, "--dry-run")["rows"][0]
        (cell,) = [cell for cell in row["cells"] if cell["index"] == "c-sorted-array"]
        self.assertEqual((cell["status"], cell["reason"]), ("unsupported", "has no ordered operations"))


class Installation(CliTest):
    """From `cmake --install` to a verdict about an example."""

    def assert_plugin_works(self, library, *indexes):
        """It conforms, and is measured."""
        document = json.loads(self.installed("check", "--plugin", library, "--steps", "10k", "--json"))
        self.assertEqual([index["index"] for index in document["indexes"]], list(indexes))
        out = library.stem + "-run"
        self.installed("run", *ROW, "-i", "binary-search", "--plugin", library, "--out", out)
        cells = json.loads((self.directory / out / "results.json").read_text())["rows"][0]["cells"]
        ours = {cell["index"]: cell for cell in cells if cell["index"] in indexes}
        self.assertEqual({name: cell["status"] for name, cell in ours.items()}, dict.fromkeys(indexes, "ok"))
        return ours

    def compiler(self, name, what):
        found = shutil.which(name)
        if found is None:
            self.skipTest(f"no {name} here: plugins in {what} are not tried")
        return found

    def compile(self, *command):
        run = subprocess.run([*map(str, command)], cwd=self.directory, capture_output=True, text=True, timeout=300)
        self.assertEqual((run.returncode, run.stderr), (OK, ""))

    def test_a_build_by_hand_is_warned_where_it_is_slow_by_itself(self):
        """The command of docs/adding-an-index.md, and the same without what makes it fast."""
        compiler = self.compiler("g++", "C++ by hand")
        self.cmake("--install", BUILD_DIR, "--prefix", "prefix")
        text = (SOURCE_DIR / "docs" / "adding-an-index.md").read_text()
        command = re.search(r"\n    g\+\+ (.*?)\n\n", text, re.S).group(1)
        command = command.replace("\\\n", "").replace("~/omenbench", "prefix")
        self.assertIn("mine.cc", command)
        shutil.copy(SOURCE_DIR / "examples" / "sorted_vector_plugin" / "sorted_vector.cc", self.directory / "mine.cc")
        for change, warnings in [(" ", 0), (" -O0 -UNDEBUG ", 2)]:
            built = subprocess.run(f"{compiler} {command} {change}", shell=True, cwd=self.directory, capture_output=True,
                                   text=True, timeout=300)
            self.assertEqual(built.returncode, OK, built.stderr)
            self.assertEqual(built.stderr.count("warning:"), warnings, built.stderr)

    def test_the_c_example_builds_against_an_installation_conforms_and_says_that_it_pays_for_calls(self):
        cc = self.compiler("cc", "C")
        self.cmake("--install", BUILD_DIR, "--prefix", "prefix")
        library = self.directory / "libsorted_array.so"
        self.compile(cc, "-std=c11", "-Wall", "-Wextra", "-O2", "-fPIC", "-shared", "-I", "prefix/include",
                     SOURCE_DIR / "examples" / "c_plugin" / "sorted_array.c", "-o", library)
        cell = self.assert_plugin_works(library, "c-sorted-array")["c-sorted-array"]
        self.assertEqual(cell["parameters"], {"calls": "one per operation"})
        self.assertGreater(cell["passes"]["batched"]["ns_per_op"]["median"], 0)
        self.assertGreaterEqual(cell["total_bytes"], 16 * 20000)

    def test_the_rust_example_builds_conforms_and_runs(self):
        rustc = self.compiler("rustc", "Rust")
        self.cmake("--install", BUILD_DIR, "--prefix", "prefix")
        library = self.directory / "libbtree_map.so"
        self.compile(rustc, "--crate-type", "cdylib", "-C", "opt-level=3", "-C", "panic=abort",
                     SOURCE_DIR / "examples" / "rust_plugin" / "btree_map.rs", "-o", library)
        cell = self.assert_plugin_works(library, "rust-btree-map")["rust-btree-map"]
        self.assertGreaterEqual(cell["total_bytes"], 16 * 20000)

    def test_the_example_of_the_readme_is_a_plugin_and_a_built_in_index(self):
        """The file that docs/adding-an-index.md shows, word for word (scripts/lint/docs.py)."""
        self.cmake("--install", BUILD_DIR, "--prefix", "prefix")
        self.write("CMakeLists.txt", "cmake_minimum_required(VERSION 3.16)\nproject(mine LANGUAGES CXX)\n"
                                     "find_package(omenbench REQUIRED)\nomenbench_add_plugin(mine mine.cc)\n")
        shutil.copy(SOURCE_DIR / "tests" / "plugins" / "mine.cc", self.directory)
        self.cmake("-S", self.directory, "-B", "build", f"-DCMAKE_PREFIX_PATH={self.directory / 'prefix'}")
        self.cmake("--build", "build")
        self.assert_plugin_works(self.directory / "build" / "libmine.so", "mine")
        built_in = self.json_of("check", "mine", "--worker", BUILD_DIR / "omenbench-worker-faulty", "--steps", "10k")
        self.assertTrue(built_in["conforms"])

    def cmake(self, *arguments):
        # Ninja is what scripts/setup installs; CMake itself would look for make, which a bare machine lacks.
        run = subprocess.run(["cmake", *map(str, arguments)], cwd=self.directory,
                             env=clean_environment({"CMAKE_GENERATOR": "Ninja"}),
                             capture_output=True, text=True, timeout=600)
        self.assertEqual(run.returncode, OK, run.stdout + run.stderr)

    def installed(self, *arguments):
        run = subprocess.run([self.directory / "prefix" / "bin" / "omenbench", *map(str, arguments)], cwd=self.directory,
                             env=clean_environment({"XDG_CACHE_HOME": str(self.directory / "cache")}),
                             capture_output=True, text=True, timeout=300)
        self.assertEqual(run.returncode, OK, run.stdout + run.stderr)
        return run.stdout

    def test_what_is_installed_beside_the_program_works_where_it_lies(self):
        self.cmake("--install", BUILD_DIR, "--prefix", "prefix")
        pages = self.directory / "prefix" / "share" / "doc" / "omenbench"
        self.assertTrue((pages / "docs" / "engines.md").exists())
        manual = (self.directory / "prefix" / "share" / "man" / "man1" / "omenbench.1").read_text()
        self.assertIn(".SS omenbench data describe", manual)
        fish = self.directory / "prefix" / "share" / "fish" / "vendor_completions.d" / "omenbench.fish"
        self.assertEqual(fish.read_text(), self.installed("completion", "fish"))
        lint = subprocess.run([SOURCE_DIR / "scripts" / "lint" / "docs.py", "--root", pages, "--links-only"],
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(lint.stdout + lint.stderr, "")
        plot = subprocess.run([self.directory / "prefix" / "bin" / "omenbench-plot", "nothing", "-o", "figures"],
                              cwd=self.directory, capture_output=True, text=True, timeout=60)
        self.assertEqual(plot.returncode, USAGE)
        self.assertRegex(plot.stderr, "error: .*(nothing|matplotlib)")

    def test_the_examples_build_against_an_installation_conform_and_run(self):
        self.cmake("--install", BUILD_DIR, "--prefix", "prefix")
        for example, indexes in {"sorted_vector": ["sorted-vector"], "ordered_map": ["locked-map", "ordered-map"]}.items():
            with self.subTest(example):
                build = self.directory / example
                self.cmake("-S", SOURCE_DIR / "examples" / f"{example}_plugin", "-B", build,
                           f"-DCMAKE_PREFIX_PATH={self.directory / 'prefix'}")
                self.cmake("--build", build)
                library = build / f"lib{example}.so"
                symbols = subprocess.run(["nm", "-D", "--defined-only", library], capture_output=True, text=True, check=True)
                self.assertEqual([line.split()[-1] for line in symbols.stdout.splitlines() if " T " in line],
                                 ["omb_plugin"])
                self.assert_plugin_works(library, *indexes)


if __name__ == "__main__":
    unittest.main()
