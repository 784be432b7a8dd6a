"""Processes of a run killed at random moments."""

import json
import os
import shutil
import signal
import subprocess
import time

from .common import ill_manners, processes

ROUNDS = 4
RUN = ["run", "-d", "uniform", "-n", "2000", "-w", "sosd-lookup", "-w", "ycsb-a", "-i", "absl-btree", "-i", "alex",
       "-i", "sqlite-file", "--ops", "300", "--blocks", str(ROUNDS)]
SERVERS = {"redis": "redis-server", "postgres": "postgres -D"}
MOST_SECONDS = 120
PATIENCE_S = 60  # a guardian that is just starting a server ends it when it has


def victims(temporary, target):
    """Processes of that kind which run just now."""
    def is_one(command):
        if target == "worker":
            return "omenbench-worker" in command and "--trial" in command
        if target == "guardian":
            return "--serve" in command
        return any(name in command for name in SERVERS.values()) and "--serve" not in command
    return [pid for pid, command in processes(temporary).items() if is_one(command)]


def wait_for(condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.01)
    return condition()


def cells(folder):
    """{(row number, index): (status, reason, rounds)} of all contenders."""
    result = json.loads((folder / "results.json").read_text())
    return {(number, cell["index"]): (cell["status"], cell["reason"], cell["rounds"])
            for number, row in enumerate(result["rows"]) for cell in row["cells"]}


class Kill:
    """One run, one kill, and what must hold afterwards."""

    def __init__(self, bench, number, servers):
        self.bench = bench
        self.chance = bench.chance(number)
        self.target = ("run", "worker", "server", "guardian")[number % 4]
        self.engine = servers[number // 4 % len(servers)] if servers and self.target != "worker" else ""
        self.folder = bench.folder / f"run-{number}"
        self.temporary = bench.folder / f"tmp-{number}"
        self.temporary.mkdir()
        self.temporary.chmod(0o711)
        self.signal = self.chance.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM])
        self.counts = []

    def run(self):
        """What is wrong; empty: nothing."""
        arguments = [*RUN, "--out", self.folder] + (["-i", self.engine] if self.engine else [])
        process = self.bench.start(*arguments, temporary=self.temporary)
        hit = self.kill(process)
        try:
            _, err = process.communicate(timeout=MOST_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return "the run did not end"
        self.counts.append(f"{self.target}s killed" if hit else "ended before they could be killed")
        if self.target == "run" and hit:
            begun = (self.folder / "journal.ndjson").exists()
            if self.signal == signal.SIGTERM and process.returncode not in ((0, 143) if begun else (143, -signal.SIGTERM)):
                return f"the run ended with {process.returncode}: {err[-300:]}"
        elif problem := ill_manners(process.returncode, err):
            return problem
        return self.left_behind() or self.resumed() or self.harmed()

    def kill(self, process):
        """True when somebody was there to be killed."""
        if self.target == "run":
            time.sleep(self.chance.uniform(0.05, 3))
            if process.poll() is not None:
                return False
            process.send_signal(self.signal)
            return True
        found = wait_for(lambda: victims(self.temporary, self.target) or process.poll() is not None, 20)
        if not isinstance(found, list):
            return False
        time.sleep(self.chance.uniform(0, 1))
        again = victims(self.temporary, self.target) or found
        try:
            os.kill(self.chance.choice(again), self.signal)
        except ProcessLookupError:
            return False
        return True

    def left_behind(self):
        """Guardians need a moment to end what they guard."""
        if left := wait_for(lambda: not processes(self.temporary), PATIENCE_S) or processes(self.temporary):
            if left is not True:
                for pid in left:
                    os.kill(pid, signal.SIGKILL)
                return f"left processes: {left}"
        empty = wait_for(lambda: not os.listdir(self.temporary), PATIENCE_S)
        return "" if empty else f"left folders: {os.listdir(self.temporary)}"

    def resumed(self):
        """A run that was killed goes on where it was."""
        if self.target != "run":
            return ""
        if not (self.folder / "journal.ndjson").exists():
            self.counts.append("runs killed before their first line")
            return ""
        code, _, err = self.bench.run("run", "--resume", self.folder, timeout=MOST_SECONDS, temporary=self.temporary)
        self.counts.append("runs resumed")
        if code == 2 and "header line is missing" in err:
            return ""
        return (ill_manners(code, err) or ("" if code == 0 else f"--resume ended with {code}: {err[-300:]}") or
                self.left_behind())

    def harmed(self):
        """Only cells of a server that was killed may have failed; all others have all their rounds."""
        if not (self.folder / "results.json").exists():
            return "" if self.target == "run" else "there is no result"
        for (row, index), (status, reason, rounds) in cells(self.folder).items():
            if status == "ok" and rounds == ROUNDS or status == "unsupported":
                continue
            if index == self.engine and self.target in ("server", "guardian") and status in ("error", "interrupted", "crash"):
                continue
            return f"row {row}, {index}: {status}, {reason}, {rounds} rounds"
        return ""


def torment(bench):
    servers = [name for name in SERVERS if bench.run("list", "engines", "--json")[1].find(f'"{name}"') >= 0]

    def strike(number):
        kill = Kill(bench, number, servers)
        problem = kill.run()
        if not problem:
            shutil.rmtree(kill.folder, ignore_errors=True)
        about = f"{kill.target} (number {number}, {kill.engine or 'no server'}, {kill.signal.name})"
        return kill.counts, [f"{about}: {problem}"] if problem else []

    bench.each(range(bench.options.kills), strike)
