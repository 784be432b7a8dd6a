"""Figures with an axis of their own: keys and threads, time, phases, rates of arrival."""

import itertools

from .look import FAINT, figure, legend_below, log_axis, shade_bounds, with_interval
from .results import estimate, ns_per_op, printable

from matplotlib import lines


def _legend(drawn, book, names):
    legend_below(drawn, [lines.Line2D([], [], **book.look(name)) for name in names], [printable(name) for name in names])


def _scaling(book, rows, axis, size_of):
    """One figure: a line per index over the rows, ordered by size_of. Nothing when there is but one size."""
    rows = sorted(rows, key=size_of)
    if len({size_of(row) for row in rows}) < 2:
        return
    per_second = axis == "threads"
    drawn, axes = book.axes(book.width * .6)
    axes = axes[0][0]
    points = {}
    for row in rows:
        for cell in book.cells(row, reference=True):
            value = ns_per_op(cell)
            if value and per_second:
                value = tuple(end and 1e9 / end for end in value)
            if value:
                points.setdefault(cell["index"], []).append((size_of(row), value))
    for index in sorted(points, key=lambda index: book.positions[index][0]):
        look = book.look(index)
        axes.plot([x for x, _ in points[index]], [value[0] for _, value in points[index]], **look)
        for x, (median, *ends) in points[index]:
            if None not in ends:
                axes.vlines(x, min(ends), max(ends), color=look["color"])
    axes.set(xscale="log", yscale="log", xlabel=axis, title=rows[0].title_without(axis),
             ylabel="operations per second, all threads" if per_second else "ns per operation")
    if per_second:
        axes.set_xscale("log", base=2)
        axes.set_xticks(sorted({size_of(row) for row in rows}), sorted({size_of(row) for row in rows}))
    else:
        log_axis(axes.xaxis)
    log_axis(axes.yaxis)
    _legend(drawn, book, sorted(points, key=lambda index: book.positions[index][0]))
    book.save(drawn, f"scaling-{axis}-{rows[0].slug(without=[axis])}")


def _groups(rows, key):
    rows = sorted(rows, key=key)
    return [list(group) for _, group in itertools.groupby(rows, key=key)]


@figure("scaling", "time over keys, throughput over threads, with intervals")
def scaling(book):
    for rows in _groups(book.rows, lambda row: (row.label, row.dataset, row.workload, row.threads)):
        _scaling(book, rows, "keys", lambda row: row.keys)
    for rows in _groups(book.rows, lambda row: (row.label, row.dataset, row.workload, row.keys)):
        _scaling(book, rows, "threads", lambda row: row.threads)


WINDOW_PANELS = [("ops_per_s", "operations per s"), ("p99", "p99, ns"), ("allocated_bytes", "bytes held")]


@figure("timeline", "runs with --timeline: throughput, p99 and bytes over the operations")
def timeline(book):
    for row in book.rows:
        cells = [cell for cell in book.cells(row) if (cell.get("timeline") or {}).get("windows")]
        if not cells:
            continue
        drawn, axes = book.axes(1.25 * len(WINDOW_PANELS) + .5, rows=len(WINDOW_PANELS), sharex=True)
        for cell in cells:
            windows, look = cell["timeline"]["windows"], book.look(cell["index"])
            for axis, (field, _) in zip(axes[:, 0], WINDOW_PANELS):
                points = [((at + 1) / len(windows) * 100, window[field]) for at, window in enumerate(windows)
                          if window.get(field)]
                axis.plot(*zip(*points), **{**look, "markersize": 2.5}) if points else None
        for axis, (_, label) in zip(axes[:, 0], WINDOW_PANELS):
            axis.set(yscale="log", ylabel=label)
            log_axis(axis.yaxis)
        axes[-1, 0].set_xlabel("operations done, %")
        axes[0, 0].set_title(row.title)
        _legend(drawn, book, [cell["index"] for cell in cells])
        book.save(drawn, f"timeline-{row.slug()}")


@figure("phases", "rows of several phases: time and p99 in each")
def phases(book):
    for row in book.rows:
        cells = [cell for cell in book.cells(row) if cell.get("phases")]
        if not cells:
            continue
        drawn, axes = book.axes(book.width * .75, rows=2, sharex=True)
        names = [printable(phase["name"]) for phase in cells[0]["phases"]]
        for cell in cells:
            look = book.look(cell["index"])
            for axis, field in zip(axes[:, 0], ("ns_per_op", "p99")):
                values = [(at, estimate(phase.get(field))) for at, phase in enumerate(cell["phases"])]
                values = [(at, value) for at, value in values if value]
                axis.plot([at for at, _ in values], [value[0] for _, value in values], **look)
                for at, value in values:
                    with_interval(axis, at, value, look, linestyle="none")
        for axis, field, label in zip(axes[:, 0], ("ns_per_op", "p99"), ("ns per operation", "p99, ns")):
            note = shade_bounds(axis, row) if field == "p99" else ""
            axis.set(yscale="log", ylabel=label + note)
            log_axis(axis.yaxis)
        axes[1, 0].set_xticks(range(len(names)), names, rotation=20, ha="right", rotation_mode="anchor")
        axes[1, 0].set_xlabel("phase, in the order they ran")
        axes[0, 0].set_title(row.title)
        _legend(drawn, book, [cell["index"] for cell in cells])
        book.save(drawn, f"phases-{row.slug()}")


def _open_points(cell):
    """(offered per second, p99, lag p99) of an open loop: of the whole pass, or of its phases."""
    found = cell["passes"].get("open")
    points = []
    if found and found.get("offered_per_s"):
        points.append((found["offered_per_s"], estimate(found.get("p99")), estimate((found.get("lag") or {}).get("p99"))))
    for phase in cell.get("phases") or []:
        if phase.get("offered_per_s"):
            points.append((phase["offered_per_s"], estimate(phase.get("open_p99")), None))
    return points


def _draw_search(axes, search, look):
    """Every step of a search for the highest rate: filled where p99 stayed under the limit."""
    for block in search["probes"]:
        for offered, _, p99, under in block:
            if p99 and offered:
                axes.plot([offered], [p99], **{**look, "linestyle": "none", "markersize": 3.5, "markeredgewidth": .7},
                          markerfacecolor=look["color"] if under else "white")
    best = estimate(search.get("max_rate"))
    if best:
        axes.axvline(best[0], color=look["color"], linestyle=look["linestyle"], linewidth=.9)
        if best[1] is not None:
            axes.axvspan(best[1], best[2], color=look["color"], alpha=.15, linewidth=0)
    axes.axhline(search["p99_limit_ns"], color=FAINT, linewidth=.8)


@figure("open-loop", "runs with --rate: rate of arrivals against p99 and lag, or the steps of the search")
def open_loop(book):
    for rows in _groups(book.rows, lambda row: (row.dataset, row.keys, row.workload, row.threads)):
        drawn, axes = book.axes(book.width * .6)
        axes = axes[0][0]
        points, names, searched = {}, set(), False
        for row in rows:
            for cell in book.cells(row):
                search = cell["passes"].get("rate_search")
                if search and search.get("probes"):
                    _draw_search(axes, search, book.look(cell["index"]))
                    names.add(cell["index"])
                    searched = True
                points.setdefault(cell["index"], []).extend(_open_points(cell))
        for index in filter(points.get, points):
            names.add(index)
            look = book.look(index)
            for at, hollow in ((1, {}), (2, {"markerfacecolor": "white", "linestyle": ":", "linewidth": .8})):
                line = sorted((point[0], point[at]) for point in points[index] if point[at])
                axes.plot([x for x, _ in line], [value[0] for _, value in line], **{**look, **hollow})
                for x, value in line:
                    with_interval(axes, x, value, {**look, **hollow}, linestyle="none")
        if names:
            axes.set(xscale="log", yscale="log", title=rows[0].title, xlabel="operations offered per second",
                     ylabel="p99 from the intended start, ns\n" +
                     ("(hollow: above the limit, or did not keep up)" if searched else "(hollow: of it, waiting)"))
            axes.margins(.1)
            log_axis(axes.xaxis)
            log_axis(axes.yaxis)
            _legend(drawn, book, sorted(names, key=lambda index: book.positions[index][0]))
            book.save(drawn, f"open-loop-{rows[0].slug(('run',))}")
        else:
            book.drop(drawn)
