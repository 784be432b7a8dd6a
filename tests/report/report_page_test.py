"""The report in a browser: charts appear, the address selects rows, tables sort, and the console stays empty.

Needs Chromium (CHROMIUM, or chromium, chromium-browser, google-chrome on the PATH) and the program in RENDER_PAGE; exits
with 77, which ctest shows as skipped, when there is no browser.
"""
import base64
import copy
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

EXAMPLE = pathlib.Path(__file__).resolve().parents[1] / "golden" / "result_example.json"
BROWSER = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
HOSTILE = "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">'`"


def render(result, folder):
    source = folder / "result.json"
    source.write_text(json.dumps(result), encoding="utf-8")
    page = folder / "report.html"
    with page.open("wb") as out:
        subprocess.run([os.environ["RENDER_PAGE"], source], check=True, stdout=out)
    return page


def browse(address, *options):
    """Returns the document after its scripts have run, and what they wrote to the console."""
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(
            [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", f"--user-data-dir={profile}", "--enable-logging=stderr",
             "--window-size=1280,1000", "--virtual-time-budget=4000", *options, "--dump-dom", address],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, check=True)
    console = [line for line in done.stderr.decode(errors="replace").splitlines() if "CONSOLE" in line]
    return done.stdout.decode(), console


def section(document, row):
    """Markup of one row's section, its opening tag included."""
    start = re.search(rf'<section class="row" id="row-{row}"[^>]*>', document).start()
    end = document.find("</section>", start)
    return document[start:end]


class ReportPage(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.result = json.loads(EXAMPLE.read_text(encoding="utf-8"))

    def open(self, fragment="", result=None):
        return browse(render(result or self.result, self.folder).as_uri() + fragment)

    def act(self, script, result=None):
        """Runs `script` in the page, allowed by its hash in the page's policy, and returns the document's title."""
        page = render(result or self.result, self.folder)
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        text = page.read_text(encoding="utf-8").replace("script-src ", f"script-src 'sha256-{digest}' ", 1)
        before, after = text.rsplit("</body>", 1)
        page.write_text(f"{before}<script>{script}</script></body>{after}", encoding="utf-8")
        document, console = browse(page.as_uri())
        self.assertEqual(console, [])
        return re.search(r"<title>(.*?)</title>", document, re.S).group(1)

    def test_draws_both_charts_of_the_first_row_and_logs_nothing(self):
        document, console = self.open()
        self.assertEqual(console, [])
        first = section(document, 1)
        charts = re.findall(r'<div class="chart".*?<figcaption>', first, re.S)
        self.assertEqual(len(charts), 2)
        for chart in charts:
            self.assertIn("<svg", chart)
            self.assertGreater(chart.count("<path"), 20)
        self.assertIn("p99.9", charts[0])
        for cell in self.result["rows"][0]["cells"]:
            self.assertIn(">" + cell["index"] + "<", charts[0])
        self.assertIn(" hidden", re.match(r"<section[^>]*>", section(document, 2)).group())
        self.assertNotIn("<svg", section(document, 2))

    def test_takes_the_row_from_the_address(self):
        document, console = self.open("#row-2")
        self.assertEqual(console, [])
        self.assertIn("<svg", section(document, 2))
        self.assertIn(" hidden", re.match(r"<section[^>]*>", section(document, 1)).group())

    def test_shows_all_rows_when_the_address_asks_for_them(self):
        document, console = self.open("#rows-all")
        self.assertEqual(console, [])
        for row in range(1, len(self.result["rows"]) + 1):
            self.assertNotIn(" hidden", re.match(r"<section[^>]*>", section(document, row)).group())

    def test_keeps_hostile_names_as_text(self):
        hostile = copy.deepcopy(self.result)
        for row in hostile["rows"]:
            row["dataset"] += HOSTILE
            for cell in row["cells"] + row["reference"]:
                cell["index"] += HOSTILE
        _, console = self.open(result=hostile)
        self.assertEqual(console, [])
        title = self.act("document.title = [document.title, document.images.length, document.scripts.length, "
                         "document.querySelectorAll('section.row:not([hidden]) .chart svg').length].join('|')", hostile)
        self.assertEqual(title, "omenbench report|0|4|2")  # the fourth script is the one that asks

    def test_survives_a_run_in_which_everything_failed(self):
        for row in self.result["rows"]:
            row["verdicts"] = []
            for cell in row["cells"] + row["reference"]:
                cell["status"], cell["reason"] = "crash", "SIGSEGV"
                cell["passes"] = {"throughput": None, "dependent": None, "latency": None, "batched": None}
        document, console = self.open()
        self.assertEqual(console, [])
        self.assertIn("<b>crash</b>: SIGSEGV", section(document, 1))

    def test_sorts_a_table_by_number_with_failed_cells_last(self):
        title = self.act("""
          const table = Array.from(document.querySelectorAll('table.cells')).find((one) =>
            one.querySelector('td.failed') && one.querySelector('td[data-v]'));
          const column = 1;
          table.tHead.rows[0].cells[column].querySelector('button').click();
          document.title = Array.from(table.tBodies[0].rows).map((row) => row.cells[1].dataset.v || 'none').join(' ');
        """)
        values = title.split()
        numbers = [float(value) for value in values if value != "none"]
        self.assertGreater(len(numbers), 3)
        self.assertEqual(numbers, sorted(numbers))
        self.assertEqual(values[:len(numbers)].count("none"), 0)

    def test_hides_an_index_by_its_button_and_reads_its_numbers_on_focus(self):
        title = self.act("""
          const row = document.querySelector('section.row');
          const drawn = () => row.querySelectorAll('.chart svg path').length;
          const button = row.querySelector('.legend button');
          const before = drawn();
          button.click();
          const less = drawn();
          button.click();
          button.focus();
          document.title = [before > less, drawn() === before, row.querySelector('output').textContent].join('|');
        """)
        fewer, restored, words = title.split("|")
        self.assertEqual((fewer, restored), ("true", "true"))
        self.assertIn("ns/op", words)

    def test_tells_value_and_interval_in_a_tooltip_that_the_policy_allows(self):
        title = self.act("""
          const box = document.querySelector('section.row .chart');
          const chart = echarts.getInstanceByDom(box);
          const marks = chart.getOption().series.findIndex((one) => one.type === 'scatter');
          chart.dispatchAction({type: 'showTip', seriesIndex: marks, dataIndex: 0});
          setTimeout(() => { document.title = box.querySelector('.tip').textContent; }, 500);
        """)
        first = self.result["rows"][0]["cells"][0]
        self.assertRegex(title, re.escape(first["index"]) + r", p50.*\d+ ns \[[\d.,]+, [\d.,]+\]")

    def test_would_notice_an_error_in_the_console(self):
        page = self.folder / "broken.html"
        page.write_text("<!doctype html><script>nothing.there</script>", encoding="utf-8")
        _, console = browse(page.as_uri())
        self.assertEqual(len(console), 1)


if __name__ == "__main__":
    if BROWSER is None:
        print("skipped: no Chromium found (set CHROMIUM to one)")
        sys.exit(77)
    unittest.main()
