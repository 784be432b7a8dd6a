"""`omenbench gate --gbench` from outside: on small scripts that answer as Google Benchmark programs do, with planted times
and planted mistakes, and on a program that is linked with the library."""

import json
import signal
import textwrap
import unittest
import xml.etree.ElementTree

from support import (BUILD_DIR, CELLS_FAILED, INCONCLUSIVE, INTERRUPTED, OK, REGRESSION, USAGE, CliTest,
                     start_omenbench)

REAL = BUILD_DIR / "omenbench-test-gbench"

SCRIPT = """\
#!/bin/sh
{begin}
list= filter=. out=
for argument; do
  case "$argument" in
    --benchmark_list_tests=true) list=1 ;;
    --benchmark_filter=*) filter=${{argument#*=}} ;;
    --benchmark_out=*) out=${{argument#*=}} ;;
  esac
done
names='{names}'
if [ "$list" ]; then echo "$names" | grep -E -- "$filter"; exit 0; fi
name=$(echo "$names" | grep -E -- "$filter")
{middle}
case "$name" in {times} *) time=100 ;; esac
cat > "$out" <<END
{{"context": {{}}, "benchmarks": [{{"name": "$name", "run_name": "$name", "run_type": "iteration", "iterations": 1000000,
"real_time": $time, "cpu_time": $time, "time_unit": "ns", "items_per_second": 1e7}}]}}
END
"""


class GbenchTest(CliTest):
    def program(self, name, *, names=("BM_copy/8", "BM_sort<int, 4>/threads:1"), times=None, begin="", middle=""):
        """A script of that name; `begin` and `middle` are commands that it runs first and before it measures."""
        cases = " ".join(f"'{key}') time={value} ;;" for key, value in (times or {}).items())
        path = self.write(name, SCRIPT.format(names="\n".join(names), times=cases, begin=begin,
                                              middle=textwrap.dedent(middle)))
        path.chmod(0o755)
        return path

    def gate(self, base, head, *more, **options):
        return self.run_omenbench("gate", "--gbench", "--base", base, "--head", head, *more, **options)

    def report(self, base, head, *more, code=OK, **options):
        result = self.gate(base, head, "--json", *more, **options)
        self.assert_exit(result, code)
        return json.loads(result.stdout)


class Scripts(GbenchTest):
    def test_equal_programs_are_green_and_a_planted_slow_down_is_red(self):
        base = self.program("base")
        self.assertEqual(self.report(base, self.program("same"))["verdict"], "green")
        slow = self.program("slow", times={"BM_sort<int, 4>/threads:1": 115})
        result = self.gate(base, slow, "--markdown", "gate.md", "--junit", "gate.xml", "--json-file", "gate.json")
        self.assert_exit(result, REGRESSION)
        self.assertIn("RED      BM_sort<int, 4>/threads:1 cpu_time", result.stdout)
        self.assertIn("red: 1 of 2 measurements", result.stdout)
        self.assertRegex((self.directory / "gate.md").read_text(), r"\| \*\*RED\*\* \| BM_sort&lt;int, 4.{1,4}/threads:1 \|")
        suite = xml.etree.ElementTree.parse(self.directory / "gate.xml").getroot().find("testsuite")
        self.assertEqual((suite.get("tests"), suite.get("failures")), ("2", "1"))
        report = json.loads((self.directory / "gate.json").read_text())
        self.assertEqual([cell["word"] for cell in report["cells"]], ["pass", "regression"])
        self.assertAlmostEqual(report["cells"][1]["ratio"], 1.15)
        # The advice names the one measurement; what is filtered out is not measured.
        advice = [line for line in report["advice"] if line.startswith("look closer")]
        self.assertTrue(advice[0].endswith("-f '^BM_sort<int, 4>/threads:1$'"), advice)
        report = self.report(base, slow, "--time", "real", "--argument=--deep blue", code=REGRESSION)
        self.assertIn(f"--head {slow} --time real '--argument=--deep blue' -f '^BM_sort", " ".join(report["advice"]))
        self.assertEqual([cell["benchmark"] for cell in self.report(base, slow, "-f", "copy")["cells"]], ["BM_copy/8"])
        self.assertEqual(self.report(base, slow, "--max-regression", "20%")["verdict"], "green")

    def test_counters_and_the_time_that_is_judged_can_be_chosen(self):
        base, head = self.program("base"), self.program("head")
        head.write_text(head.read_text().replace('"items_per_second": 1e7', '"items_per_second": 5e6'))
        self.assertEqual(self.report(base, head)["verdict"], "green")
        cells = self.report(base, head, "--counter", "items_per_second", "--time", "real", code=REGRESSION)["cells"]
        self.assertEqual([(cell["metric"], cell["word"]) for cell in cells[:2]],
                         [("real_time", "pass"), ("items_per_second", "regression")])
        self.assert_exit(self.gate(base, head, "--counter", "items_per_second:less"), OK)
        self.assertIn("no benchmark has a counter 'itms'", self.gate(base, head, "--counter", "itms").stderr)

    def test_a_program_that_cannot_be_used_is_named(self):
        good = self.program("good")
        refusals = {
            "crash": ({"begin": "echo 'out of luck' >&2; kill -SEGV $$"}, "crash: signal 11"),
            "exits": ({"begin": "echo 'unknown flag' >&2; exit 3"}, "exited with code 3: unknown flag"),
            "hangs": ({"begin": "sleep 60"}, "timeout: longer than 1 s"),
            "none": ({"names": ()}, "it has no benchmarks"),
        }
        for name, (options, says) in refusals.items():
            with self.subTest(name):
                bad = self.program(name, **options)
                for sides, option in (((bad, good), "--base"), ((good, bad), "--head")):
                    result = self.gate(*sides, "--timeout", "1s")
                    self.assert_exit(result, USAGE)
                    self.assertIn(f"error: {option} '{bad}': ", result.stderr)
                    self.assertIn(says, result.stderr)
        text = self.write("text", "no program")
        for bad in (text, self.directory):
            self.assertIn(f"--head '{bad}': no program that can be executed", self.gate(good, bad).stderr)
        self.assertIn("none of its benchmarks matches 'nothing'", self.gate(good, good, "-f", "nothing").stderr)

    def test_a_benchmark_that_fails_costs_itself_alone(self):
        good = self.program("good")
        failures = {
            "crashes": ("case $name in BM_copy/8) echo oops >&2; kill -ABRT $$ ;; esac", "signal 6 (Aborted): oops"),
            "hangs": ("case $name in BM_copy/8) sleep 60 ;; esac", "timeout: longer than 1 s"),
            "garbles": ("case $name in BM_copy/8) echo hello > $out; exit ;; esac", "no result: what --head"),
            "forgets": ("case $name in BM_copy/8) rm -f $out; exit ;; esac", "wrote no results: does its main()"),
        }
        for name, (middle, says) in failures.items():
            with self.subTest(name):
                bad = self.program(name, middle=middle)
                cells = self.report(good, bad, "--timeout", "1s", code=REGRESSION)["cells"]
                self.assertEqual([cell["word"] for cell in cells], ["new_failure", "pass"])
                self.assertIn(says, cells[0]["head_failure"])
        self.report(bad, bad, code=CELLS_FAILED)

    def test_what_a_program_prints_and_finds_in_its_environment_does_not_matter(self):
        chatty = self.program("chatty", begin="echo 'reading the data'; echo 'BM_none'\n"
                              '[ -z "$BENCHMARK_FILTER$BENCHMARK_FORMAT" ] || exit 7')
        logger = self.program("logger", begin='echo "$(date +%H:%M:%S.%N) [info] process $$"')  # never the same twice
        for program in (chatty, logger):
            report = self.report(program, program, env={"BENCHMARK_FILTER": "x", "BENCHMARK_FORMAT": "csv"})
            self.assertEqual([cell["benchmark"] for cell in report["cells"]], ["BM_copy/8", "BM_sort<int, 4>/threads:1"])

    def test_a_message_that_is_no_utf_8_loses_no_answer(self):
        # What is shown of it begins within a character.
        bad = self.program("bad", middle="case $name in BM_copy/8) printf '\\303\\244%.0s' $(seq 200) >&2;"
                                         "echo >&2; exit 1 ;; esac")
        cells = self.report(self.program("good"), bad, "--json-file", "gate.json", code=REGRESSION)["cells"]
        self.assertEqual([cell["word"] for cell in cells], ["new_failure", "pass"])
        self.assertRegex(cells[0]["head_failure"], "crash: it exited with code 1: \ufffdä+$")
        self.assertEqual(json.loads((self.directory / "gate.json").read_text())["verdict"], "red")

    def test_each_trial_is_a_process_of_its_own_with_the_arguments_that_were_given(self):
        log = self.directory / "log"
        program = self.program("program", names=("BM_a",), middle=f'echo "$$ ${{#OMENBENCH_PAD}} $*" >> {log}')
        self.report(program, program, "--min-time", "250ms", "--argument=--data=/x", "--argument", "--deep")
        runs = [line.split(" ", 2) for line in log.read_text().splitlines()]
        self.assertEqual(len(runs), 12)
        self.assertEqual(len({process for process, _, _ in runs}), 12)
        self.assertGreater(len({pad for _, pad, _ in runs}), 6)
        for _, _, arguments in runs:
            self.assertIn("--benchmark_min_time=0.25 ", arguments)
            self.assertTrue(arguments.endswith("--data=/x --deep"), arguments)

    def test_vanished_new_and_renamed_benchmarks_are_named(self):
        base, head = self.program("base"), self.program("head", names=("BM_copy/8", "BM_sort<long>"))
        report = self.report(base, head, code=REGRESSION)
        self.assertEqual({cell["benchmark"]: cell["word"] for cell in report["cells"]},
                         {"BM_copy/8": "pass", "BM_sort<int, 4>/threads:1": "new_failure"})
        self.assertIn("BM_sort<long> is new on head", report["notes"])
        same = "BM_sort<int, 4>/threads:1=BM_sort<long>"
        self.assertIn(f"if BM_sort<int, 4>/threads:1 was only renamed: --rename '{same}'", report["notes"])
        self.assertEqual(self.report(base, head, "--rename", same)["verdict"], "green")

    def test_noise_is_no_pass(self):
        count = self.write("count", "0")

        def noisy(name, slow):
            path = self.program(name, names=("BM_a",), middle=f"n=$(($(cat {count}) + 1)); echo $n > {count}")
            # In turn head and base are slower, for five rounds that decide: trials that are repeated on a busy machine
            # spoil one of them at most.
            path.write_text(path.read_text().replace("time=100", f"time=$((100 + ({slow} + n / 50) % 2 * 60))"))
            return path
        sides = [noisy("base", 0), noisy("head", 1)]
        # Few rounds beyond those that everything gets, which take longer on a busy machine.
        for budget in ("9s", "60s"):
            self.write("count", "0")
            options = ["--budget", budget]
            result = self.gate(*sides, *options)
            if "the budget ended before anything had its rounds" not in result.stderr:
                break
        self.assert_exit(result, INCONCLUSIVE)
        self.assertIn("  open     BM_a cpu_time", result.stdout)
        self.assertIn("1 too noisy to exclude +15 %", result.stdout)
        self.write("count", "0")
        self.assert_exit(self.gate(*sides, *options, "--lenient"), OK)

    def test_an_interrupt_keeps_what_is_complete(self):
        names = [f"BM_{i}" for i in range(20)]
        slow = self.program("slow", names=names, middle="sleep 0.02")
        process = start_omenbench(["gate", "--gbench", "--base", slow, "--head", slow, "--json"], cwd=self.directory)
        self.addCleanup(process.kill)
        while "2/2 " not in (line := process.stderr.readline()):
            self.assertTrue(line, "ended before it could be interrupted")
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, INTERRUPTED, stderr)
        report = json.loads(stdout)
        self.assertEqual(report["verdict"], "interrupted")
        self.assertGreaterEqual(len(report["cells"]), 16)

    def test_the_selftest_plants_a_slow_down_in_the_program(self):
        program = self.program("program")
        result = self.run_omenbench("gate", "--gbench", "--selftest", "--base", program)
        self.assert_exit(result, OK)
        self.assertIn("planted 15 % slower: 1 of 1 found", result.stdout)

    def test_options_that_do_not_belong_are_refused(self):
        program = self.program("program")
        sides = ["--base", program, "--head", program]
        self.assert_refused("gate", "--gbench", *sides, "-d", "uniform", says="--dataset says nothing about benchmarks")
        self.assert_refused("gate", "--gbench", *sides, "--metric", "p50", says="--metric say nothing")
        self.assert_refused("gate", "--gbench", *sides, "--rename", "x", says="--rename 'x': expected")
        self.assert_refused("gate", "--gbench", *sides, "--counter", "a", "--counter", "a:more", says="'a' is named twice")
        self.assert_refused("gate", "--gbench", *sides, "--time", "wall", says="--time 'wall'")
        self.assert_refused("gate", "--gbench", *sides, "--min-time", "soon", says="--min-time")
        self.assert_refused("gate", "--gbench", "--base", program, says="needs --base and --head")
        self.assert_refused("gate", "--gbench", "--selftest", *sides, says="needs --base alone")
        self.assert_refused("gate", "--base", BUILD_DIR, "--head", BUILD_DIR, "--counter", "x", says="go with --gbench")


@unittest.skipUnless(REAL.exists(), "this build has no Google Benchmark")
class RealPrograms(GbenchTest):
    """The library itself. Nothing here depends on noise: what is tolerated is more than twice the time, or planted is
    six times the time."""

    SHORT = ["--min-time", "2ms", "--max-regression", "100%"]

    def planted(self):
        path = self.write("planted", f'#!/bin/sh\nOMENBENCH_PLANTED="mix 500" exec {REAL} "$@"\n')
        path.chmod(0o755)
        return path

    def test_every_kind_of_benchmark_is_understood(self):
        report = self.report(REAL, REAL, *self.SHORT, "--lenient", code=CELLS_FAILED)  # one is broken on both sides
        words = {(cell["benchmark"], cell["metric"]): cell["word"] for cell in report["cells"]}
        self.assertEqual(words.pop(("broken", "cpu_time")), "fails_on_both")
        self.assertEqual(set(words), {
            ("chase", "cpu_time"), ("mix<std::uint32_t>/1000", "cpu_time"), ("mix<std::uint32_t>/2000", "cpu_time"),
            ("mix<unsigned char>/1000/iterations:300/real_time", "real_time"), ("plain/threads:2", "real_time"),
            ("twice/repeats:2", "cpu_time"), ("twin/iterations:500", "cpu_time"),
            ("twin/iterations:500 (the 2nd of that name)", "cpu_time"), ("manual/iterations:2000/manual_time", "real_time")})
        self.assertFalse(set(words.values()) - {"pass", "too_noisy"}, words)
        self.assertIn('it "cannot" be measured', [cell["head_failure"] for cell in report["cells"] if
                                                  cell["benchmark"] == "broken"][0])
        self.assertTrue([note for note in report["notes"] if note.startswith("twice/repeats:2 shows only aggregates")])

    def test_a_planted_slow_down_is_found_in_times_and_rates(self):
        report = self.report(REAL, self.planted(), *self.SHORT, "-f", "^mix.*1000", "--counter", "items_per_second",
                             "--counter", "size", code=REGRESSION)
        words = {(cell["benchmark"], cell["metric"]): cell["word"] for cell in report["cells"]}
        fast, real = "mix<std::uint32_t>/1000", "mix<unsigned char>/1000/iterations:300/real_time"
        self.assertEqual({words[fast, metric] for metric in ("cpu_time", "items_per_second")}, {"regression"})
        self.assertEqual({words[name, "size"] for name in (fast, real)}, {"pass"})
        # Who else is at work here may hide a short real time.
        self.assertIn((real, "real_time"), words)
        self.assertIn((real, "items_per_second"), words)


if __name__ == "__main__":
    unittest.main()
