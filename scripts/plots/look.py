"""What all figures share: colours, markers and dashes of indexes (as on the report's page), axes, saving."""

import contextlib
import fnmatch
import math

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
from matplotlib import ticker  # noqa: E402
from matplotlib.transforms import Bbox  # noqa: E402

# Okabe and Ito's palette, in the page's order. Marker and dash tell apart what a print in grey does not.
COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#1a1d21"]
FAINT = "#5a626b"
MARKERS = ["o", "s", "^", "D", "v", "P", "*"]
DASHES = {"learned": "-", "tree": (0, (5, 2.5)), "array": (0, (5, 2.5)), "hash": (0, (1, 1.5)),
          "engine": (0, (6, 2, 1, 2)), "reference": (0, (1, 3))}
VERDICTS = {"wins": "#009e73", "loses": "#d55e00", "tie": "#56b4e9"}
FAMILY_MARKERS = {"learned": "o", "tree": "s", "array": "^", "hash": "D", "engine": "P"}

FIGURES = {}  # name -> (function, what it shows)


def figure(name, shows):
    """Registers draw(book): it calls book.save() once per file and returns nothing."""
    def register(draw):
        FIGURES[name] = (draw, shows)
        return draw
    return register


SETTINGS = {
    "font.size": 8, "axes.titlesize": 8, "axes.labelsize": 8, "legend.fontsize": 7, "xtick.labelsize": 7,
    "ytick.labelsize": 7, "axes.grid": True, "grid.color": "#d5dade", "grid.linewidth": .5, "axes.axisbelow": True,
    "axes.spines.top": False, "axes.spines.right": False, "lines.linewidth": 1.2, "lines.markersize": 4,
    # Text stays text, and a name with a dollar sign is a name.
    "svg.fonttype": "none", "pdf.fonttype": 42, "text.parse_math": False, "text.usetex": False,
    "svg.hashsalt": "omenbench", "figure.dpi": 200,
}


def short(value, _position=None):
    """12000 -> '12 k', as on the page's axes."""
    for size, unit in ((1e9, " G"), (1e6, " M"), (1e4, " k")):
        if value >= size:
            return f"{value / (1e3 if unit == ' k' else size):.4g}{unit}"
    return f"{value:.4g}"


def log_axis(axis):
    """A log axis whose ticks read 1, 2, 5, 10, ... when it is short and powers of ten when it is long."""
    axis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5) if _decades(axis) < 3 else (1,), numticks=12))
    axis.set_minor_locator(ticker.NullLocator())
    axis.set_major_formatter(ticker.FuncFormatter(short))


def shade_bounds(axes, row):
    """Greys what lies below ten times the timer's cost; returns what to add to the axis's name."""
    cost = ((row.run.result.get("environment") or {}).get("timer") or {}).get("cost_ns")
    if not cost or axes.get_ylim()[0] >= 10 * cost:
        return ""
    axes.axhspan(0, 10 * cost, color="#d5dade", alpha=.5, linewidth=0)
    return " (grey: upper bounds)"


def _decades(axis):
    low, high = axis.get_view_interval()
    return math.log10(high / low) if low > 0 and high > low else 1


class Book:
    """The rows to draw, how an index looks, and where figures go."""

    def __init__(self, rows, positions, indexes, directory, formats, width):
        self.rows, self.positions, self.indexes = rows, positions, indexes
        self.directory, self.formats, self.width = directory, formats, width
        self.files, self.names = [], []

    def shows(self, name):
        return not self.indexes or any(fnmatch.fnmatchcase(name, glob) for glob in self.indexes)

    def cells(self, row, reference=False):
        """The row's cells with numbers that are wanted, in the page's order."""
        return sorted((cell for cell in row.cells(reference) if self.shows(cell["index"])),
                      key=lambda cell: self.positions[cell["index"]][0])

    def look(self, name):
        """Keyword arguments for plot()."""
        position, family = self.positions[name]
        return {"color": FAINT if family == "reference" else COLOURS[position % 7],
                "marker": MARKERS[(position + position // 7) % 7], "linestyle": DASHES.get(family, "-")}

    def save(self, drawn, name):
        if name in self.names:
            name = f"{name}-{sum(other.startswith(name) for other in self.names) + 1}"
        self.names.append(name)
        for kind in self.formats:
            file = self.directory / f"{name}.{kind}"
            metadata = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(kind)
            drawn.savefig(file, bbox_inches="tight", metadata=metadata)
            self.files.append(file)
        plt.close(drawn)

    def drop(self, drawn):
        plt.close(drawn)

    def axes(self, height, rows=1, columns=1, **options):
        drawn, axes = plt.subplots(rows, columns, figsize=(self.width, height), layout="constrained", squeeze=False,
                                   **options)
        return drawn, axes


def with_interval(axes, x, value, look, **more):
    """A point of an estimate with its interval, if it has one."""
    median, low, high = value
    ends = None if low is None else [[max(0, median - low)], [max(0, high - median)]]
    axes.errorbar([x], [median], yerr=ends, **{**look, **more})


# Where a name may stand beside its point, in points; the first free place is taken.
PLACES = [(6, 0, "left", "center"), (-6, 0, "right", "center"), (0, 7, "center", "bottom"), (0, -7, "center", "top"),
          (6, 6, "left", "bottom"), (6, -6, "left", "top"), (-6, 6, "right", "bottom"), (-6, -6, "right", "top"),
          (14, 14, "left", "bottom"), (14, -14, "left", "top"), (-14, 14, "right", "bottom"), (-14, -14, "right", "top")]


def name_points(drawn, axes, points, upright_or_level=()):
    """Writes names beside points, [(x, y, name, bold)], where they hide neither points nor names already written, nor
    lines [(x1, y1, x2, y2)] as far as there is another place."""
    drawn.canvas.draw()
    renderer = drawn.canvas.get_renderer()
    reach = 4 * drawn.dpi / 72
    taken = []
    for x, y, _, _ in points:
        at = axes.transData.transform((x, y))
        taken.append(Bbox([at - reach, at + reach]))
    ends = [axes.transData.transform([(x1, y1), (x2, y2)]) for x1, y1, x2, y2 in upright_or_level]
    drawn_lines = [Bbox([two.min(axis=0) - 1, two.max(axis=0) + 1]) for two in ends]
    for x, y, name, bold in points:
        for others, (right, up, horizontal, vertical) in [(taken + drawn_lines, place) for place in PLACES] + [
                (taken, place) for place in PLACES]:
            text = axes.annotate(name, (x, y), xytext=(right, up), textcoords="offset points", ha=horizontal, va=vertical,
                                 fontsize=6, weight="bold" if bold else "normal", annotation_clip=False,
                                 arrowprops={"arrowstyle": "-", "linewidth": .4, "color": FAINT} if abs(right) > 10 else None)
            box = text.get_window_extent(renderer)
            if not any(box.overlaps(other) for other in others):
                break
            if others is not taken or (right, up, horizontal, vertical) != PLACES[-1]:
                text.remove()
        taken.append(box)


def legend_below(drawn, handles, labels, columns=4):
    """One legend for all axes, under them."""
    unique = dict(zip(labels, handles))
    if unique:
        drawn.legend(unique.values(), unique.keys(), loc="upper center", bbox_to_anchor=(.5, 0), ncol=columns,
                     frameon=False, handlelength=3)


@contextlib.contextmanager
def settings():
    with matplotlib.rc_context(SETTINGS):
        yield
