"""The PostgreSQL extension (extension/) answers as expected, where it is installed."""

import pathlib
import shutil
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def installed():
    """Whether the default PostgreSQL knows the extension and has what its tests need."""
    if shutil.which("pg_config") is None:
        return False
    answers = [subprocess.run(["pg_config", what], capture_output=True, text=True).stdout.strip()
               for what in ("--sharedir", "--pgxs")]
    return ((pathlib.Path(answers[0]) / "extension" / "omenbench_learned.control").exists()
            and pathlib.Path(answers[1]).exists())


@unittest.skipUnless(installed(), "skipped: omenbench_learned is not installed; scripts/setup --with-postgres-extension")
class Extension(unittest.TestCase):
    def script(self, name, *arguments):
        result = subprocess.run([ROOT / "extension" / "test" / name, *arguments], capture_output=True, text=True,
                                timeout=800)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return result.stdout

    def test_sql_gives_what_is_expected(self):
        self.assertIn("All 6 tests passed", self.script("regress"))

    def test_the_verifier_sees_damage(self):
        self.assertIn("the meta page:", self.script("damage"))

    def test_readers_agree_with_sequential_scans_under_writers_and_vacuum(self):
        self.assertIn("compare: number of transactions", self.script("concurrency", "--seconds", "8"))

    def test_a_killed_server_recovers_the_index(self):
        self.assertIn("round 2 of 2", self.script("crash", "--rounds", "2"))


if __name__ == "__main__":
    unittest.main()
