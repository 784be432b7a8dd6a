#!/usr/bin/env python3
"""Checks that what has one home is written nowhere else.

Each entry of HOMES names a thing, how a second one of it would look, where the one is, and what to use instead. A
pattern speaks of what only the home has to write (the call of a library, a table of names), not of those who use it.
"""

import argparse
import pathlib
import re
import sys
from typing import NamedTuple

ROOMS = ["core", "base", "libraries", "datasets", "workloads", "harness", "indexes", "results", "policies", "tools", "examples"]
CODE = {".h", ".cc"}


class Home(NamedTuple):
    thing: str
    pattern: str
    homes: tuple  # files, or folders that end in "/"
    instead: str


# Engines' workers link neither base/ nor the coordinator, so that what little they need of it stands in their folder.
ENGINES = "indexes/engines/"
HOMES = [
    Home("SHA-256 or MD5", r"\bEVP_\w+\(|\bSHA256_\w+\(|0x428a2f98", ("base/digest.cc",), "base/digest.h"),
    Home("JSON reader", r"\b(?:[Jj]son|ordered_json|basic_json)(?:<[^>]*>)?::(?:parse|accept|sax_parse|from_cbor)\(",
         ("base/", "datasets/formats/json_rows.cc"),  # a file of many rows is never held as a whole
         "parse_json of base/json.h, which refuses duplicates, depth and what is cut off, with line and field"),
    Home("reader of a whole file", r"\bistreambuf_iterator\b|\.rdbuf\(\)|\bfile_size\([^)]*\).*\bresize\b",
         ("base/files.cc", ENGINES), "read_file or try_read_file of base/files.h"),
    Home("replacement of a file", r"\b(?:std::|::|fs::|filesystem::)rename\(",
         ("base/files.cc", "datasets/key_cache.cc", "datasets/fetch/fetch.cc"),  # what they download has its own name
         "write_file or AtomicFile of base/files.h"),
    Home("temporary directory", r"\bmkd?s?temps?\(|\btemp_directory_path\(", ("core/temporary_directory.cc",),
         "core/temporary_directory.h"),
    Home("list of operation names", r'"(?:read_modify_write|lower_bound)"', ("core/operation_names.h",),
         "kOpNames of core/operation_names.h"),
    Home("edit distance", r"\bedit_distance\(std::string_view[^;]*$", ("core/suggest.cc",), "core/suggest.h"),
    Home("text of a size", r'\{[^}"]*\}\s?[KMGT]i?B\b(?!/s)|^\s*constexpr .*"KiB"',
         ("base/numbers.cc", "tools/omenbench/command.cc", "harness/"),  # notes of what a machine has
         "human_bytes of tools/omenbench/command.h, of a measured size byte_size of base/numbers.h"),
    Home("text of a large number", r"^std::string (?:\w+::)?(?:with_commas|grouped|with_separators)\([^;]*$",
         ("base/numbers.cc",), "with_commas of base/numbers.h"),
    Home("number from a text by the locale", r"\bstd::sto(?:i|l|ll|ul|ull|f|d|ld)\(|\b(?:strtod|strtof|sscanf|atof)\(",
         (ENGINES, "harness/worker/"), "read_whole or read_real of base/units.h"),
    Home("exit code of an interrupt", r"\bExitCode::kTerminated\b",
         ("tools/omenbench/command.cc", "datasets/fetch/fetch.cc"),  # which knows of no terminal
         "interrupt_code of tools/omenbench/command.h"),
    Home("fact about the terminal", r"\bisatty\(|\bTIOCGWINSZ\b|\"NO_COLOR\"", ("tools/omenbench/command.cc",),
         "tools/omenbench/command.h"),
    Home("start of a process", r"(?<![\w:])v?fork\(\)|\bexecv[pe]*\(|\bposix_spawnp?\(|\bpopen\(|\bsystem\(",
         ("harness/process.cc", "harness/conformance/isolated.cc", ENGINES), "harness/process.h"),
    Home("handler of a signal", r"\bsigaction\(SIG|\bsignal\(SIG(?:INT|TERM|HUP), (?!SIG_)",
         ("harness/interrupt.cc", ENGINES), "harness/interrupt.h"),
    Home("seed from outside", r"\bstd::random_device\b|\bsrand\(|[^\w]rand\(\)|\bstd::mt19937",
         ("datasets/key_cache.cc",),  # for a file's name
         "core/rng.h with a seed of the plan"),
]


def is_home(name, home):
    return any(name == place or (place.endswith("/") and name.startswith(place)) for place in home.homes)


def check_file(path, name):
    complaints = []
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        code = re.sub(r"(?<!:)//.*", "", line)
        for home in HOMES:
            if re.search(home.pattern, code) and not is_home(name, home):
                complaints.append(f"{name}:{number}: a second {home.thing}; use {home.instead}")
    return complaints


def check(root):
    """All complaints about the tree, as 'file:line: text'."""
    complaints = []
    for room in ROOMS:
        for path in sorted((root / room).rglob("*")):
            if path.suffix in CODE:
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
