"""The program explains itself: help texts, version, and what it says to a command or option that does not exist."""

import re
import unittest

from support import OK, USAGE, CliTest

COMMANDS = ["completion", "data", "decide", "doctor", "list", "report", "run", "schema"]


class Help(CliTest):
    def test_duckdb_is_offered_where_keys_are_read(self):
        for command in ("data", "decide", "run", "list"):
            self.assertIn("--duckdb", self.assert_ok(command, "--help").stdout, command)
        for command in ("compare", "completion", "doctor", "export", "history", "report", "schema"):
            self.assertNotIn("--duckdb", self.assert_ok(command, "--help").stdout, command)

    def test_the_help_names_every_command_and_the_exit_codes(self):
        text = self.assert_ok("--help").stdout
        for command in COMMANDS:
            self.assertIn(command, text)
        codes = " ".join(text[text.index("Exit codes"):].split())
        for code in ("0 ok", "1 regression", "2 usage", "3 some cells", "4 inconclusive", "130/143 interrupted"):
            self.assertIn(code, codes)

    def test_every_command_has_help_with_examples_on_stdout(self):
        for command in COMMANDS:
            with self.subTest(command=command):
                result = self.assert_ok(command, "--help")
                self.assertIn("Examples:\n", result.stdout)
                self.assertIn(f"omenbench {command}", result.stdout)
                self.assertEqual("--format" in result.stdout, command not in ("completion", "schema"))
                self.assertEqual(result.stderr, "")

    def test_no_argument_has_the_name_of_an_option(self):
        """CLI11 2.4 and later refuse that, and with it every command."""
        listed = self.assert_ok("--help").stdout
        commands = re.findall(r"^  (\w+)  ", listed[listed.index("Subcommands:"):], re.MULTILINE)
        self.assertIn("export", commands)
        for command in commands + ["data fetch", "data verify", "data describe", "data generate", "data import",
                                   "history add", "history show"]:
            text = self.assert_ok(*command.split(), "--help").stdout
            arguments = re.search(r"Positionals:\n(.*?)\n\n", text, re.DOTALL)
            names = re.findall(r"^  (\w+)", arguments.group(1), re.MULTILINE) if arguments else []
            for name in names:
                self.assertNotIn(f"--{name} ", text, command)

    def test_the_version_is_printed(self):
        self.assertRegex(self.assert_ok("--version").stdout, r"^omenbench \d+\.\d+\.\d+ \(commit \S+, (g\+\+|clang) \d.*, workers for (native|x86-64-v\d).*\)$")

    def test_without_a_command_the_program_helps(self):
        text = self.assert_ok("--help").stdout
        self.assertEqual(self.assert_ok().stdout, text)
        self.assertEqual(self.assert_ok("help").stdout, text)
        self.assertEqual(self.assert_ok("help", "run").stdout, self.assert_ok("run", "--help").stdout)
        self.assertEqual(self.assert_ok("help", "data", "fetch").stdout, self.assert_ok("data", "fetch", "--help").stdout)

    def test_help_for_a_misspelt_command_names_the_right_one(self):
        for line in (["help", "rnu"], ["rnu", "--help"]):
            self.assert_refused(*line, says="unknown command 'rnu', did you mean 'run'?")

    def test_what_prints_a_format_of_its_own_takes_no_other(self):
        for arguments in (["completion", "bash"], ["schema"], ["export", "csv", "run"]):
            self.assert_refused(*arguments, "--json", says="not expected: --json")

    def test_a_misspelt_command_is_refused_with_the_one_that_was_meant(self):
        self.assert_refused("lst", says=["'lst'", "did you mean 'list'?"])
        self.assert_refused("doktor", says="did you mean 'doctor'?")

    def test_a_word_like_no_command_gets_no_suggestion(self):
        result = self.assert_refused("zzzzzzzzzzzz", says="'zzzzzzzzzzzz'")
        self.assertNotIn("did you mean", result.stderr)

    def test_an_unknown_option_is_a_usage_error(self):
        for command in COMMANDS:
            with self.subTest(command=command):
                self.assert_exit(self.run_omenbench(command, "--nonsense"), USAGE)

    def test_an_unknown_format_is_a_usage_error(self):
        self.assert_exit(self.run_omenbench("list", "plans", "--format", "yaml"), USAGE)

    def test_json_is_short_for_format_json(self):
        long = self.assert_ok("list", "plans", "--format", "json").stdout
        self.assertEqual(self.assert_ok("list", "plans", "--json").stdout, long)

    def test_help_carries_no_colour_codes_when_piped(self):
        result = self.run_omenbench("--help", env={"TERM": "xterm-256color"})
        self.assert_exit(result, OK)
        self.assertNotIn("\x1b", result.stdout)


if __name__ == "__main__":
    unittest.main()
