"""`omenbench check`: indexes that conform, and what is said about those that lie, crash or hang."""

import json
import unittest

from support import BUILD_DIR, CELLS_FAILED, CliTest

FAULTY = BUILD_DIR / "omenbench-worker-faulty"
QUICK = ["--steps", "4000"]


class Check(CliTest):
    def check_faulty(self, name, *options):
        """The JSON of a check that must fail, and its first finding."""
        result = self.run_omenbench("check", name, "--worker", FAULTY, "--steps", "40k", *options, "--json",
                                    timeout=600)
        self.assert_exit(result, CELLS_FAILED)
        document = json.loads(result.stdout)
        self.assertFalse(document["conforms"])
        self.assertEqual([index["index"] for index in document["indexes"]], [name])
        self.assertFalse(document["indexes"][0]["conforms"])
        self.assertTrue(document["indexes"][0]["findings"])
        return document, document["indexes"][0]["findings"][0]

    def test_a_right_index_conforms(self):
        run = self.assert_ok("check", "std-map", *QUICK)
        self.assertRegex(run.stdout, r"^std-map +conforms: (\d+) of \1 checks done in [\d.]+ s\n$")

    def test_globs_and_several_names_are_checked_in_one_go(self):
        document = self.json_of("check", "pgm-64", "binary-s*", *QUICK)
        self.assertTrue(document["conforms"])
        self.assertEqual([index["index"] for index in document["indexes"]], ["pgm-64", "binary-search"])
        for index in document["indexes"]:
            self.assertEqual(index["checks"], index["checks_run"])
            self.assertEqual(index["findings"], [])

    def test_an_embedded_engine_is_checked_too(self):
        document = self.json_of("check", "sqlite-file", "--steps", "100", timeout=600)
        self.assertTrue(document["conforms"])

    def test_a_lying_index_is_shown_with_the_smallest_stream(self):
        _, finding = self.check_faulty("test-liar", "--findings", "1")
        self.assertIn("wrong answer", finding["what"])
        self.assertIn("operations on 1 thread", finding["smallest_stream"])
        self.assertTrue(finding["keys"])
        self.assertTrue(finding["mix"])

    def test_a_crash_is_a_finding(self):
        document, finding = self.check_faulty("test-segfault", "--findings", "3")
        self.assertIn("Segmentation fault", finding["what"])
        self.assertEqual(len(document["indexes"][0]["findings"]), 3)
        self.assertLess(document["indexes"][0]["checks_run"], document["indexes"][0]["checks"])

    def test_every_check_is_run_and_findings_of_one_cause_are_one(self):
        run = self.run_omenbench("check", "test-scans-in-disorder", "--worker", FAULTY, *QUICK, "--json", timeout=600)
        self.assert_exit(run, CELLS_FAILED)
        (index,) = json.loads(run.stdout)["indexes"]
        self.assertEqual(index["checks_run"], index["checks"])
        self.assertGreater(len(index["findings"]), 3 * len(index["causes"]))
        self.assertEqual(sum(cause["findings"] for cause in index["causes"]), len(index["findings"]))
        shown = [finding for finding in index["findings"] if finding["smallest_stream"]]
        self.assertEqual(len(shown), len({finding["cause"] for finding in shown}), "a stream per cause")

    def test_the_operation_that_answered_wrongly_is_named(self):
        _, finding = self.check_faulty("test-sentinel", "--findings", "1")
        self.assertIn("of key 2^64-1", finding["cause"])
        self.assertRegex(finding["operation"], r"^\w+ 18446744073709551615 ")

    def test_extremes_and_key_sets_can_be_left_out(self):
        self.check_faulty("test-sentinel", "--findings", "1")
        self.assert_ok("check", "test-sentinel", "--worker", FAULTY, *QUICK, "--without", "extremes", timeout=600)
        every = self.json_of("check", "binary-search", *QUICK)["indexes"][0]["checks"]
        fewer = self.json_of("check", "binary-search", *QUICK, "--without", "dense*")["indexes"][0]["checks"]
        self.assertLess(fewer, every)
        self.assert_refused("check", "binary-search", "--without", "xtremes", says=["'xtremes'", "extremes", "clusters"])

    def test_a_hang_is_a_finding(self):
        _, finding = self.check_faulty("test-hang", "--timeout", "1s", "--findings", "1")
        self.assertIn("did not end within 1 s", finding["what"])

    def test_an_exception_is_a_finding_with_its_text(self):
        _, finding = self.check_faulty("test-thrower", "--findings", "1")
        self.assertIn("test-thrower gave up", finding["what"])

    def test_the_table_says_so_and_exits_with_3(self):
        run = self.run_omenbench("check", "test-segfault", "std-map", "--worker", FAULTY, *QUICK, timeout=300)
        self.assert_exit(run, CELLS_FAILED)
        self.assertIn("test-segfault        does NOT conform", run.stdout)
        self.assertIn("smallest stream found", run.stdout)
        self.assertIn("std-map              conforms", run.stdout)

    def test_quiet_says_nothing_on_stderr(self):
        self.assertEqual(self.assert_ok("check", "binary-search", *QUICK, "--quiet").stderr, "")

    def test_what_cannot_be_checked_is_refused(self):
        self.assert_refused("check", "pgm-46", says=["'pgm-46'", "did you mean"])
        self.assert_refused("check", says="name an index")
        self.assert_refused("check", "pgm-64", "--steps", "some", says="--steps")
        self.assert_refused("check", "--plugin", "./nowhere.so", says=["./nowhere.so", "no such file"])


if __name__ == "__main__":
    unittest.main()
