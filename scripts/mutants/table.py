"""Reads tests/mutants/*.txt: one group of mutants per file, with the tests that must find them.

    # comment
    test FILTER FILE...                  a GoogleTest program of these files and what they include, and which of its
                                         tests to run; several are tried in this order
    embed NAMESPACE FILE                 a file that the program carries (omenbench_embed in cmake/omenbench.cmake)
    derive FILE COUNT                    so many slips of that file, made by operators.py
    mutant NAME FILE                     a slip written by hand:
    - the text before, which stands exactly once in the file (several lines, each with '- ')
    + the text after
    equivalent FILE                      one that no test can find, with the reason:
    - the line before
    + the line after
    because REASON
    survives FILE                        the same for one that a test could find and none does
"""

import dataclasses
import os
import pathlib

from . import operators


class Stale(Exception):
    """A table that does not fit the sources any more."""


@dataclasses.dataclass
class Mutant:
    name: str
    file: str
    before: str
    after: str
    group: "Group"
    derived: bool = False
    excuse: str = ""  # why no test finds it
    equivalent: bool = False

    def apply(self, text):
        """The file's text with the bug planted."""
        at = text.find(self.before)
        if at < 0 or text.find(self.before, at + 1) >= 0:
            raise Stale(f"{self.group.name}: mutant '{self.name}': its text must stand exactly once in {self.file}, "
                        f"it stands there {text.count(self.before)} times:\n{self.before}")
        return text[:at] + self.after + text[at + len(self.before):]


@dataclasses.dataclass(frozen=True)
class Test:
    chosen: str  # GoogleTest's filter
    files: tuple


@dataclasses.dataclass
class Group:
    name: str
    tests: list = dataclasses.field(default_factory=list)
    embedded: list = dataclasses.field(default_factory=list)  # (namespace, file)
    mutants: list = dataclasses.field(default_factory=list)


def block_of(lines):
    """Takes '- ' and '+ ' lines from the front of `lines`; returns the texts before and after."""
    parts = {"-": [], "+": []}
    while lines and lines[0][1][:1] in parts and lines[0][1][1:2] in ("", " "):
        sign = lines[0][1][:1]
        parts[sign].append(lines.pop(0)[1][2:])
    return "\n".join(parts["-"]), "\n".join(parts["+"])


def shown(line, changed):
    """What an operator changed, with the words around it: 'sum * gamma -> sum / gamma'."""
    line, changed = line.strip(), changed.strip()
    if changed == ";":
        return f"without '{line}'"
    same = os.path.commonprefix([line, changed])
    start = max(0, len(same) - 12)
    start = max(line.rfind(" ", 0, start) + 1, 0)
    tail = len(os.path.commonprefix([line[len(same):][::-1], changed[len(same):][::-1]]))
    keep = max(0, tail - 12)
    return f"'{line[start:len(line) - keep]}' -> '{changed[start:len(changed) - keep]}'"


class Reader:
    def __init__(self, root, path):
        self.root, self.path = root, path
        self.group = Group(path.stem)
        self.excuses = []

    def fail(self, number, text):
        raise Stale(f"{self.path.name}:{number}: {text}")

    def source(self, number, file):
        path = self.root / file
        if not path.is_file():
            self.fail(number, f"there is no file '{file}'")
        return path.read_text()

    def read(self):
        lines = [(number, line.rstrip()) for number, line in enumerate(self.path.read_text().splitlines(), start=1)]
        while lines:
            number, line = lines.pop(0)
            if not line or line.startswith("#"):
                continue
            word, *rest = line.split()
            take = getattr(self, f"take_{word}", None)
            if take is None:
                self.fail(number, f"expected test, embed, derive, mutant, equivalent or survives, got '{word}'")
            take(number, rest, lines)
        for excuse in self.excuses:
            self.excuse(*excuse)
        if self.group.mutants and not self.group.tests:
            self.fail(1, "names no test")
        return self.group

    def take_test(self, number, words, _):
        if len(words) < 2:
            self.fail(number, "expected 'test FILTER FILE...'")
        for file in words[1:]:
            self.source(number, file)
        self.group.tests.append(Test(words[0], tuple(words[1:])))

    def take_embed(self, number, words, _):
        if len(words) != 2:
            self.fail(number, "expected 'embed NAMESPACE FILE'")
        self.source(number, words[1])
        self.group.embedded.append(tuple(words))

    def take_derive(self, number, words, _):
        if len(words) != 2 or not words[1].isdigit():
            self.fail(number, "expected 'derive FILE COUNT'")
        file = words[0]
        for line, changed in operators.derive(self.source(number, file), file, int(words[1])):
            self.group.mutants.append(Mutant(shown(line, changed), file, f"\n{line}\n", f"\n{changed}\n", self.group,
                                             derived=True))

    def take_mutant(self, number, words, lines):
        if len(words) != 2:
            self.fail(number, "expected 'mutant NAME FILE'")
        before, after = block_of(lines)
        after = after.rstrip(" ")
        if not before or before == after:
            self.fail(number, f"mutant '{words[0]}' changes nothing")
        mutant = Mutant(words[0], words[1], before, after, self.group)
        mutant.apply(self.source(number, words[1]))
        self.group.mutants.append(mutant)

    def take_equivalent(self, number, words, lines):
        self.take_excuse(number, words, lines, True)

    def take_survives(self, number, words, lines):
        self.take_excuse(number, words, lines, False)

    def take_excuse(self, number, words, lines, equivalent):
        before, after = block_of(lines)
        if len(words) != 1 or not lines or not lines[0][1].startswith("because "):
            self.fail(number, "expected a file, lines before and after, and a line 'because REASON'")
        reason = lines.pop(0)[1].removeprefix("because ")
        while lines and lines[0][1].startswith("  "):
            reason += " " + lines.pop(0)[1].strip()
        self.excuses.append((number, words[0], before.strip(), after.strip(), reason, equivalent))

    def excuse(self, number, file, before, after, reason, equivalent):
        """Marks the mutant that this is about. One that is not among the chosen must at least be one of the file."""
        for mutant in self.group.mutants:
            if (mutant.file, mutant.before.strip(), mutant.after.strip()) == (file, before, after):
                mutant.excuse, mutant.equivalent = reason, equivalent
                return
        made = {(line.strip(), changed.strip())
                for line, changed in operators.derive(self.source(number, file), file, None)}
        if (before, after) not in made:
            self.fail(number, f"no mutant of {file} is '{before}' -> '{after}'")


def read_groups(root, folder=None):
    """All groups, by name. Throws Stale when a table does not fit the sources."""
    folder = folder or root / "tests" / "mutants"
    groups = [Reader(root, path).read() for path in sorted(pathlib.Path(folder).glob("*.txt"))]
    planted = {}
    for mutant in (mutant for group in groups for mutant in group.mutants):
        planted.setdefault((mutant.file, mutant.apply((root / mutant.file).read_text())), []).append(mutant)
    for (file, _), same in planted.items():
        by_hand = [mutant for mutant in same if not mutant.derived]
        if len(by_hand) > 1:
            raise Stale(f"mutants '{by_hand[0].name}' and '{by_hand[1].name}' of {file} are the same bug")
        for mutant in same:
            if mutant is not (by_hand or same)[0]:
                mutant.group.mutants.remove(mutant)
    return groups
