#!/usr/bin/env python3
"""Figures of results for papers: what the report's page shows, drawn by matplotlib as PDF, SVG or PNG.

Indexes have the colours, markers and dashes that they have on the page of the same run. Rows, cells and intervals are
read from results.json; nothing is measured or decided here.
"""

import argparse
import ast
import fnmatch
import pathlib
import sys

EXAMPLES = """examples:
  scripts/plot.py omenbench-results/full-20260101-120000 -o figures
  scripts/plot.py RUN -o figures --figures winner-map,forest --format pdf,svg
  scripts/plot.py RUN -o figures --figures pareto --rows 'dataset:osm* workload:sosd-lookup' --indexes 'pgm-*,rmi,absl-*'
  scripts/plot.py RUN_1M RUN_10M RUN_100M -o figures --figures winner-map

exit codes: 0 figures were written, 2 wrong usage, unusable input, matplotlib missing, or nothing to draw
"""
FORMATS = ["pdf", "svg", "png"]


def fail(text):
    print(f"error: {text}", file=sys.stderr)
    sys.exit(2)


def load_figures():
    """name -> (draw, what it shows). matplotlib is loaded here, so that --help works without it."""
    try:
        import matplotlib  # noqa: F401
    except ImportError as problem:
        fail(f"{sys.executable} has no matplotlib ({problem}). Debian and Ubuntu have it as python3-matplotlib: "
             "'apt install python3-matplotlib', then '/usr/bin/python3 scripts/plot.py ...'")
    from plots import overview, cells, series  # noqa: F401  (they register)
    from plots.look import FIGURES
    return FIGURES


def listed_figures():
    """(name, what it shows) of every figure: read from the sources, because loading them needs matplotlib."""
    for module in sorted((pathlib.Path(__file__).resolve().parent / "plots").glob("*.py")):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            for call in getattr(node, "decorator_list", []):
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "figure":
                    yield tuple(argument.value for argument in call.args)


def index_globs(text, rows):
    """'a,b*' as a list of globs, each of which names an index of the rows."""
    globs = [glob.strip() for glob in text.split(",") if glob.strip()]
    there = sorted({cell["index"] for row in rows for cell in row.cells(reference=True)})
    for glob in globs:
        if not fnmatch.filter(there, glob):
            fail(f"--indexes: '{glob}' matches no index that has numbers; there are {', '.join(there) or 'none'}")
    return globs


def choice(text, known, option):
    """'a,b' as a list of known names; all of them for None."""
    names = [name.strip() for name in text.split(",")] if text is not None else list(known)
    for name in names:
        if name not in known:
            fail(f"{option}: unknown '{name}'; expected some of {', '.join(known)}, joined by commas")
    return names


def options():
    parser = argparse.ArgumentParser(description=__doc__, epilog=EXAMPLES,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="*", metavar="RUN", help="run directory or results.json")
    parser.add_argument("-o", "--output", metavar="DIR", type=pathlib.Path, help="folder for the files; made when missing")
    parser.add_argument("--format", default="pdf", help="some of pdf, svg, png, joined by commas (default: pdf)")
    parser.add_argument("--figures", metavar="NAMES", help="joined by commas (default: all that have something to show)")
    parser.add_argument("--rows", default="", metavar="TERMS",
                        help="only rows that match, such as 'dataset:osm* workload:ycsb-*' (also: keys, threads, run)")
    parser.add_argument("--indexes", default="", metavar="GLOBS", help="only these indexes, joined by commas")
    parser.add_argument("--width", type=float, default=5.2, help="of a figure in inches (default: 5.2)")
    parser.add_argument("--list", action="store_true", help="print the figures there are, and end")
    return parser.parse_args()


def draw_all(book, names, figures):
    """Draws the figures; tells which had nothing to show."""
    from plots.results import InputError
    for name in names:
        before = len(book.files)
        try:
            figures[name][0](book)
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as problem:
            files = ", ".join(f"'{path}'" for path in dict.fromkeys(row.run.path for row in book.rows))
            raise InputError(f"figure '{name}': {files} does not follow its schema ({type(problem).__name__}: {problem}); "
                             "'omenbench schema' prints it") from problem
        if len(book.files) == before:
            print(f"{name}: nothing to show ({figures[name][1]})", file=sys.stderr)


def plot(given):
    if given.list:
        for name, shows in listed_figures():
            print(f"{name:<12} {shows}")
        return
    if not given.runs or not given.output:
        fail("expected runs and -o DIR; see --help")
    if not 1 <= given.width <= 40:
        fail(f"--width {given.width}: expected 1 to 40 inches")
    from plots.results import Run, index_positions, parse_terms, rows_of
    formats = choice(given.format, FORMATS, "--format")
    terms = parse_terms(given.rows)
    runs = [Run(path) for path in given.runs]
    rows = rows_of(runs, given.runs, terms)
    if not rows:
        fail(f"--rows '{given.rows}' matches no row" if given.rows else "the runs have no rows")
    indexes = index_globs(given.indexes, rows)
    figures = load_figures()
    from plots.look import Book, settings
    names = choice(given.figures, figures, "--figures")
    given.output.mkdir(parents=True, exist_ok=True)
    book = Book(rows, index_positions(runs), indexes, given.output, formats, given.width)
    with settings():
        draw_all(book, names, figures)
    for file in book.files:
        print(file)
    if not book.files:
        fail("no figure has anything to show")


def main():
    given = options()
    # The figures' folder stands beside this file.
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
    from plots.results import InputError
    try:
        plot(given)
    except InputError as problem:
        fail(problem)
    except OSError as problem:
        fail(f"cannot write: {problem}")


if __name__ == "__main__":
    main()
