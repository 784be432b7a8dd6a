"""The report in a browser: charts appear, the address selects rows, tables sort, and the console stays empty.

Needs Chromium (browser.py) and the program in RENDER_PAGE; exits with 77, which ctest shows as skipped, when there is
no browser.
"""
import base64
import copy
import hashlib
import html
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import urllib.parse
import xml.etree.ElementTree

sys.dont_write_bytecode = True
import browser  # noqa: E402

EXAMPLE = pathlib.Path(__file__).resolve().parents[1] / "golden" / "result_example.json"
HOSTILE = "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">'`"


def render(result, folder):
    source = folder / "result.json"
    source.write_text(json.dumps(result), encoding="utf-8")
    page = folder / "report.html"
    with page.open("wb") as out:
        subprocess.run([os.environ["RENDER_PAGE"], source], check=True, stdout=out)
    return page


def without_chart_library(page):
    """The page as a program writes it that was built without the library: its script is empty."""
    text = page.read_text(encoding="utf-8")
    before, data, rest = text.partition('<script type="application/json" id="chart-data">')
    library = re.search(r"</script>\s*<script>(.*?)</script>", rest, re.S).group(1)
    page.write_text(before + data + rest.replace(library, "", 1) if library else text, encoding="utf-8")
    return len(library)


def skip_where_nothing_can_be_drawn():
    """Ends the test program in the way that ctest shows as skipped."""
    if browser.PROGRAM is None:
        print("skipped: no Chromium found (set CHROMIUM to one)")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as scratch:
        page = render(json.loads(EXAMPLE.read_text(encoding="utf-8")), pathlib.Path(scratch))
        if without_chart_library(page) == 0:
            print("skipped: the program was built without its chart library")
            sys.exit(77)


def section(document, row):
    """Markup of one row's section, its opening tag included."""
    start = re.search(rf'<section class="row" id="row-{row}"[^>]*>', document).start()
    end = document.find("</section>", start)
    return document[start:end]


def large(result, cells):
    """The run with more rows of other sizes and threads, until it has that many cells."""
    out, rows = copy.deepcopy(result), result["rows"]
    while sum(len(row["cells"]) for row in out["rows"]) < cells:
        step = len(out["rows"]) // len(rows)
        for row in copy.deepcopy(rows):
            row["keys"] *= 2 ** (step % 4)
            row["threads"] = 1 + step // 4
            row["dataset"] += str(step // 8) if step >= 8 else ""
            out["rows"].append(row)
    out["summary"]["winners"] = [out["summary"]["winners"][at % len(rows)] for at in range(len(out["rows"]))]
    return out


def figure(document, name):
    """Markup of one figure's drawing."""
    return re.search(rf'<figure id="figure-{name}".*?(<div class="chart".*?)<figcaption', document, re.S).group(1)


def fail(cell, status, reason):
    """Makes a cell one that ended so: it holds no numbers."""
    for name in ("operations", "rounds", "engine_settings", "build_ns", "total_bytes", "index_bytes", "self_reported_bytes",
                 "rss_delta_bytes", "peak_rss_bytes", "disk_bytes", "cache_bytes", "no_op_ns", "start_ms"):
        cell[name] = None
    cell["passes"] = {name: None for name in ("throughput", "dependent", "latency", "batched")}
    cell.update({"status": status, "reason": reason, "counters": {}})


class ReportPage(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.result = json.loads(EXAMPLE.read_text(encoding="utf-8"))

    def browse_with(self, script, result, fragment, **size):
        """Opens the run's page with one more script, allowed by its hash in the page's policy."""
        page = render(result or self.result, self.folder)
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        text = page.read_text(encoding="utf-8").replace("script-src ", f"script-src 'sha256-{digest}' ", 1)
        before, after = text.rsplit("</body>", 1)
        page.write_text(f"{before}<script>{script}</script></body>{after}", encoding="utf-8")
        return browser.browse(page.as_uri() + fragment, **size)

    def open(self, fragment="", result=None):
        """The document once its figures are drawn, and what was logged. As for paper, figures do not wait for a frame."""
        return self.browse_with("omb.printing(true);", result, fragment)

    def act(self, body, result=None, fragment=""):
        """Runs `body` once figures are drawn and returns the document's title."""
        document, console = self.browse_with(
            "omb.printing(true); const settled = () => new Promise((done) => setTimeout(done, 300));"
            "const row = document.querySelector('section.row:not([hidden])');"
            f"(async () => {{ await settled(); {body} }})();", result, fragment)
        self.assertEqual(console, [])
        return html.unescape(re.search(r"<title>(.*?)</title>", document, re.S).group(1))

    def test_draws_the_figures_of_the_first_row_and_logs_nothing(self):
        document, console = self.open()
        self.assertEqual(console, [])
        latency, size = (figure(document, name + "-1") for name in ("latency", "size"))
        for drawing in (latency, size):
            self.assertGreater(drawing.count("<path"), 20)
        self.assertIn("p99.9", latency)
        for cell in self.result["rows"][0]["cells"]:
            self.assertIn(">" + cell["index"] + "<", latency)
        self.assertIn(" hidden", re.match(r"<section[^>]*>", section(document, 2)).group())
        self.assertNotIn("<svg", section(document, 2))

    def test_writes_numbers_as_the_tables_do(self):
        numbers = subprocess.run([os.environ["RENDER_PAGE"], "--numbers"], check=True, stdout=subprocess.PIPE).stdout.decode()
        self.assertGreater(len(json.loads(numbers)), 5000)
        self.assertEqual(self.act(
            "const rules = ['threeDigits', 'shortNumber', 'shortCount', 'duration', 'bytes', 'times', 'percent'];"
            "const wrong = " + numbers + ".flatMap(([value, ...texts]) => texts.map((text, at) =>"
            " (omb[rules[at]](value) === text ? '' : rules[at] + ' ' + value + ': ' + omb[rules[at]](value) + ', not ' + text)))"
            ".filter((one) => one !== '');"
            "document.title = wrong.length === 0 ? 'all agree' : wrong.slice(0, 5).join('; ');"), "all agree")

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
        hostile = large(self.result, 2 * sum(len(row["cells"]) for row in self.result["rows"]))
        for row in hostile["rows"]:
            row["dataset"] += HOSTILE
            row["workload"] += HOSTILE
            for cell in row["cells"] + row["reference"]:
                cell["index"] += HOSTILE
                for phase in cell.get("phases", []):
                    phase["name"] += HOSTILE
            for verdict in row["verdicts"]:
                for side in ("learned", "baseline"):
                    verdict[side] = verdict[side] and verdict[side] + HOSTILE
        title = self.act("""
          document.querySelectorAll('figure details').forEach((one) => { one.open = true; });
          const saved = [];
          HTMLAnchorElement.prototype.click = function () { saved.push(this.href); };
          document.querySelectorAll('.exports button').forEach((button) => button.textContent === 'SVG' && button.click());
          await settled();
          document.title = JSON.stringify({title: document.title, images: document.images.length,
            scripts: document.scripts.length, saved, drawn: document.querySelectorAll('.chart svg').length,
            charts: document.querySelectorAll('.chart:not([hidden])').length});
        """, hostile)
        seen = json.loads(title)
        # The fourth script is the one that asks.
        self.assertEqual((seen["title"], seen["images"], seen["scripts"]), ("omenbench report", 0, 4))
        self.assertEqual(seen["drawn"], seen["charts"])
        self.assertEqual(len(seen["saved"]), seen["charts"])
        for address in seen["saved"]:
            drawing = xml.etree.ElementTree.fromstring(urllib.parse.unquote(address.split(",", 1)[1]))
            self.assertFalse([node for node in drawing.iter() if node.tag.endswith(("script", "img"))])

    def test_draws_every_figure_that_applies_and_gives_its_numbers(self):
        title = self.act("""
          document.querySelectorAll('figure details').forEach((one) => { one.open = true; });
          await settled();
          document.title = JSON.stringify(Array.from(document.querySelectorAll('figure'), (one) => [one.id,
            one.querySelectorAll('.chart svg path').length > 3, one.querySelectorAll('details tbody tr').length > 0,
            Array.from(one.querySelectorAll('details tr'), (line) => line.cells.length)
              .every((cells, _, all) => cells === all[0])]));
        """, large(self.result, 2 * sum(len(row["cells"]) for row in self.result["rows"])))
        figures = json.loads(title)
        self.assertLessEqual({"figure-winner-map", "figure-forest", "figure-scaling-keys", "figure-latency-1",
                              "figure-size-1", "figure-build-1", "figure-blocks-1"}, {name for name, *_ in figures})
        for name, drawn, told, rectangular in figures:
            self.assertTrue(drawn and told and rectangular, name)

    def test_fits_a_narrow_window(self):
        script = ("addEventListener('load', () => setTimeout(() => { document.title = JSON.stringify([innerWidth,"
                  "document.documentElement.scrollWidth, ...Array.from(document.querySelectorAll('.stack'), (table) =>"
                  "table.parentNode.scrollWidth - table.parentNode.clientWidth)]); }, 300))")
        document, _ = self.browse_with(script, None, "", width=390, height=900)
        window, page, *beyond = json.loads(html.unescape(re.search(r"<title>(.*?)</title>", document, re.S).group(1)))
        self.assertLessEqual(page, window)
        self.assertGreater(len(beyond), 1)
        self.assertEqual(max(beyond), 0, "a table of verdicts is wider than the page")

    def test_draws_no_name_on_the_line_of_the_front(self):
        cells = [cell for cell in self.result["rows"][0]["cells"] if cell["status"] == "ok" and cell["tier"] == "in-process"]
        for at, cell in enumerate(cells):  # a staircase: beside every mark runs the front
            cell["total_bytes"] = int(cell["total_bytes"] * (1 + .35 * at))
            ns = 100 * .7 ** at
            cell["passes"]["throughput"]["ns_per_op"].update({"median": ns, "lo": ns, "hi": ns})
        title = self.act("""
          const svg = document.querySelector('#figure-size-1 svg');
          const front = Array.from(svg.querySelectorAll('path')).find((one) => one.getAttribute('stroke-dasharray') === '4,3');
          const box = svg.getBoundingClientRect(), points = [];
          for (let at = 0; at < front.getTotalLength(); at += 2) points.push(front.getPointAtLength(at));
          const names = Array.from(svg.querySelectorAll('text')).filter((one) => one.style.fontWeight === 'bold' ||
            one.getAttribute('font-weight') === 'bold' || /bold/.test(one.getAttribute('style')));
          const crossed = names.filter((one) => {
            const {left, right, top, bottom} = one.getBoundingClientRect();
            return points.some(({x, y}) => x + box.left > left && x + box.left < right && y + box.top > top + 2 &&
              y + box.top < bottom - 2);
          });
          document.title = JSON.stringify([names.length, crossed.map((one) => one.textContent)]);
        """)
        names, crossed = json.loads(title)
        self.assertGreater(names, 3)
        self.assertEqual(crossed, [])

    def test_marks_upper_bounds_in_every_figure_of_percentiles(self):
        for row in self.result["rows"]:
            for cell in row["cells"]:
                if cell["status"] == "ok":
                    cell["passes"]["latency"]["p50"]["unresolved_timer"] = True
        title = self.act("""
          document.querySelectorAll('figure details').forEach((one) => { one.open = true; });
          await settled();
          document.title = JSON.stringify(['scaling-keys', 'blocks-1'].map((name) =>
            Array.from(document.querySelectorAll('#figure-' + name + ' details td'), (one) => one.textContent)));
        """, large(self.result, 2 * sum(len(row["cells"]) for row in self.result["rows"])),
                         "#scaling-keys.metric=p50&blocks.metric=p50")
        for numbers in json.loads(title):
            self.assertGreater(len(numbers), 5)
            self.assertFalse([one for one in numbers if not one.startswith(("<=", "\u2013"))])

    def test_tells_what_was_not_run_from_what_did_not_finish(self):
        for row, status in zip(self.result["rows"], ("not_run", "timeout")):
            verdict = row["verdicts"][0]
            verdict.update({"verdict": "unresolved", "learned": None, "baseline": None, "ratio": None, "lo": None, "hi": None,
                            "reason": "no learned index has a result", "survives_correction": None, "p_value": None,
                            "net": None})
            for cell in row["cells"]:
                fail(cell, status, status)
        document, _ = self.open()
        words = figure(document, "winner-map")
        self.assertEqual((words.count(">not run<"), words.count(">did not finish<")), (1, 1))

    def test_keeps_a_workload_in_one_column_when_its_rows_hold_a_few_keys_less(self):
        for row in self.result["rows"]:
            row["workload"] = "drift"
        self.result["rows"] = self.result["rows"][:1]
        self.result["datasets"] = [{**self.result["datasets"][0], "n": self.result["rows"][0]["keys"] + 2}]
        other = copy.deepcopy(self.result["rows"][0])
        other["dataset"], other["keys"] = "other", other["keys"] + 1
        self.result["datasets"].append({**self.result["datasets"][0], "name": "other"})
        self.result["rows"].append(other)
        document, _ = self.open()
        self.assertEqual(figure(document, "winner-map").count(">drift<"), 1)

    def test_shows_no_figure_of_scaling_for_a_run_of_one_size(self):
        document, _ = self.open()
        self.assertIn('id="figure-winner-map"', document)
        self.assertNotIn('id="figure-scaling', document)

    def test_prints_winner_and_ratio_into_the_map_and_colours_only_what_is_decided(self):
        verdict, other = (row["verdicts"][0] for row in self.result["rows"][:2])
        verdict.update({"verdict": "wins", "ratio": .25, "lo": .2, "hi": .3, "survives_correction": False})
        other.update({"verdict": "inconclusive", "ratio": 4.0, "lo": .9, "hi": 5.0, "survives_correction": None})
        title = self.act("""
          const svg = document.querySelector('#figure-winner-map svg');
          const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
          const cells = Array.from(svg.querySelectorAll('path')).filter((one) =>
            one.getAttribute('stroke') === colour('line') && one.getAttribute('fill') !== 'none');
          document.title = JSON.stringify([svg.textContent, colour('page'), cells.map((one) => one.getAttribute('fill'))]);
        """)
        words, page, colours = json.loads(title)
        self.assertIn(f"~ {verdict['learned']}0.25x", words)
        self.assertIn(f"{other['baseline']}4.00x", words)
        self.assertNotEqual(colours[0], page)
        self.assertEqual(colours[1], page)

    def test_leads_from_a_mark_of_the_run_to_its_row(self):
        title = self.act("""
          const box = document.querySelector('#figure-winner-map .chart');
          for (const key of ['ArrowRight', 'ArrowRight', 'Enter']) {
            box.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}));
          }
          await settled();
          document.title = location.hash + document.getElementById('row-2').hidden;
        """)
        self.assertEqual(title, "#row-2false")

    def test_stays_ready_with_five_hundred_cells(self):
        run = large(self.result, 400)
        self.assertGreaterEqual(sum(len(row["cells"]) + len(row["reference"]) for row in run["rows"]), 500)
        page = render(run, self.folder)
        self.assertLess(page.stat().st_size, 3_000_000)
        document, console = browser.browse(page.as_uri() + "#rows-all")
        self.assertEqual(console, [])
        self.assertNotIn("<svg", section(document, len(run["rows"])), "far from the window nothing is drawn")
        title = self.act("""
          document.getElementById('row-select').selectedIndex = 1;
          document.getElementById('row-next').click();
          await settled();
          document.title = document.querySelectorAll('section.row:not([hidden]) .chart svg').length;
        """, run)
        self.assertGreaterEqual(int(title), 3)

    def test_survives_a_run_in_which_everything_failed(self):
        for row in self.result["rows"]:
            row["verdicts"] = []
            for cell in row["cells"] + row["reference"]:
                fail(cell, "crash", "SIGSEGV")
        document, console = self.open()
        self.assertEqual(console, [])
        self.assertIn("<b>crash</b>: SIGSEGV", section(document, 1))

    def test_sorts_the_table_of_all_numbers_with_failed_cells_last(self):
        title = self.act("""
          const table = document.getElementById('all-numbers');
          const column = Array.from(table.tHead.rows[0].cells).findIndex((cell) => cell.textContent === 'ns/op');
          table.tHead.rows[0].cells[column].querySelector('button').click();
          document.title = Array.from(table.tBodies[0].rows).map((line) => line.cells.length > column &&
            line.cells[column].colSpan === 1 ? line.cells[column].firstChild.textContent.replaceAll(',', '') : 'none').join(' ');
        """)
        values = title.split()
        numbers = [float(value) for value in values if value not in ("none", "\u2013")]
        self.assertGreater(len(numbers), 3)
        self.assertEqual(numbers, sorted(numbers))
        self.assertFalse(set(values[:len(numbers)]) & {"none", "\u2013"})

    def test_filters_the_table_of_all_numbers_by_words_kept_in_the_address(self):
        first = self.result["rows"][0]
        name = first["cells"][0]["index"]
        title = self.act("""
          const input = document.getElementById('filter');
          const shown = () => Array.from(document.querySelectorAll('#all-numbers tbody tr:not([hidden])'),
            (line) => [line.cells[0].textContent, line.cells[1].textContent]);
          const before = shown();
          input.value = 'no such index';
          input.dispatchEvent(new Event('input'));
          document.title = JSON.stringify([before, shown().length, document.getElementById('filter-count').textContent,
            location.hash]);
        """, fragment=f"#numbers&filter={name}%20{first['dataset']}")
        before, after, count, address = json.loads(title)
        self.assertTrue(before)
        for index, dataset in before:
            self.assertTrue(index.startswith(name) and dataset == first["dataset"], (index, dataset))
        self.assertEqual(after, 0)
        self.assertRegex(count, r"^0 of \d+ lines$")
        self.assertEqual(address, "#numbers&filter=no%20such%20index")

    def test_shows_the_lines_of_a_row_as_tables_of_its_own(self):
        title = self.act("""
          document.title = JSON.stringify(Array.from(row.querySelectorAll('.row-numbers table'), (table) =>
            Array.from(table.tBodies[0].rows, (line) => line.cells[0].firstChild.textContent)));
        """)
        first = self.result["rows"][0]
        names = [cell["index"] for cell in first["cells"] + first["reference"]]
        self.assertEqual(json.loads(title), [names, names])

    def test_hides_an_index_by_its_button_and_reads_its_numbers_on_focus(self):
        title = self.act("""
          const drawn = () => row.querySelectorAll('.chart svg path').length;
          const button = row.querySelector('.legend button');
          const before = drawn();
          button.click();
          const less = drawn(), address = location.hash;
          button.click();
          button.focus();
          document.title = [before > less, drawn() === before, address,
            row.querySelector('.legend output').textContent].join('|');
        """)
        fewer, restored, address, words = title.split("|")
        self.assertEqual((fewer, restored), ("true", "true"))
        self.assertIn(self.result["rows"][0]["cells"][0]["index"], address)
        self.assertIn("ns/op", words)

    def test_tells_value_and_interval_in_a_tooltip_that_the_policy_allows(self):
        title = self.act("""
          const box = row.querySelector('.chart');
          const chart = echarts.getInstanceByDom(box);
          const marks = chart.getOption().series.findIndex((one) => one.type === 'scatter');
          chart.dispatchAction({type: 'showTip', seriesIndex: marks, dataIndex: 0});
          await settled();
          document.title = box.querySelector('.tip').textContent;
        """)
        first = self.result["rows"][0]["cells"][0]
        self.assertRegex(title, re.escape(first["index"]) + r", p50.*\d+ ns \[[\d.,]+, [\d.,]+\]")

    def test_walks_through_the_marks_of_a_figure_with_the_arrow_keys(self):
        title = self.act("""
          const box = row.querySelector('.chart');
          const spoken = () => box.closest('figure').querySelector('.spoken').textContent;
          const press = (key) => box.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}));
          press('ArrowRight');
          const first = spoken();
          press('ArrowRight');
          const second = spoken();
          press('ArrowLeft');
          document.title = [first, second, spoken()].join('|');
        """)
        first, second, again = title.split("|")
        self.assertRegex(first, re.escape(self.result["rows"][0]["cells"][0]["index"]) + r", p50, .*ns")
        self.assertNotEqual(first, second)
        self.assertEqual(first, again)

    def test_saves_a_figure_as_a_whole_drawing(self):
        title = self.act("""
          const saved = [];
          HTMLAnchorElement.prototype.click = function () { saved.push([this.download, this.href]); };
          row.querySelectorAll('figure .exports')[0].querySelectorAll('button').forEach((button) => button.click());
          for (let tries = 0; tries < 8 && saved.length < 2; ++tries) await settled();
          document.title = JSON.stringify(saved);
        """)
        (name, drawing), (picture_name, picture) = json.loads(title)
        self.assertEqual((name, picture_name), ("latency-row-1.svg", "latency-row-1.png"))
        svg = urllib.parse.unquote(drawing.split(",", 1)[1])
        self.assertGreater(sum(1 for node in xml.etree.ElementTree.fromstring(svg).iter() if node.tag.endswith("path")), 20)
        for part in ("Latency percentiles", self.result["rows"][0]["cells"][0]["index"]):
            self.assertIn(f">{part}</", svg)
        self.assertEqual(base64.b64decode(picture.split(",", 1)[1])[:4], b"\x89PNG")

    def test_gives_the_numbers_of_a_figure_as_a_table(self):
        title = self.act("""
          const details = row.querySelector('figure details');
          details.open = true;
          await settled();
          document.title = details.querySelector('tbody tr').textContent;
        """)
        self.assertTrue(title.startswith(self.result["rows"][0]["cells"][0]["index"]), title)

    def test_takes_choices_from_the_address_and_keeps_them_when_a_link_is_followed(self):
        hidden = self.result["rows"][0]["cells"][0]["index"]
        title = self.act("""
          document.querySelector('a[href="#row-2"]').click();
          await settled();
          document.title = [document.documentElement.dataset.theme, location.hash,
            document.getElementById('row-2').hidden,
            document.querySelectorAll('.legend button[aria-pressed="false"]').length > 0].join('|');
        """, fragment=f"#row-1&hide={hidden}&theme=dark")
        self.assertEqual(title, f"dark|#row-2&hide={hidden}&theme=dark|false|true")

    def test_shows_its_tables_and_says_why_there_are_no_figures_without_the_chart_library(self):
        page = render(self.result, self.folder)
        without_chart_library(page)
        document, console = browser.browse(page.as_uri())
        self.assertEqual(console, [])
        self.assertIn('<p class="notes" data-charts="no">No figures', document)
        self.assertRegex(document, r'<section id="figures" hidden')
        self.assertNotIn("<figure", document)
        self.assertIn(self.result["rows"][0]["cells"][0]["index"], section(document, 1))

    def test_would_notice_an_error_in_the_console(self):
        page = self.folder / "broken.html"
        page.write_text("<!doctype html><script>nothing.there</script>", encoding="utf-8")
        _, console = browser.browse(page.as_uri())
        self.assertEqual(len(console), 1)


if __name__ == "__main__":
    skip_where_nothing_can_be_drawn()
    unittest.main()
