"""Hostile files: mutated ones of every kind that is read, and things that are no files."""

import json
import os
import shutil

from .common import ill_manners

MOST_SECONDS = 30
PIECES = ["\n", ",", '"', "{", "}", "[", "]", ":", "-", "1e400", "-1", "18446744073709551616", "null", "nan", "0x1f", "\0",
          "\ud7ff", "[" * 500, "9" * 400, "1e-400", "true"]
PLAN = {"datasets": ["uniform"], "keys": [1000], "indexes": ["binary-search"], "workloads": ["sosd-lookup"], "blocks": 3}
WORKLOAD = {"mix": {"lookup": 0.95, "insert": 0.05}, "bulk_load": 0.5}
RECIPE = {"format": "csv", "columns": [{"name": "a", "type": "integer"}]}
TABLE = "id,time,price\n" + "".join(f"{i},2026-01-0{1 + i % 9}T00:00:{i % 60:02}Z,{i}.25\n" for i in range(80))


def mutate(chance, text):
    for _ in range(chance.randint(1, 4)):
        at = chance.randint(0, len(text))
        piece = text[at:at + chance.randint(0, 40)]
        text = chance.choice([text[:at] + text[at + len(piece):], text[:at] + piece + text[at:],
                              text[:at] + chance.choice(PIECES) + text[at:],
                              text[:at] if chance.random() < 0.2 else text])
    return text


def samples(bench):
    """{name: (text, file name, commands that read it)}"""
    bench.run("run", "-d", "uniform", "-n", "1000", "-w", "sosd-lookup", "-i", "absl-btree", "-i", "rmi", "--ops", "100",
              "--blocks", "6", "--out", "run", timeout=300)
    result = (bench.folder / "run/results.json").read_text()
    claim = {"claims": [{"id": "x", "claim": "faster", "plan": PLAN}]}
    return {"results": (result, "r.json", [["report", "@@/r.json"], ["compare", "@@/r.json", "run"], ["export", "csv", "@@/r.json"],
                                           ["history", "add", "@@/r.json", "--file", "@@/h.sqlite"], ["gate", "--base", "run", "--head", "@@/r.json"]]),
            "plans": (json.dumps(PLAN), "p.json", [["run", "--plan", "@@/p.json", "--dry-run"]]),
            "workloads": (json.dumps(WORKLOAD), "w.json",
                          [["run", "-d", "uniform", "-n", "1000", "-i", "absl-btree", "-w", "@@/w.json", "--dry-run"]]),
            "claims": (json.dumps(claim), "c.json", [["claims", "@@/c.json"]]),
            "recipes": (json.dumps(RECIPE), "k.json", [["data", "describe", "t.csv:@@@/k.json"]]),
            "tables": (TABLE, "m.csv", [["data", "describe", "@@/m.csv:id"], ["data", "describe", "@@/m.csv:time"],
                                        ["data", "describe", "@@/m.csv:price"], ["data", "describe", "@@/m.csv"]])}


def expect_manners(bench, folder, what, command):
    """What to count, and what is wrong. Files that are read lie in `folder`."""
    code, _, err = bench.run(*[word.replace("@@", str(folder)) for word in command], timeout=MOST_SECONDS)
    problem = ill_manners(code, err)
    return ["accepted" if code == 0 else "refused"], [f"{what}, {' '.join(command)}: {problem}"] if problem else []


def no_files(bench):
    """FIFOs that nobody writes to, devices without end, folders, nesting, names of what is not there."""
    os.mkfifo(bench.folder / "fifo")
    (bench.folder / "deep.json").write_text("[" * 200_000)
    (bench.folder / "deeper.json").write_text('{"a":' * 100_000)
    (bench.folder / "wide.csv").write_text("a" * 3_000_000)
    for place in ("fifo", "/dev/zero", "/dev/full", "/dev/tty", ".", "deep.json", "deeper.json", "wide.csv", "nowhere", ""):
        for command in (["report", place], ["compare", place, "run"], ["export", "csv", place], ["claims", place],
                        ["run", "--plan", place, "--dry-run"], ["run", "--resume", place], ["data", "describe", place],
                        ["run", "-d", place, "-i", "absl-btree", "--dry-run"], ["data", "describe", f"t.csv:@{place}"],
                        ["history", "show", "--file", place], ["check", "--plugin", place],
                        ["run", "-d", "uniform", "-n", "1000", "-w", place, "-i", "absl-btree", "--dry-run"]):
            yield f"'{place}'", command


def torment(bench):
    (bench.folder / "t.csv").write_text(TABLE)
    kinds = samples(bench)
    odd = list(no_files(bench))

    def try_odd(number):
        counts, wrong = expect_manners(bench, bench.folder, *odd[number])
        return counts + ["that are no files, or no ordinary ones"], wrong

    bench.each(range(len(odd)), try_odd)
    names = sorted(kinds)

    def try_mutated(number):
        chance = bench.chance(number)
        name = names[number % len(names)]
        text, file, commands = kinds[name]
        folder = bench.folder / f"mutated-{number}"
        folder.mkdir()
        (folder / file).write_bytes(mutate(chance, text).encode(errors="surrogatepass"))
        counts, wrong = expect_manners(bench, folder, f"mutated {name} (number {number})", chance.choice(commands))
        if not wrong:
            shutil.rmtree(folder)
        return counts + [f"mutated {name}"], wrong

    bench.each(range(bench.options.files), try_mutated)
