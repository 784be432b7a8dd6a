"""`scripts/plot.py`: every figure's files are made and hold the names they must, and unusable input is refused.

Needs matplotlib, which the project does not install; python3-matplotlib of the system is used where the running Python has
none. Without it the tests of drawing are skipped.
"""

import copy
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = SOURCE / "tests" / "golden" / "result_example.json"
HOSTILE = "a$x_1$ <b>&\"'`"


def python_with_matplotlib():
    for candidate in (sys.executable, "/usr/bin/python3"):
        try:
            if subprocess.run([candidate, "-c", "import matplotlib"], capture_output=True).returncode == 0:
                return candidate
        except OSError:
            continue
    return None


PYTHON = python_with_matplotlib()


def estimate(value):
    return {"median": value, "lo": value * .9, "hi": value * 1.1, "blocks": [value] * 6}


def percentile(value):
    return {**estimate(value), "unresolved_timer": False}


def with_modes(result):
    """The example's first row at another size, with two threads, with windows, phases, an open loop and a search."""
    base, undecided = result["rows"][0], result["rows"][2]
    result["rows"] = [base, undecided, *(row for row in result["rows"][3:] if row["workload"] == base["workload"])]
    larger, threaded = copy.deepcopy(base), copy.deepcopy(base)
    larger["keys"] *= 10
    threaded["threads"] = 2
    result["datasets"].append({**result["datasets"][0], "n": larger["keys"], "sha256": "ff"})
    result["rows"] += [larger, threaded]
    window = {"ops_per_s": 1e6, "p50": 80, "p99": 300, "longest_ns": 5e4, "allocated_bytes": 2e7, "resident_bytes": 3e7}
    for cell in base["cells"]:
        if cell["status"] != "ok":
            continue
        cell["timeline"] = {"windows": [window, {**window, "p99": 900}], "trends": {}, "notices": []}
        cell["phases"] = [{"name": name, "operations": 9, "p50": percentile(50), "p99": percentile(99),
                           "ns_per_op": estimate(70)} for name in ("load-phase", "read-phase")]
        cell["passes"]["open"] = {"offered_per_s": 1e5, "p99": percentile(4000), "lag": {"p99": estimate(900)}}
        cell["passes"]["rate_search"] = {"p99_limit_ns": 1e4, "max_rate": estimate(2e5), "rounds_without": 0,
                                         "probes": [[[1e5, 1e5, 3e3, True], [4e5, 3e5, 9e5, False]]]}
    return result


class PlotTest(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="omenbench-test-")
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.result = json.loads(EXAMPLE.read_text())

    def save(self, result, name="results.json"):
        (self.folder / name).write_text(result if isinstance(result, str) else json.dumps(result))
        return self.folder / name

    def plot(self, *arguments, python=PYTHON):
        return subprocess.run([python, "-B", SOURCE / "scripts" / "plot.py", *map(str, arguments)], capture_output=True,
                              text=True, timeout=300)

    def drawn(self, *arguments):
        """File name -> content of the SVG files it makes."""
        done = self.plot(*arguments, "-o", self.folder / "figures", "--format", "svg")
        self.assertEqual(done.returncode, 0, done.stderr)
        files = list(map(pathlib.Path, done.stdout.split("\n")[:-1]))
        return {file.name: file.read_text() for file in files}

    def refused(self, *arguments, says):
        done = self.plot(*arguments)
        self.assertEqual(done.returncode, 2, done.stdout)
        self.assertNotIn("Traceback", done.stderr)
        for text in says:
            self.assertIn(text, done.stderr)


@unittest.skipIf(PYTHON is None, "matplotlib is not installed (python3-matplotlib)")
class Figures(PlotTest):
    def test_every_figure_is_made_and_holds_what_it_shows(self):
        files = self.drawn(self.save(with_modes(self.result)))
        listed = [line.split()[0] for line in self.plot("--list").stdout.splitlines()]
        for name in listed:
            self.assertTrue(any(file.startswith(name) for file in files), name)
        row = "osm_cellids_1M-1036094-sosd-lookup"
        first = next(verdict for verdict in self.result["rows"][0]["verdicts"] if verdict["headline"])
        holds = {
            "winner-map": ["simd-tree", f"{first['ratio']:.2f}×", "osm_cellids_1M, 1,036,094 keys",
                           "sosd-lookup, 2 threads", "not decided"],
            "forest": ["rmi / simd-tree", "learned / opponent"],
            "hardness-sosd-lookup": ["local hardness", "lognormal, 1 M keys", "loses (array first)"],
            f"pareto-{row}": ["pgm-64", "postgres", "oracle-gather", "bytes per key"],
            f"percentiles-{row}": ["p99.99", "absl-btree"],
            f"build-{row}": ["simd-tree", "build, ms"],
            f"strip-{row}": ["round, in the order they ran", "rmi"],
            "scaling-keys-osm_cellids_1M-sosd-lookup": ["10 M", "absl-hash"],
            "scaling-threads-osm_cellids_1M-1036094-sosd-lookup": ["operations per second", "pgm-64"],
            f"timeline-{row}": ["operations done, %", "bytes held", "alex"],
            f"phases-{row}": ["load-phase", "read-phase", "alex", "p99, ns (grey: upper bounds)"],
            f"open-loop-{row}": ["operations offered per second", "alex"],
        }
        self.assertEqual({re.split("-(?=osm|logn|sosd)", name)[0] for name in holds},
                         {name for name in listed if name != "scaling"} | {"scaling-keys", "scaling-threads"})
        for name, texts in holds.items():
            for text in texts:
                self.assertIn(f">{text}<" if text in ("p99.99", "alex") else text, files[name + ".svg"], name)

    def test_indexes_look_as_on_the_page(self):
        # By family, then by name: alex, pgm-64 and rmi come first, so theirs are the first three colours.
        files = self.drawn(self.save(self.result), "--figures", "strip", "--indexes", "rmi", "--rows",
                           "workload:sosd-lookup dataset:osm*")
        self.assertEqual(list(files), ["strip-osm_cellids_1M-1036094-sosd-lookup.svg"])
        content = files.popitem()[1]
        self.assertIn("#009e73", content)
        self.assertNotIn("#0072b2", content)

    def test_what_does_not_count_is_not_shown_as_decided(self):
        first, second = (row["verdicts"][0] for row in self.result["rows"][:2])
        first["survives_correction"] = False
        second.update({"verdict": "unresolved", "ratio": None, "learned": None, "baseline": None})
        for cell in self.result["rows"][1]["cells"]:
            cell["status"] = "not_run"
        files = self.drawn(self.save(self.result), "--figures", "winner-map,hardness")
        self.assertIn(">not run<", files["winner-map.svg"])
        self.assertTrue(any(f">~ {first['verdict']} (" in text for name, text in files.items() if name.startswith("hardness")))

    def test_several_runs_stand_side_by_side(self):
        (self.folder / "monday").mkdir()
        (self.folder / "tuesday").mkdir()
        runs = [self.save(self.result, f"{day}/results.json").parent for day in ("monday", "tuesday")]
        content = self.drawn(*runs, "--figures", "winner-map")["winner-map.svg"]
        self.assertIn("lognormal, 1 M keys (monday)", content)
        self.assertIn("lognormal, 1 M keys (tuesday)", content)

    def test_names_stay_text(self):
        for row in self.result["rows"]:
            row["dataset"] = HOSTILE
            for verdict in row["verdicts"]:
                verdict["learned"] = verdict["learned"] and HOSTILE
        for dataset in self.result["datasets"]:
            dataset["name"] = HOSTILE
        files = self.drawn(self.save(self.result), "--figures", "winner-map,forest,pareto")
        self.assertIn("a$x_1$ &lt;b&gt;&amp;", files["winner-map.svg"])
        self.assertEqual(len(files), 2 + len(self.result["rows"]))  # equal names do not overwrite one another

    def test_pdf_and_png_are_made(self):
        done = self.plot(self.save(self.result), "-o", self.folder / "f", "--figures", "forest", "--format", "pdf,png")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue((self.folder / "f" / "forest.pdf").read_bytes().startswith(b"%PDF"))
        self.assertTrue((self.folder / "f" / "forest.png").read_bytes().startswith(b"\x89PNG"))

    def test_names_stand_beside_lines_and_not_on_them(self):
        script = ("import sys; sys.path.insert(0, sys.argv[1])\n"
                  "from plots import look\n"
                  "drawn, axes = look.plt.subplots()\n"
                  "axes.set(xlim=(0, 10), ylim=(0, 10))\n"
                  "look.name_points(drawn, axes, [(5, 5, 'pgm', True)], eval(sys.argv[2]))\n"
                  "print([text.xyann for text in axes.texts])")
        def places(lines):
            done = subprocess.run([PYTHON, "-B", "-c", script, SOURCE / "scripts", lines], capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            return done.stdout.strip()
        self.assertEqual(places("[]"), "[(6, 0)]")
        self.assertEqual(places("[(5, 5, 9, 5)]"), "[(-6, 0)]")
        self.assertEqual(places("[(0, 5, 9, 5), (5, 0, 5, 9)]"), "[(6, 6)]")

    def test_what_is_no_result_is_refused_by_name(self):
        out = ["-o", self.folder / "f"]
        self.refused(self.folder / "nothing", *out, says=["error: cannot read", "nothing", "No such file"])
        self.refused(self.folder, *out, says=["holds neither results.json nor journal.ndjson"])
        self.save("", "journal.ndjson")  # the advice must not read the file that the shell has just emptied
        self.refused(self.folder, *out, says=[f"omenbench report {self.folder}/journal.ndjson --json > {self.folder}/results.json"])
        self.refused(self.save("a,b\n", "keys.csv"), *out, says=["keys.csv' is no JSON", "expected a run directory"])
        self.refused(self.save('{"schema": 1e400}', "big.json"), *out, says=["big.json' is no JSON", "1e400 is out of range"])
        self.refused(self.save({"schema": "x/1"}, "x.json"), *out, says=["expected schema 'omenbench.result/1', got \"x/1\""])
        del self.result["rows"][2]["cells"][1]["status"]
        self.refused(self.save(self.result), *out, says=["expected a text at rows[2].cells[1].status"])

    def test_damage_deep_in_a_result_is_no_traceback(self):
        self.result["rows"][0]["verdicts"][0]["ratio"] = "fast"
        self.refused(self.save(self.result), "-o", self.folder / "f", "--figures", "forest",
                     says=["figure 'forest'", "results.json' does not follow its schema"])

    def test_wrong_usage_is_refused(self):
        run = self.save(self.result)
        out = ["-o", self.folder / "f"]
        self.refused(run, says=["expected runs and -o DIR"])
        self.refused(run, *out, "--figures", "pie", says=["unknown 'pie'", "winner-map"])
        self.refused(run, *out, "--format", "gif", says=["unknown 'gif'"])
        self.refused(run, *out, "--rows", "colour:red", says=["--rows 'colour:red'", "dataset, keys"])
        self.refused(run, *out, "--rows", "dataset:none", says=["matches no row"])
        self.refused(run, *out, "--indexes", "rmi,pmg-*", says=["'pmg-*' matches no index", "pgm-64, "])
        self.refused(run, *out, "--figures", "timeline", says=["timeline: nothing to show", "no figure has anything"])


class WithoutMatplotlib(PlotTest):
    def test_help_has_examples_and_a_missing_package_is_named(self):
        help_text = self.plot("--help", python=sys.executable).stdout
        self.assertIn("examples:", help_text)
        # -S -E: without site packages, as on a machine that has none.
        done = subprocess.run([sys.executable, "-B", "-S", "-E", SOURCE / "scripts" / "plot.py", EXAMPLE, "-o", "f"],
                              capture_output=True, text=True, timeout=60, cwd=self.folder)
        self.assertEqual(done.returncode, 2)
        self.assertIn("has no matplotlib", done.stderr)
        self.assertIn("apt install python3-matplotlib", done.stderr)

    def test_figures_are_listed_without_matplotlib(self):
        done = subprocess.run([sys.executable, "-B", "-S", "-E", SOURCE / "scripts" / "plot.py", "--list"],
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"(?m)^winner-map +dataset x workload")


if __name__ == "__main__":
    unittest.main()
