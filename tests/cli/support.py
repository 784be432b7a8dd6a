"""What black-box tests of the executables share: where the programs are, how to run them, a scratch directory.

A test file is tests/cli/test_*.py (unittest, standard library; python3-jsonschema where a schema is checked). ctest runs
each file as one test and sets OMENBENCH_BUILD_DIR. By hand:
    OMENBENCH_BUILD_DIR=build/release python3 -m unittest discover -s tests/cli -p test_list.py
"""

import fcntl
import json
import os
import pathlib
import pty
import re
import struct
import subprocess
import tempfile
import termios
import unittest

SOURCE_DIR = pathlib.Path(__file__).resolve().parents[2]
BUILD_DIR = pathlib.Path(os.environ.get("OMENBENCH_BUILD_DIR", SOURCE_DIR / "build" / "release")).resolve()
OMENBENCH = BUILD_DIR / "omenbench"

# Exit codes (core/error.h).
OK, REGRESSION, USAGE, CELLS_FAILED, INCONCLUSIVE, INTERRUPTED, TERMINATED = 0, 1, 2, 3, 4, 130, 143


def clean_environment(extra=None):
    """This process's environment without what would change the program's output, plus `extra`."""
    drop = ("NO_COLOR", "TERM", "COLUMNS", "PGPASSWORD", "PGSERVICE", "PGHOST")
    environment = {name: value for name, value in os.environ.items() if name not in drop}
    environment["TERM"] = "dumb"
    environment.update(extra or {})
    return environment


def skip_if_left_out(result):
    """A build may lack optional libraries (cmake/needs.cmake): what needs one of them is then no failure."""
    said = re.search("error: .*(is not in this build|this omenbench was built without).*", result.stderr)
    if said:
        raise unittest.SkipTest(said.group(0).removeprefix("error: "))
    return result


def run_omenbench(args, *, cwd=None, env=None, timeout=120, stdin=None):
    """Runs the program to its end; returns subprocess.CompletedProcess with text in stdout and stderr."""
    return skip_if_left_out(subprocess.run(
        [OMENBENCH, *map(str, args)],
        cwd=cwd,
        env=clean_environment(env),
        timeout=timeout,
        input=stdin,
        stdin=None if stdin is not None else subprocess.DEVNULL,
        capture_output=True,
        text=True,
    ))


def run_in_terminal(args, columns, *, cwd=None, timeout=120, stream="stdout", kind="dumb"):
    """What the program writes to a terminal of so many columns that one of its streams is; the other one is none."""
    reader, writer = pty.openpty()
    fcntl.ioctl(writer, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: writer}
    process = subprocess.Popen([OMENBENCH, *map(str, args)], cwd=cwd, env=clean_environment({"TERM": kind}),
                               stdin=subprocess.DEVNULL, **streams)
    os.close(writer)
    text = b""
    try:
        while part := os.read(reader, 65536):
            text += part
    except OSError:  # the other end is closed
        pass
    os.close(reader)
    process.wait(timeout)
    return text.decode().replace("\r\n", "\n")


def start_omenbench(args, *, cwd=None, env=None):
    """Starts the program in a process group of its own, for tests that send signals; the caller waits for it."""
    return subprocess.Popen(
        [OMENBENCH, *map(str, args)],
        cwd=cwd,
        env=clean_environment(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def trials_of(directory):
    """The trials of a journal that count, in the order of measuring."""
    lines = [json.loads(line) for line in (directory / "journal.ndjson").read_text().splitlines()]
    trials = []
    for line in lines:
        gone = line.get("supersede")
        if gone:
            trials = [trial for trial in trials if (trial["row"], trial["round"]) != (gone["row"], gone["round"])]
        elif "trial" in line:
            trials.append(line["trial"])
    return trials


class CliTest(unittest.TestCase):
    """A test with a scratch directory `self.directory`, in which the program runs and keeps its cache."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="omenbench-test-")
        self.addCleanup(scratch.cleanup)
        self.directory = pathlib.Path(scratch.name)

    def run_omenbench(self, *args, env=None, **options):
        """As above, in the scratch directory and with a cache of its own."""
        environment = {"XDG_CACHE_HOME": str(self.directory / "cache"), **(env or {})}
        return run_omenbench(args, cwd=self.directory, env=environment, **options)

    def write(self, name, text):
        """Writes a file into the scratch directory and returns its path."""
        path = self.directory / name
        path.write_text(text)
        return path

    def assert_exit(self, result, code):
        self.assertEqual(result.returncode, code, f"stdout:\n{result.stdout}\nstderr:\n{result.stderr}")

    def assert_ok(self, *args, **options):
        """Runs, expects exit code 0, returns the result."""
        result = self.run_omenbench(*args, **options)
        self.assert_exit(result, OK)
        return result

    def assert_refused(self, *args, says, **options):
        """Runs, expects exit code 2, an empty stdout and one `error: ` line on stderr holding every text of `says`."""
        result = self.run_omenbench(*args, **options)
        self.assert_exit(result, USAGE)
        self.assertEqual(result.stdout, "")
        errors = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
        self.assertEqual(len(errors), 1, result.stderr)
        for text in [says] if isinstance(says, str) else says:
            self.assertIn(text, result.stderr)
        return result

    def json_of(self, *args, **options):
        """Runs with --format json and returns what stdout holds."""
        return json.loads(self.assert_ok(*args, "--format", "json", **options).stdout)
