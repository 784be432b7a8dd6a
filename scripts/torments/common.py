"""What the parts of scripts/torture share: running the program, counting, and what must never be left behind."""

import collections
import concurrent.futures
import os
import pathlib
import random
import subprocess
import sys
import time

# Words of libraries, which tell a person nothing.
FOREIGN_WORDS = ("json.exception", "parse_error", "type_error", "stod", "stoi", "stoul", "basic_", "filesystem error", "std::",
                 "terminate called", "does not expect", "Sanitizer", "Assertion")
OWN_CODES = (0, 2, 3, 4, 130, 143)


# Torments go on side by side: most of the time a run waits for its own.
AT_A_TIME = 2


class Bench:
    """Where one part works, until when, and what it found."""

    def __init__(self, options, folder, deadline):
        self.options = options
        self.folder = folder
        self.deadline = deadline
        self.counts = collections.Counter()
        self.failures = []
        self.unfinished = 0
        folder.mkdir(parents=True)
        folder.chmod(0o711)  # servers run as other users

    def chance(self, number):
        """The dice of one torment: the same in every order of them."""
        return random.Random(f"{self.options.seed} {self.folder.name} {number}")

    def start(self, *arguments, temporary=None):
        """In a process group of its own."""
        environment = {**os.environ, "TERM": "dumb", "XDG_CACHE_HOME": str(self.folder / "cache")}
        if temporary:
            environment["TMPDIR"] = str(temporary)
        return subprocess.Popen([self.options.build / "omenbench", *map(str, arguments)], cwd=self.folder,
                                env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, errors="replace", start_new_session=True)

    def run(self, *arguments, timeout=60, temporary=None):
        """(exit code, stdout, stderr); the code is None when it did not end in time."""
        process = self.start(*arguments, temporary=temporary)
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            return None, out, err
        return process.returncode, out, err

    def each(self, numbers, torment):
        """Calls torment(number), which returns ([what to count], [what is wrong]), for as many as the time allows."""
        numbers = list(numbers)

        def one(number):
            return None if time.monotonic() > self.deadline else torment(number)

        with concurrent.futures.ThreadPoolExecutor(AT_A_TIME) as pool:
            for outcome in pool.map(one, numbers):
                if outcome is None:
                    self.unfinished += 1
                    continue
                self.counts.update(outcome[0])
                self.failures += outcome[1]

    def report(self, part):
        counted = ", ".join(f"{count} {what}" for what, count in sorted(self.counts.items()))
        print(f"{part}: {counted}; {len(self.failures)} failed")
        if self.unfinished:
            print(f"    the time was over: {self.unfinished} were not tried")
        for failure in self.failures[:20]:
            print(f"    {failure}")
        if len(self.failures) > 20:
            print(f"    and {len(self.failures) - 20} more")
        sys.stdout.flush()


def ill_manners(code, err):
    """What is wrong with how a command ended; empty: nothing."""
    if code is None:
        return "did not end in time"
    if code not in OWN_CODES:
        return f"ended with {code}: {err[-200:]!r}"
    for words in FOREIGN_WORDS:
        if words in err:
            return f"speaks a library's words ({words}): {err[-200:]!r}"
    if code == 2 and not err.strip():
        return "refused without a word"
    return ""


def parent_of(entry):
    # The name in parentheses may hold anything.
    return int((entry / "stat").read_text(errors="replace").rpartition(")")[2].split()[1])


def processes(temporary):
    """{pid: command line} of the processes that were started below a run with this TMPDIR, as far as they can be told: by
    their environment, by their command line, and by their parents."""
    mark = f"TMPDIR={temporary}".encode()
    all_of_them, parents, ours = {}, {}, set()
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        pid = int(entry.name)
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
            parents[pid] = parent_of(entry)
        except (OSError, ValueError, IndexError):
            continue
        if not command:
            continue  # a zombie, or the kernel's
        all_of_them[pid] = command
        try:
            if str(temporary) in command or mark in (entry / "environ").read_bytes().split(b"\0"):
                ours.add(pid)
        except OSError:
            pass
    while more := {pid for pid in all_of_them if pid not in ours and parents[pid] in ours}:
        ours |= more
    return {pid: all_of_them[pid] for pid in ours}
