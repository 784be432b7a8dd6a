"""Figures of one row each: size against time, percentiles, build, and the rounds one after another."""

import itertools

from .look import figure, legend_below, log_axis, name_points, shade_bounds, with_interval
from .results import bytes_per_key, estimate, ns_per_op, printable

from matplotlib import lines, ticker

# Percentile and 1/(1-q); a curve ends at the last one that is resolved.
MARKS = [("p50", 2), ("p90", 10), ("p95", 20), ("p99", 100), ("p99.9", 1e3), ("p99.99", 1e4)]
STEPS_PER_DECADE = 12


def pareto_front(points):
    """Positions of the points that no other point beats in both coordinates."""
    return [at for at, point in enumerate(points)
            if not any(other[0] <= point[0] and other[1] <= point[1] and other != point for other in points)]


@figure("pareto", "per row: bytes per key against time per operation, and the Pareto front")
def pareto(book):
    for row in book.rows:
        found = [(cell, bytes_per_key(cell, row), ns_per_op(cell)) for cell in book.cells(row, reference=True)]
        found = [one for one in found if one[1] and one[2]]
        if not found:
            continue
        drawn, axes = book.axes(book.width * .62)
        axes = axes[0][0]
        contenders = [(size, time[0]) for cell, size, time in found
                      if cell["tier"] == "in-process" and cell["family"] != "reference"]
        front = sorted(contenders[at] for at in pareto_front(contenders))
        if front:
            axes.plot(*zip(*front), color="#8a939c", linestyle="--", linewidth=.8, zorder=1, drawstyle="steps-post")
        lines_there = [line for (x1, y1), (x2, y2) in itertools.pairwise(front)
                       for line in ((x1, y1, x2, y1), (x2, y1, x2, y2))]
        lines_there += [(size, time[1], size, time[2]) for _, size, time in found if time[1] is not None]
        for cell, size, time in found:
            look = {**book.look(cell["index"]), "linestyle": "none"}
            hollow = {} if cell["tier"] == "in-process" else {"markerfacecolor": "white"}
            with_interval(axes, size, time, look, markersize=6 if (size, time[0]) in front else 4, **hollow)
        axes.set(xscale="log", yscale="log", title=row.title, ylabel="ns per operation",
                 xlabel="bytes per key, entries included (hollow: engines, on disk)")
        axes.margins(.12)
        log_axis(axes.xaxis)
        log_axis(axes.yaxis)
        name_points(drawn, axes, [(size, time[0], printable(cell["index"]), (size, time[0]) in front)
                                  for cell, size, time in found], lines_there)
        book.save(drawn, f"pareto-{row.slug()}")


def curve(histogram, last):
    """Nearest-rank quantiles of a histogram at equal steps of log 1/(1-q), from the smallest value to `last`."""
    total, points = sum(count for _, count in histogram), []
    at, below, step = 0, histogram[0][1] if histogram else 0, 0
    while total and (x := 10 ** (step / STEPS_PER_DECADE)) <= last * 1.0001:
        rank = max(1, -(-total * (1 - 1 / x) // 1) if x > 1 else 1)
        while below < rank and at + 1 < len(histogram):
            at += 1
            below += histogram[at][1]
        points.append((x, histogram[at][0]))
        step += 1
    return [point for point in points if point[1] > 0]


@figure("percentiles", "per row: latency percentiles on a 1/(1-q) axis")
def percentiles(book):
    for row in book.rows:
        found = [(cell, cell["passes"].get("latency")) for cell in book.cells(row)]
        found = [(cell, latency) for cell, latency in found if latency and estimate(latency.get("p50"))]
        if not found:
            continue
        drawn, axes = book.axes(book.width * .62)
        axes = axes[0][0]
        handles, last = {}, 2
        for cell, latency in found:
            look = book.look(cell["index"])
            marks = [(x, estimate(latency.get(name))) for name, x in MARKS]
            marks = [(x, value) for x, value in marks if value and value[0] > 0]
            last = max(last, marks[-1][0])
            points = curve(latency.get("histogram") or [], marks[-1][0])
            axes.plot(*zip(*points), **{**look, "marker": None}) if points else None
            for x, value in marks:
                with_interval(axes, x, value, {**look, "linestyle": "none"})
            handles[printable(cell["index"])] = lines.Line2D([], [], **look)
        note = shade_bounds(axes, row)
        axes.set(xscale="log", yscale="log", title=row.title, ylabel="ns per operation" + note,
                 xlabel="percentile, spaced by 1/(1−q)\nmarks: medians over rounds; curves: all rounds together")
        ticks = [(x, name) for name, x in [("min", 1), *MARKS] if x <= last and name != "p95"]
        axes.set_xticks([x for x, _ in ticks], [name for _, name in ticks])
        axes.xaxis.set_minor_locator(ticker.NullLocator())
        log_axis(axes.yaxis)
        legend_below(drawn, handles.values(), handles.keys())
        book.save(drawn, f"percentiles-{row.slug()}")


def _dots(axes, names, values, looks, label):
    for y, (value, look) in enumerate(zip(values, looks)):
        if not value:
            continue
        median, low, high = value
        ends = None if low is None else [[max(0, median - low)], [max(0, high - median)]]
        axes.errorbar([median], [y], xerr=ends, **{**look, "linestyle": "none"})
    axes.set_xscale("log")
    axes.set(ylim=(len(names) - .5, -.5), xlabel=label)
    axes.set_yticks(range(len(names)), names)
    log_axis(axes.xaxis)


@figure("build", "per row: time to build, and bytes per key")
def build(book):
    for row in book.rows:
        cells = book.cells(row)
        times = [estimate(cell.get("build_ns")) for cell in cells]
        sizes = [bytes_per_key(cell, row) for cell in cells]
        if not any(times) and not any(sizes):
            continue
        drawn, axes = book.axes(.17 * len(cells) + .9, columns=2, sharey=True)
        names = [printable(cell["index"]) for cell in cells]
        looks = [book.look(cell["index"]) for cell in cells]
        in_ms = [time and tuple(end and end / 1e6 for end in time) for time in times]
        _dots(axes[0][0], names, in_ms, looks, "build, ms (engines: load)")
        _dots(axes[0][1], names, [size and (size, None, None) for size in sizes], looks, "bytes per key (engines: on disk)")
        drawn.suptitle(row.title, fontsize=8)
        book.save(drawn, f"build-{row.slug()}")


@figure("strip", "per row: every round's time, in order; shows drift")
def strip(book):
    for row in book.rows:
        found = [(cell, (cell["passes"].get("throughput") or {}).get("ns_per_op")) for cell in book.cells(row, True)]
        found = [(cell, value["blocks"]) for cell, value in found if value]
        if not found:
            continue
        drawn, axes = book.axes(book.width * .62)
        axes = axes[0][0]
        handles = {}
        for cell, blocks in found:
            look = book.look(cell["index"])
            axes.plot(range(1, len(blocks) + 1), blocks, **{**look, "linewidth": .6, "markersize": 3})
            handles[printable(cell["index"])] = lines.Line2D([], [], **look)
        axes.set(yscale="log", title=row.title, xlabel="round, in the order they ran", ylabel="ns per operation")
        axes.xaxis.set_major_locator(ticker.MaxNLocator(integer=True))
        log_axis(axes.yaxis)
        legend_below(drawn, handles.values(), handles.keys())
        book.save(drawn, f"strip-{row.slug()}")
