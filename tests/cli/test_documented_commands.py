"""Each command that README.md, docs/ and the help's examples show: its options and the names in it exist, and what measures
is asked with --dry-run for what it would do, on small stand-ins for the reader's files.

Not tried: what needs a server, a plugin, a download, DuckDB, valgrind or an earlier run; of these only options and names
are looked at.
"""

import fnmatch
import gzip
import itertools
import json
import lzma
import re
import shlex
import struct
import unittest

from support import OK, SOURCE_DIR, CliTest, run_omenbench

PAGES = sorted([SOURCE_DIR / "README.md", SOURCE_DIR / "CONTRIBUTING.md", *(SOURCE_DIR / "docs").rglob("*.md"),
                *(SOURCE_DIR / "results" / "published").rglob("*.md")])
LINE = re.compile(r"^(?: {2,}|\$ )(?:\w+=\S+ )*(?:\S*/bin/)?(omenbench [a-z].*)$")
GROUPS = ("learned", "tree", "hash", "fast", "engine")  # of indexes, by family
OPTION = re.compile(r"--?[a-z][\w-]*")
# What the reader has, as small as it can be.
STAND_INS = {
    "keys.csv": "timestamp,price\n" + "".join(f"{1_700_000_000 + 7 * i},{i % 90}\n" for i in range(500)),
    "your-keys.csv": "column\n" + "".join(f"{i * i}\n" for i in range(500)),
    "trades.csv": "timestamp,price\n" + "".join(f"{1_700_000_000 + 7 * i},{i % 90}\n" for i in range(500)),
    "events.csv": "id\n" + "".join(f"{i:08x}-0000-4000-8000-{i * 7919:012x}\n" for i in range(500)),
    "users.csv": "email\n" + "".join(f"reader{i}@example.org\n" for i in range(500)),
    "paths.txt": "".join(f"usr/share/doc/package-{i}/copyright\n" for i in range(500)),
    "words.txt": "".join(f"word{i * i}\n" for i in range(500)),
}
NOT_TRIED = ("--pg", "--redis", "--mariadb", "--plugin", "--explain", "--resume", "--gbench", "duckdb", ".parquet",
             "results.json", "...")


def commands_of(text):
    """Commands as lists of words; the words that explain one stand three blanks away or behind a #."""
    for line in re.sub(r" *\\\n +", " ", text).splitlines():
        found = LINE.match(line)
        if not found:
            continue
        words = shlex.shlex(re.split(r" {3,}| +# ", found[1])[0], posix=True, punctuation_chars=True)
        words.whitespace_split = True
        words.commenters = ""
        yield list(itertools.takewhile(lambda word: not re.fullmatch("[();<>|&]+", word), words))


def shown():
    """(where, command) of everything that is shown."""
    for page in PAGES:
        for command in commands_of(page.read_text()):
            yield str(page.relative_to(SOURCE_DIR)), command
    for name in command_names():
        for command in commands_of(help_of(name)):
            yield f"omenbench {name} --help", command


def without(option, words):
    return [word for before, word in zip(["", *words], words) if option not in (before, word)]


def help_of(*command):
    return run_omenbench([*command, "--help"]).stdout


def command_names():
    listed = help_of().split("Subcommands:")[1]
    return re.findall(r"^  ([a-z]+) ", listed, re.MULTILINE)


class DocumentedCommandsTest(CliTest):
    @classmethod
    def setUpClass(cls):
        cls.shown = list(shown())
        cls.names = {what: [one["name"] for one in json.loads(run_omenbench(["list", what, "--json"]).stdout)]
                     for what in ("indexes", "workloads", "plans")}
        cls.helps = {}

    def options_of(self, command):
        """Of the longest part of the command that is one: `history add`."""
        for count in (2, 1):
            words = tuple(command[1:1 + count])
            if len(words) == count and all(re.fullmatch("[a-z]+", word) for word in words):
                if words not in self.helps:
                    answer = run_omenbench([*words, "--help"])
                    self.helps[words] = set(OPTION.findall(answer.stdout)) if answer.returncode == OK else None
                if self.helps[words]:
                    return self.helps[words]
        self.fail("no such command")

    def test_many_are_found(self):
        self.assertGreater(len(self.shown), 150)
        self.assertGreater(sum(self.can_be_tried(command) for _, command in self.shown), 40)

    def test_options_exist(self):
        for where, command in self.shown:
            with self.subTest(where=where, command=" ".join(command)):
                known = self.options_of(command)
                for word in command[1:]:
                    if OPTION.fullmatch(word.split("=")[0]):
                        self.assertIn(word.split("=")[0], known)

    def test_names_exist(self):
        for where, command in self.shown:
            for option, value in zip(command, command[1:]):
                kind = {"-i": "indexes", "-w": "workloads", "--plan": "plans"}.get(option)
                if kind is None or command[1] == "decide" or value.endswith(".json"):
                    continue
                if kind == "indexes" and "--plugin" in command:
                    continue  # it may bring the name
                with self.subTest(where=where, command=" ".join(command)):
                    name = value.split("+")[-1].split("@")[0].lstrip("!")  # door, version
                    self.assertTrue(fnmatch.filter(self.names[kind], name) or name in GROUPS,
                                    f"no {kind} '{value}'")

    @staticmethod
    def can_be_tried(command):
        return command[1] == "run" and not any(part in word for word in command for part in NOT_TRIED)

    def test_runs_can_be_planned(self):
        for name, text in STAND_INS.items():
            self.write(name, text)
        (self.directory / "keys.csv.gz").write_bytes(gzip.compress(STAND_INS["keys.csv"].encode()))
        keys = struct.pack("<501Q", 500, *range(7, 7 + 500))
        (self.directory / "osm_cellids_1M_uint64.xz").write_bytes(lzma.compress(keys))
        (self.directory / "results").symlink_to(SOURCE_DIR / "results")
        for where, command in self.shown:
            if not self.can_be_tried(command):
                continue
            words = without("-n", without("--out", command[1:]))
            with self.subTest(where=where, command=" ".join(command)):
                result = self.run_omenbench(*words, "-n", "400", "--dry-run", "--out", "none")
                # A real key set that is not here is named before anything else could be wrong.
                if "not found on this machine" not in result.stderr:
                    self.assert_exit(result, OK)


if __name__ == "__main__":
    unittest.main()
