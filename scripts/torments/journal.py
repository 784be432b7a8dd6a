"""Damaged journals."""

import json
import shutil

from .common import ill_manners

# Of so many damaged journals one is also resumed, which takes much longer.
RESUME_EVERY = 50


def bit(chance, text):
    at = chance.randrange(len(text))
    return text[:at] + bytes([text[at] ^ (1 << chance.randrange(8))]) + text[at + 1:]


def digit(chance, text):
    """What a wrong number looks like: still a whole line of JSON."""
    places = [i for i in range(len(text)) if text[i:i + 1].isdigit()]
    at = chance.choice(places)
    return text[:at] + chance.choice(b"0123456789").to_bytes(1, "big") + text[at + 1:]


def stretch(chance, text):
    at = chance.randrange(len(text))
    return text[:at] + text[at + chance.randint(1, 200):]


def line(chance, text):
    lines = text.splitlines(keepends=True)
    del lines[chance.randrange(len(lines))]
    return b"".join(lines)


def swap(chance, text):
    lines = text.splitlines(keepends=True)
    a, b = chance.sample(range(len(lines)), 2)
    lines[a], lines[b] = lines[b], lines[a]
    return b"".join(lines)


def repeat(chance, text):
    lines = text.splitlines(keepends=True)
    lines.insert(chance.randrange(len(lines) + 1), chance.choice(lines))
    return b"".join(lines)


def cut(chance, text):
    if chance.random() < 0.5:
        return text[:chance.randrange(len(text))]
    lines = text.splitlines(keepends=True)
    return b"".join(lines[:chance.randrange(len(lines))])


DAMAGES = {"bits flipped": bit, "digits changed": digit, "stretches deleted": stretch, "lines deleted": line,
           "lines swapped": swap, "lines repeated": repeat, "cut off": cut}


def numbers(text):
    """What `report --json` says, without what says that the run was not finished."""
    result = json.loads(text)
    return {key: result[key] for key in ("started", "tool", "environment", "plan", "datasets", "rows")}


class Damaged:
    """One damaged journal, and what omenbench makes of it."""

    def __init__(self, bench, folder, original, whole, damaged):
        self.bench, self.folder, self.original, self.whole, self.damaged = bench, folder, original, whole, damaged
        self.counts = []
        folder.mkdir()
        (folder / "journal.ndjson").write_bytes(damaged)

    def cut_off(self):
        return self.original.startswith(self.damaged)

    def report(self):
        """What is wrong; empty: nothing."""
        code, out, err = self.bench.run("report", self.folder, "--json")
        if problem := ill_manners(code, err):
            return problem
        if code == 2:
            self.counts.append("refused")
            return "" if "line" in err else f"does not say where: {err!r}"
        if self.cut_off():
            self.counts.append("said to be interrupted")
            return "" if json.loads(out)["interrupted"] else "a journal that was cut off passes for a whole one"
        self.counts.append("without effect")
        return "" if numbers(out) == self.whole else "other numbers without a word"

    def resume(self):
        code, _, err = self.bench.run("run", "--resume", self.folder)
        self.counts.append("resumed or refused by --resume")
        if problem := ill_manners(code, err):
            return problem
        text = (self.folder / "journal.ndjson").read_bytes()
        if code == 2:
            return "" if text == self.damaged else "a refused journal was changed"
        if self.cut_off():
            kept = self.damaged[:self.damaged.rfind(b"\n") + 1]
            return "" if text.startswith(kept) else "lines that stood were changed"
        _, out, _ = self.bench.run("report", self.folder, "--json")
        return "" if numbers(out)["rows"] == self.whole["rows"] else "resumed to other numbers without a word"


def torment(bench):
    code, _, err = bench.run("run", "-d", "uniform", "-n", "2000", "-w", "sosd-lookup", "-i", "absl-btree", "-i", "rmi",
                             "--ops", "200", "--blocks", "6", "--out", "run", timeout=300)
    if code != 0:
        bench.failures.append(f"the run to be damaged ended with {code}: {err[-300:]}")
        return
    original = (bench.folder / "run/journal.ndjson").read_bytes()
    whole = numbers(bench.run("report", bench.folder / "run/journal.ndjson", "--json")[1])
    names = sorted(DAMAGES)

    def damage(number):
        name = names[number % len(names)]
        damaged = original
        chance = bench.chance(number)
        while damaged == original:
            damaged = DAMAGES[name](chance, original)
        one = Damaged(bench, bench.folder / f"damaged-{number}", original, whole, damaged)
        wrong = []
        for check in [one.report] + ([one.resume] if number % RESUME_EVERY == 0 else []):
            if problem := check():
                wrong.append(f"{name} (number {number}), {check.__name__}: {problem}")
        if not wrong:
            shutil.rmtree(one.folder)
        return [name, *one.counts], wrong

    bench.each(range(bench.options.damages), damage)
