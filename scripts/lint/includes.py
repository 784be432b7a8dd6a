#!/usr/bin/env python3
"""Checks the direction of includes between the rooms (top folders), so that layers stay layers.

A room includes itself and the rooms below it. Indexes, generators and presets are reached by name through their
registries: no file outside their own folder includes one. Some libraries stay in the one room that wraps them, among them
all that engines state as needs (cmake/needs.cmake), and a file that includes an optional library's header states it. What
every index is compiled with (core/, and all that harness/register.h draws in) takes the standard library only.
Workers take nothing of base/.
"""

import argparse
import pathlib
import re
import sys

BELOW = {
    "core": [],
    "base": ["core"],
    "libraries": ["core"],
    "datasets": ["core", "base", "libraries"],
    "workloads": ["core", "base"],
    "harness": ["core", "base", "workloads"],
    "indexes": ["core", "libraries", "workloads", "harness"],
    "results": ["core", "base", "workloads", "harness"],
    "policies": ["core", "workloads", "harness", "results"],
    "tools": ["core", "base", "libraries", "datasets", "workloads", "harness", "results", "policies"],
}
# Folders whose files are reached by name only, and the room that may look inside.
BY_NAME = {"datasets/generators/": "datasets", "datasets/formats/": "datasets", "indexes/": "indexes"}
# Library header prefix: where it may be included. What an engine states as its need may be included by engines, and here.
ENGINES = "indexes/engines/"
LIBRARIES = {
    "CLI/": ["tools/omenbench/"],
    "sqlite3.h": ["results/history", "datasets/query/", "indexes/doors/"],
    "libpq-fe.h": ["datasets/query/"],
    "archive": ["datasets/"],
    "openssl/": ["base/"],
    "curl/": ["datasets/fetch/"],
}
# What runs in a trial's process: base/ serves the coordinator only, and workers do not link it.
WORKER = ("harness/worker/", "harness/trial/", "harness/conformance/", "harness/plugin/", "indexes/",
          "tools/omenbench-worker/")
# Whose files state the headers of optional libraries.
STATING = ("datasets/", "indexes/")
ALWAYS_THERE = {"sqlite3.h", "boost/"}  # required by rooms that every build holds
SPARSE_ROOTS = ["harness/trial.h", "harness/register.h"]
HEAVY = ("fmt/", "nlohmann/", "CLI/", "absl/", "boost/")

NEED = re.compile(r"^// needs: (\S+)", re.MULTILINE)
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def includes_of(path):
    """(line number, quoted?, name) of every include of a file."""
    found = []
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        match = INCLUDE.match(line)
        if match:
            found.append((number, match.group(1) == '"', match.group(2)))
    return found


def check_own(root, file, number, name):
    """Complaints about an include of one of the project's files."""
    room = file.split("/")[0]
    target = name.split("/")[0]
    if target == "embedded":
        return ["core takes no embedded files"] if room == "core" else []
    if target not in BELOW:
        return [f'"{name}" does not start with a room; includes are written from the project\'s root']
    if not (root / name).exists():
        return [f'"{name}" does not exist']
    complaints = []
    if target != room and target not in BELOW[room]:
        complaints.append(f"{room} must not include {target} (\"{name}\")")
    if name.endswith(".cc"):
        complaints.append(f'"{name}" is no header')
    for folder, owner in BY_NAME.items():
        if name.startswith(folder) and room != owner:
            complaints.append(f'"{name}" is reached by name, never by include')
    return complaints


def stem_of(header):
    """What headers of one library have in common: "rocksdb/" of "rocksdb/db.h", "lmdb.h" of itself."""
    return header.split("/")[0] + "/" if "/" in header else header


def stated_needs(root, files):
    """{file: prefixes of the headers that it states}."""
    return {file: {stem_of(header) for header in NEED.findall((root / file).read_text())} for file in files}


def allowed_folders(needs):
    """LIBRARIES, with what engines state."""
    folders = {prefix: list(places) for prefix, places in LIBRARIES.items()}
    for file, prefixes in needs.items():
        for prefix in prefixes if file.startswith(ENGINES) else ():
            places = folders.setdefault(prefix, [])
            if ENGINES not in places:
                places.insert(0, ENGINES)
    return folders


def check_library(file, name, folders):
    """Complaints about an include of a library's header."""
    return [
        f"<{name}> belongs in {' or '.join(places)} only"
        for prefix, places in folders.items()
        if name.startswith(prefix) and not any(file.startswith(folder) for folder in places)
    ]


def check_stated(root, file, name, needs):
    """Complaints about an optional library that a file includes and neither it nor what it includes states."""
    optional = set().union(*needs.values()) - ALWAYS_THERE
    prefix = stem_of(name)
    if prefix not in optional or not file.startswith(STATING):
        return []
    drawn = set()
    drawn_in(root, file, drawn)
    if any(prefix in needs.get(one, ()) for one in drawn):
        return []
    return [f"<{name}> is of an optional library: state it as '// needs: ...' (cmake/needs.cmake)"]


def drawn_in(root, file, seen):
    """Adds to `seen` the file and every project file it includes, directly or not."""
    if file in seen or not (root / file).exists():
        return
    seen.add(file)
    for _, quoted, name in includes_of(root / file):
        if quoted:
            drawn_in(root, name, seen)


def sparse_files(root, files):
    """What must compile fast: core and all that an index draws in."""
    sparse = {file for file in files if file.startswith("core/")}
    for start in SPARSE_ROOTS:
        drawn_in(root, start, sparse)
    return sparse


def check(root):
    """All complaints about the tree, as 'file:line: text'."""
    files = sorted(
        str(path.relative_to(root))
        for room in BELOW
        for path in (root / room).rglob("*")
        if path.suffix in (".h", ".cc")
    )
    sparse = sparse_files(root, files)
    worker = set()
    for file in files:
        if file.startswith(WORKER):
            drawn_in(root, file, worker)
    needs = stated_needs(root, files)
    folders = allowed_folders(needs)
    complaints = []
    for file in files:
        for number, quoted, name in includes_of(root / file):
            texts = check_own(root, file, number, name) if quoted else check_library(file, name, folders)
            if not quoted:
                texts += check_stated(root, file, name, needs)
            if not quoted and file in sparse and name.startswith(HEAVY):
                texts.append(f"<{name}> is too heavy here: every index is compiled with this file")
            if quoted and file in worker and name.startswith("base/"):
                texts.append(f'"{name}" is for the coordinator, and a worker is compiled with this file')
            complaints += [f"{file}:{number}: {text}" for text in texts]
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
