"""Pages of hunts, histories and several runs in a browser: each draws its figure, wide and narrow, logs nothing,
and shows its tables where there is no chart library. Skipped like report_page_test.py.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
from browser import browse  # noqa: E402
from report_page_test import EXAMPLE, figure, skip_where_nothing_can_be_drawn, without_chart_library  # noqa: E402

WIDE = "1.50x"  # the numbers beside the ratios, for which a narrow page has no room
# Options of the tool; figures on the page, with texts that stand in their drawing; texts of its tables.
PAGES = {
    "hunt": (["--hunt"], {"hunt-read-share": ["50 %", "adaptive-radix"]}, ["adaptive-radix", "osm-like 1M", "-1.7"]),
    "history": (["--history"], {"history": ["2026-03-10 c0", "2026-03-21 c11", "pgm-64"]},
                ["change: 1.38x slower at 2026-03-16T00:00:00Z", "40.0 ns"]),
    "several": (["--several", str(EXAMPLE)], {"ratios-1": ["simd-tree", WIDE, "ratio to A"]},
                ["runs/tuesday", "1.50x", "not told apart"]),
}


def table(document):
    """The lines of the table that a page can filter."""
    return re.search(r'id="all-numbers".*?<tbody>(.*?)</tbody>', document, re.S).group(1)


class OtherPages(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.page = pathlib.Path(scratch.name) / "page.html"

    def render(self, options):
        with self.page.open("wb") as out:
            subprocess.run([os.environ["RENDER_PAGE"], *options], check=True, stdout=out)

    def test_each_draws_its_figure_on_wide_and_narrow_pages(self):
        for name, (options, figures, _) in PAGES.items():
            self.render(options)
            for width in (1280, 390):
                with self.subTest(page=name, width=width):
                    document, console = browse(self.page.as_uri(), width=width, height=3000)
                    self.assertEqual(console, [])
                    for which, texts in figures.items():
                        drawing = figure(document, which)
                        self.assertGreater(drawing.count("<path"), 3)
                        for text in texts:
                            if text == WIDE and width < 1280:
                                continue
                            self.assertIn(text, re.sub(r"<[^>]*>", "", drawing).replace("&nbsp;", " "))

    def test_the_gallery_is_filtered_by_any_of_its_words(self):
        self.render(["--gallery", str(EXAMPLE)])
        address = self.page.as_uri() + "#numbers&filter="
        document, console = browse(address)
        self.assertEqual(console, [])
        rows = len(re.findall(r"<tr", table(document)))
        for words, share in (("another%20cpu", 2), ("there%20another", 2), ("no%20such%20words", None)):
            with self.subTest(words=words):
                shown = len(re.findall(r"<tr>", table(browse(address + words)[0])))
                self.assertEqual(shown, rows // share if share else 0)

    def test_each_shows_its_tables_and_says_why_where_the_chart_library_is_missing(self):
        for name, (options, _, texts) in PAGES.items():
            self.render(options)
            without_chart_library(self.page)
            with self.subTest(page=name):
                document, console = browse(self.page.as_uri())
                self.assertEqual(console, [])
                self.assertNotIn("<figure", document)
                self.assertRegex(document, r'<p class="notes" data-charts="no">No figures: ')
                for text in texts:
                    self.assertIn(text, document)


if __name__ == "__main__":
    skip_where_nothing_can_be_drawn()
    unittest.main()
