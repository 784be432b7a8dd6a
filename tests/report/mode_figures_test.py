"""Figures of what only some runs measure, in a browser: hardness, windows of time, phases, an open loop, the search for the
highest rate. Skipped without a browser, like report_page_test.py, whose functions it uses.
"""
import base64
import copy
import hashlib
import json
import pathlib
import tempfile
import unittest

from browser import browse
from report_page_test import EXAMPLE, HOSTILE, figure, render, section, skip_where_nothing_can_be_drawn

DRAW_ALL = "omb.printing(true);"


def drawn(result, folder):
    """The document with every figure drawn, near the window or not, and what the console holds."""
    page = render(result, folder)
    digest = base64.b64encode(hashlib.sha256(DRAW_ALL.encode()).digest()).decode()
    text = page.read_text(encoding="utf-8").replace("script-src ", f"script-src 'sha256-{digest}' ", 1)
    before, after = text.rsplit("</body>", 1)
    page.write_text(f"{before}<script>{DRAW_ALL}</script></body>{after}", encoding="utf-8")
    return browse(page.as_uri())


def estimate(value):
    return {"median": value, "lo": value * .9, "hi": value * 1.1, "blocks": [value] * 6}


def percentile(value):
    return {**estimate(value), "unresolved_timer": False}


def with_modes(result):
    """Two rows of the example; the first also has windows, ten phases, an open loop and a search."""
    window = {"ops_per_s": 1e6, "p50": 80, "p99": 300, "longest_ns": 5e4, "allocated_bytes": 2e7, "resident_bytes": 3e7}
    result["rows"] = [result["rows"][0], result["rows"][3]]  # one of each data set
    row = result["rows"][0]
    row["cells"] = row["cells"][:4]
    for cell in row["cells"]:
        cell["timeline"] = {"windows": [window, {**window, "p99": 90000}, window], "trends": {"p99": estimate(1.5)}, "notices": []}
        cell["phases"] = [{"name": f"phase-{at}", "operations": 9, "p50": percentile(50), "p99": percentile(99),
                           "ns_per_op": estimate(70 + at)} for at in range(10)]
        cell["passes"]["open"] = {"samples": 9, "offered_per_s": 1e5, "achieved_per_s": estimate(6e4), "histogram": [[90, 9]],
                                  **{name: percentile(4000) for name in ("p50", "p90", "p95", "p99", "p99.9", "p99.99", "max")},
                                  "lag": {name: estimate(900) for name in ("p50", "p99", "max")}}
        cell["passes"]["rate_search"] = {"p99_limit_ns": 1e4, "max_rate": estimate(2e5), "rounds_without": 0,
                                         "probes": [[[1e5, 1e5, 3e3, True], [4e5, 3e5, 9e5, False], [8e5, None, None, False]]]}
    return result


class ModeFigures(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.result = with_modes(json.loads(EXAMPLE.read_text(encoding="utf-8")))

    def test_each_is_drawn_where_it_applies_and_holds_what_it_shows(self):
        document, console = drawn(self.result, self.folder)
        self.assertEqual(console, [])
        holds = {"hardness": ["lognormal (1M)", "osm_cellids_1M (1.04M)", "error 4,096"],
                 "timeline-1": ["operations per s", "p99, ns", "bytes held", "operations done"],
                 "phases-1": ["phase-0", "phase-9", "ns per operation"],
                 "open-loop-1": [self.result["rows"][0]["cells"][0]["index"], "ns from the intended start"],
                 "rate-search-1": ["limit 10.0", "operations offered per second"]}
        for name, texts in holds.items():
            for text in texts:
                self.assertIn(text, figure(document, name), name)
        self.assertIn("<h4>Latency at 100,000 operations per second</h4>", document)
        # Many phases are read downwards: a line for each, a column for each index.
        table = section(document, 1).split("by phase")[-1]
        self.assertIn('<th scope="row">phase-9</th>', table.split("</table>")[0])
        for name in list(holds)[1:]:
            self.assertNotIn(f'id="figure-{name[:-1]}2"', document)

    def test_names_stay_text(self):
        hostile = copy.deepcopy(self.result)
        for row in hostile["rows"]:
            row["dataset"] += HOSTILE
            for cell in row["cells"] + row["reference"]:
                cell["index"] += HOSTILE
                for phase in cell.get("phases", []):
                    phase["name"] += HOSTILE
            for verdict in row["verdicts"]:
                for side in ("learned", "baseline"):
                    verdict[side] = verdict[side] and verdict[side] + HOSTILE
        for dataset in hostile["datasets"]:
            dataset["name"] += HOSTILE
        document, console = drawn(hostile, self.folder)
        self.assertEqual(console, [])
        self.assertIn("<title>omenbench report</title>", document)
        self.assertNotIn("<img", document.split("<script", 1)[0])
        self.assertIn("<svg", figure(document, "phases-1"))
        self.assertIn("phase-0&lt;/script&gt;", section(document, 1))


if __name__ == "__main__":
    skip_where_nothing_can_be_drawn()
    unittest.main()
