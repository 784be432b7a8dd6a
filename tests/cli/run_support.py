"""What the tests of `omenbench run` share: a quick run, what it wrote, and journals made by hand."""

import hashlib
import json
import pathlib
import time

from support import BUILD_DIR, CliTest, start_omenbench

FAULTY = BUILD_DIR / "omenbench-worker-faulty"


def quick(keys):
    return ["-d", "uniform", "-n", str(keys), "-w", "sosd-lookup", "--ops", "20000", "-i", "binary-search", "-i",
            "absl-btree", "-i", "pgm-64"]


QUICK = quick(20000)


def journal_of(directory):
    lines = (pathlib.Path(directory) / "journal.ndjson").read_text().splitlines()
    return [json.loads(line) for line in lines]


def sealed(objects):
    """A journal's text: every line carries its number and a checksum of itself and of those before it."""
    text, check = "", ""
    for number, line in enumerate(objects, 1):
        rest = json.dumps({name: value for name, value in line.items() if name not in ("line", "check")})[1:]
        check = hashlib.sha256(f"{check}\n{number}\n{rest}".encode()).hexdigest()[:16]
        text += f'{{"line":{number},"check":"{check}",{rest}\n'
    return text


def result_of(directory):
    return json.loads((pathlib.Path(directory) / "results.json").read_text())


def cells_by_index(result, row=0):
    return {cell["index"]: cell for cell in result["rows"][row]["cells"]}


class RunTest(CliTest):
    def start(self, *args):
        process = start_omenbench(args, cwd=self.directory, env={"XDG_CACHE_HOME": str(self.directory / "cache")})
        self.addCleanup(lambda: (process.poll() is None and process.kill(), process.communicate()))
        return process

    def wait_for_trials(self, directory, count, process):
        """Returns once the journal holds that many trials."""
        path = self.directory / directory / "journal.ndjson"
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if path.exists() and path.read_text().count('"trial":') >= count:
                return
            self.assertIsNone(process.poll(), "the run ended early")
            time.sleep(0.02)
        self.fail("the journal does not grow")

    def assert_valid(self, result):
        try:
            import jsonschema
        except ImportError:
            self.skipTest("python3-jsonschema is not installed")
        jsonschema.validate(result, json.loads(self.assert_ok("schema").stdout))

    def assert_same_measurements(self, result, other):
        """Same rows, cells and numbers of blocks over the same operation streams."""
        self.assertEqual(len(result["rows"]), len(other["rows"]))
        for row, expected in zip(result["rows"], other["rows"]):
            self.assertEqual(row["stream_sha256"], expected["stream_sha256"])
            cells = {cell["index"]: cell for cell in row["cells"]}
            for cell in expected["cells"]:
                mine = cells[cell["index"]]
                self.assertEqual(mine["status"], cell["status"])
                self.assertEqual(len(mine["passes"]["throughput"]["ns_per_op"]["blocks"]),
                                 len(cell["passes"]["throughput"]["ns_per_op"]["blocks"]))
