"""Reads results.json files for figures: rows with titles, indexes with positions, and errors that name the file."""

import fnmatch
import json
import pathlib
import re
import shlex

SCHEMA = "omenbench.result/1"
FAMILIES = ["learned", "tree", "array", "hash", "engine", "reference"]
FIELDS = ["dataset", "keys", "workload", "threads", "run"]


class InputError(Exception):
    """What a person gave cannot be used; the text says what and why."""


def printable(text):
    """Names come from files: whatever they hold becomes one line of text."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in str(text))


def _refuse_constant(name):
    raise ValueError(f"{name} is no JSON number")


def _finite(text):
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"the number {text} is out of range")
    return number


def _expect(condition, file, where, what):
    if not condition:
        raise InputError(f"'{file}': expected {what} at {where}; 'omenbench schema' prints what a result looks like")


def _check_cell(cell, file, where):
    _expect(isinstance(cell, dict), file, where, "a cell")
    for field in ("index", "family", "tier", "status"):
        _expect(isinstance(cell.get(field), str), file, f"{where}.{field}", "a text")
    _expect(isinstance(cell.get("passes"), dict), file, f"{where}.passes", "an object")


def _check(result, file):
    """What every figure relies on. Deeper damage is reported by guarded()."""
    _expect(isinstance(result, dict), file, "the top", "an object")
    if result.get("schema") != SCHEMA:
        raise InputError(f"'{file}': expected schema '{SCHEMA}', got {json.dumps(result.get('schema'))}")
    _expect(isinstance(result.get("rows"), list), file, "rows", "an array")
    for number, row in enumerate(result["rows"]):
        where = f"rows[{number}]"
        _expect(isinstance(row, dict), file, where, "a row")
        for field, kind in (("dataset", str), ("workload", str), ("keys", int), ("threads", int), ("cells", list),
                            ("reference", list), ("verdicts", list)):
            _expect(isinstance(row.get(field), kind), file, f"{where}.{field}", f"a value of type {kind.__name__}")
        for part in ("cells", "reference"):
            for at, cell in enumerate(row[part]):
                _check_cell(cell, file, f"{where}.{part}[{at}]")


def read_result(path):
    """The document of a run directory or of a results.json."""
    file = pathlib.Path(path)
    if file.is_dir():
        file = file / "results.json"
        if not file.exists():
            journal = shlex.quote(str(file.with_name("journal.ndjson")))
            raise InputError(f"'{path}' holds a journal and no results.json; 'omenbench report {journal} --json > "
                             f"{shlex.quote(str(file))}' makes one" if file.with_name("journal.ndjson").exists() else
                             f"'{path}' holds neither results.json nor journal.ndjson; expected the directory of a run")
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise InputError(f"cannot read '{file}': {getattr(problem, 'strerror', None) or 'it is no text'}") from None
    try:
        result = json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)
    except (ValueError, RecursionError) as problem:
        raise InputError(f"'{file}' is no JSON: {problem}; expected a run directory or its results.json") from None
    _check(result, file)
    return result


class Run:
    """One result document."""

    def __init__(self, path):
        self.path = str(path)
        self.result = read_result(path)
        self.datasets = [one for one in self.result.get("datasets", []) if isinstance(one, dict)]

    def dataset_of(self, name, keys):
        """The dataset of a row; {} when there is none. A row's keys may hold others besides (inserts from elsewhere), so
        a dataset's only size is its size."""
        named = [one for one in self.datasets if one.get("name") == name]
        found = named if len(named) == 1 else [one for one in named if one.get("n") == keys]
        return found[0] if found else {}


class Row:
    """One row of one run."""

    def __init__(self, run, label, json_row):
        self.run, self.label, self.json = run, label, json_row
        self.dataset, self.workload = printable(json_row["dataset"]), printable(json_row["workload"])
        dataset = run.dataset_of(json_row["dataset"], json_row["keys"])
        self.keys, self.threads = dataset.get("n", json_row["keys"]), json_row["threads"]
        self.hardness = dataset.get("hardness")

    @property
    def where(self):
        """Dataset, keys and run: one line of a map."""
        return f"{self.dataset}, {count_of(self.keys)} keys" + (f" ({self.label})" if self.label else "")

    @property
    def what(self):
        """Workload and threads: one column of a map."""
        return self.workload + (f", {self.threads} threads" if self.threads > 1 else "")

    @property
    def title(self):
        return f"{self.where}, {self.what}"

    def title_without(self, axis):
        """Of a figure whose axis is 'keys' or 'threads'."""
        parts = [self.dataset, "" if axis == "keys" else f"{count_of(self.keys)} keys",
                 self.workload if axis == "threads" else self.what, self.label]
        return ", ".join(part for part in parts if part)

    def slug(self, without=()):
        """Part of a file's name: what tells the row apart, except for what the figure has on its axis."""
        parts = {"run": self.label, "dataset": self.dataset, "keys": str(self.keys), "workload": self.workload,
                 "threads": f"t{self.threads}" if self.threads > 1 else ""}
        words = "-".join(part for name, part in parts.items() if part and name not in without)
        return re.sub(r"[^A-Za-z0-9._]+", "-", words).strip("-.") or "row"

    def field(self, name):
        return {"dataset": self.dataset, "keys": str(self.keys), "workload": self.workload,
                "threads": str(self.threads), "run": self.label or self.run.path}[name]

    def cells(self, reference=False):
        """Cells with numbers, contenders first."""
        found = self.json["cells"] + (self.json["reference"] if reference else [])
        return [cell for cell in found if cell["status"] == "ok"]

    def headline(self):
        """The verdict that the winner map shows: against ordered in-process baselines, by the row's headline metric."""
        for verdict in self.json["verdicts"]:
            if verdict["class"] == "ordered" and verdict.get("headline", verdict["metric"] == "throughput"):
                return verdict
        return None


def count_of(keys):
    """1000000 -> '1 M', 1036094 -> '1,036,094': always exact."""
    for size, unit in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if keys >= size and keys * 10 % size == 0:
            return f"{keys / size:g} {unit}"
    return f"{keys:,}"


def estimate(value):
    """(median, lo, hi) of an estimate; lo and hi are None without an interval. None when there is no estimate."""
    if not isinstance(value, dict) or value.get("median") is None:
        return None
    return value["median"], value.get("lo"), value.get("hi")


def ns_per_op(cell):
    return estimate((cell["passes"].get("throughput") or {}).get("ns_per_op"))


def bytes_per_key(cell, row):
    size = cell.get("total_bytes" if cell["tier"] == "in-process" else "disk_bytes")
    loaded = row.json.get("loaded_keys") or row.keys
    return size / loaded if size and loaded else None


def index_positions(runs):
    """name -> (position, family), by family and then by name: the same assignment of looks as on the page."""
    found = {}
    for run in runs:
        for row in run.result["rows"]:
            for cell in row["cells"] + row["reference"]:
                family = FAMILIES.index(cell["family"]) if cell["family"] in FAMILIES else len(FAMILIES)
                found.setdefault(cell["index"], (family, cell["family"]))
    names = sorted(found, key=lambda name: (found[name][0], name))
    return {name: (position, found[name][1]) for position, name in enumerate(names)}


def labels_of(paths):
    """A short distinct name per run: its folder's, with a number where folders are called alike."""
    names = []
    for path in map(pathlib.Path, paths):
        resolved = path.resolve()
        names.append(printable(resolved.parent.name if resolved.suffix == ".json" and resolved.name == "results.json"
                               else resolved.stem if resolved.suffix == ".json" else resolved.name))
    return [name if names.count(name) == 1 else f"{name}-{at + 1}" for at, name in enumerate(names)]


def parse_terms(text):
    """'dataset:osm* workload:ycsb-a' as [(field, glob)]."""
    terms = []
    for word in text.split():
        field, colon, glob = word.partition(":")
        if not colon or not glob or field not in FIELDS:
            raise InputError(f"--rows '{text}': expected terms such as 'workload:ycsb-*', with one of "
                             f"{', '.join(FIELDS)}; got '{word}'")
        terms.append((field, glob))
    return terms


def keeps(row, terms):
    """Terms of one field are alternatives, those of different fields must all hold."""
    return all(any(fnmatch.fnmatchcase(row.field(field), glob) for other, glob in terms if other == field)
               for field, _ in terms)


def rows_of(runs, paths, terms):
    labels = labels_of(paths) if len(runs) > 1 else [""]
    rows = [Row(run, label, row) for run, label in zip(runs, labels) for row in run.result["rows"]]
    return [row for row in rows if keeps(row, terms)]
