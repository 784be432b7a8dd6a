"""`omenbench completion`: the scripts load in their shells and complete commands, options and names."""

import os
import re
import shutil
import subprocess
import unittest

from support import OMENBENCH, USAGE, CliTest


class Completion(CliTest):
    def complete(self, *words):
        """What bash offers for the last of the words."""
        script = self.assert_ok("completion", "bash").stdout
        quoted = " ".join(f"'{word}'" for word in words)
        driver = f'COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _omenbench; printf "%s\\n" "${{COMPREPLY[@]}}"\n'
        path = f"{OMENBENCH.parent}:{os.environ['PATH']}"
        result = subprocess.run(["bash", "-c", script + driver], capture_output=True, text=True, timeout=60,
                                cwd=self.directory, env={**os.environ, "PATH": path})
        self.assertEqual(result.stderr, "")
        return result.stdout.split()

    def test_bash_completes_commands(self):
        self.assertEqual(self.complete("omenbench", "ru"), ["run"])
        self.assertIn("doctor", self.complete("omenbench", ""))

    def test_bash_completes_options_of_the_command(self):
        self.assertEqual(self.complete("omenbench", "run", "--dry"), ["--dry-run"])
        self.assertEqual(self.complete("omenbench", "schema", "--dry"), [])

    def test_bash_completes_names(self):
        self.assertIn("absl-btree", self.complete("omenbench", "run", "-i", "absl"))
        self.assertEqual(self.complete("omenbench", "run", "--plan", "quick"), ["quickstart"])

    def test_bash_completes_commands_within_a_command_and_their_options(self):
        self.assertEqual(self.complete("omenbench", "data", "desc"), ["describe"])
        self.assertEqual(self.complete("omenbench", "data", "describe", "--sv"), [])
        self.assertEqual(self.complete("omenbench", "data", "describe", "uniform", "--sv"), ["--svg"])
        self.assertIn("osm-like", self.complete("omenbench", "data", "describe", "osm"))

    def test_every_shell_that_is_here_accepts_its_script(self):
        for shell in ("bash", "zsh", "fish"):
            script = self.assert_ok("completion", shell).stdout
            self.assertIn("omenbench", script)
            if shutil.which(shell):
                result = subprocess.run([shell, "-n"], input=script, capture_output=True, text=True, timeout=60)
                self.assertEqual((result.returncode, result.stderr), (0, ""), shell)

    def test_fish_quotes_what_people_read(self):
        """A summary or a help text may hold an apostrophe, which ends a word of fish: its script then did not load."""
        for line in self.assert_ok("completion", "fish").stdout.splitlines():
            self.assertEqual(len(re.findall(r"(?<!\\)'", line)) % 2, 0, line)

    def test_another_shell_is_refused(self):
        self.assert_exit(self.run_omenbench("completion", "tcsh"), USAGE)


if __name__ == "__main__":
    unittest.main()
