#!/usr/bin/env python3
"""Checks what every source file must have and must not have.

Every file opens with a comment that says what it is and why. Headers are guarded. Nothing carries a mark of unfinished
work.
"""

import argparse
import pathlib
import re
import sys

ROOMS = ["core", "base", "libraries", "datasets", "workloads", "harness", "indexes", "results", "policies", "tools"]
FOLDERS = ROOMS + ["tests", "examples", "scripts", "findings", "cmake", ".ci"]
CODE = {".h", ".cc"}
SCRIPTS = {".py", ".sh", ".cmake", ""}
PAGES = {".js", ".css", ".html"}
OUTPUT = {"__pycache__", "golden", "published"}  # folders of what programs wrote
LONGEST_LINE = 120  # clang-format keeps it for C++
# Written in two parts, so that this file does not accuse itself.
MARKS = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b")


def opens_with_comment(path, lines):
    """Whether the first line (after a #! line) is a comment or a docstring."""
    if lines and lines[0].startswith("#!"):
        lines = lines[1:]
    first = lines[0] if lines else ""
    if path.suffix in CODE | PAGES:
        return first.startswith(("//", "/*", "<!doctype"))
    return first.startswith(("#", '"""', "[["))


def check_file(path, name):
    lines = path.read_text().splitlines()
    complaints = []
    if not opens_with_comment(path, lines):
        complaints.append(f"{name}:1: opens without a comment that says what the file is")
    if path.suffix == ".h" and "#pragma once" not in lines:
        complaints.append(f"{name}:1: lacks #pragma once")
    for number, line in enumerate(lines, start=1):
        if path.suffix in PAGES and len(line) > LONGEST_LINE:
            complaints.append(f"{name}:{number}: {len(line)} characters, at most {LONGEST_LINE} are read without scrolling")
        mark = MARKS.search(line)
        if mark:
            complaints.append(f"{name}:{number}: unfinished mark '{mark.group(0)}'")
    return complaints


def check(root):
    """All complaints about the tree, as 'file:line: text'."""
    complaints = []
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            parts = path.relative_to(root).parts
            if path.is_file() and path.suffix in CODE | SCRIPTS | PAGES and not OUTPUT.intersection(parts):
                complaints += check_file(path, str(path.relative_to(root)))
    return complaints


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = pathlib.Path(__file__).resolve().parents[2]
    parser.add_argument("--root", type=pathlib.Path, default=default, help="the tree to check (default: this one)")
    complaints = check(parser.parse_args().root)
    print("\n".join(complaints), end="\n" if complaints else "")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
