"""Figures over all rows: winner map, forest of ratios, hardness."""

import math

from .look import FAINT, FAMILY_MARKERS, VERDICTS, figure, legend_below, log_axis, name_points
from .results import printable

from matplotlib import cm, colors, lines, patches

# As on the page: green where learned is faster, vermilion where it is slower, white at 1. Full colour at a factor of four.
DIVERGING = colors.LinearSegmentedColormap.from_list("learned", [VERDICTS["wins"], "#ffffff", VERDICTS["loses"]])
FULL = 2.0


def _unique(values):
    return list(dict.fromkeys(values))


def _unfinished(row):
    """Contenders that should have run and have no numbers."""
    return sum(cell["status"] not in ("ok", "unsupported", "not_run") for cell in row.json["cells"])


def _times(ratio):
    return f"{ratio:.2f}×" if ratio < 9.95 else f"{ratio:.0f}×"


def _map_cell(axes, x, y, row):
    verdict = row.headline()
    ratio = verdict and verdict.get("ratio")
    undecided = not verdict or verdict["verdict"] in ("inconclusive", "unresolved")
    shade = DIVERGING(.5 + max(-1, min(1, math.log2(ratio) / FULL)) / 2) if ratio and not undecided else "white"
    axes.add_patch(patches.Rectangle((x - .5, y - .5), 1, 1, facecolor=shade, edgecolor="#8a939c", linewidth=.5,
                                     hatch="////" if undecided else None))
    if not verdict:
        words = "no verdict"
    elif not ratio:
        ran = verdict["learned"] and verdict["baseline"]
        words = verdict["verdict"] if ran else "did not finish" if _unfinished(row) else "not run"
    else:
        winner = verdict["learned"] if ratio < 1 else verdict["baseline"]
        mark = " ~" if verdict.get("survives_correction") is False else ""
        words = f"{printable(winner)}\n{_times(ratio)}{mark}"
    missing = _unfinished(row)
    words += f"\n✕{missing}" if missing else ""
    dark = ratio and not undecided and abs(math.log2(ratio)) > .7 * FULL
    axes.text(x, y, words, ha="center", va="center", fontsize=6, color="white" if dark else "black",
              bbox={"facecolor": "white", "edgecolor": "none", "pad": 1} if undecided else None)


@figure("winner-map", "dataset x workload: best learned against best ordered classical index")
def winner_map(book):
    rows = [row for row in book.rows if row.json["verdicts"]]
    if not rows:
        return
    where, what = _unique(row.where for row in rows), _unique(row.what for row in rows)
    drawn, axes = book.axes(max(1.2, .55 * len(where) + .6))
    axes = axes[0][0]
    drawn.set_size_inches(max(book.width, 1.6 + 1.0 * len(what)), max(1.4, .5 * len(where) + .8))
    for row in rows:
        _map_cell(axes, what.index(row.what), where.index(row.where), row)
    axes.set(xlim=(-.5, len(what) - .5), ylim=(len(where) - .5, -.5))
    axes.set_xticks(range(len(what)), what, rotation=30, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(where)), where)
    axes.grid(False)
    axes.tick_params(length=0)
    scale = colors.Normalize(-FULL, FULL)
    bar = drawn.colorbar(cm.ScalarMappable(scale, DIVERGING), ax=axes, fraction=.04, pad=.02)
    bar.set_ticks([-2, -1, 0, 1, 2], labels=["≤¼", "½", "1", "2", "≥4"])
    bar.set_label("time, learned / classical")
    drawn.text(.5, 0, "The winner is printed. Hatched: not decided. ~: does not survive correction. ✕n: n indexes did "
               "not finish.", ha="center", va="top", fontsize=6, color=FAINT)
    book.save(drawn, "winner-map")


def _forest_entries(rows):
    for row in rows:
        for verdict in row.json["verdicts"]:
            headline = verdict.get("headline", verdict["metric"] == "throughput")
            if headline and verdict.get("ratio"):
                yield row, verdict


@figure("forest", "every headline ratio learned / opponent with its interval")
def forest(book):
    entries = list(_forest_entries(book.rows))
    if not entries:
        return
    drawn, axes = book.axes(.16 * len(entries) + .8)
    axes = axes[0][0]
    delta = max(verdict["delta"] for _, verdict in entries)
    axes.axvspan(1 / (1 + delta), 1 + delta, color="#d5dade", alpha=.6, linewidth=0)
    axes.axvline(1, color="black", linewidth=.8)
    names = []
    for y, (row, verdict) in enumerate(entries):
        weak = verdict.get("survives_correction") is False
        colour = VERDICTS.get(verdict["verdict"], FAINT)
        ratio = verdict["ratio"]
        low, high = verdict.get("lo") or ratio, verdict.get("hi") or ratio
        axes.errorbar([ratio], [y], xerr=[[max(0, ratio - low)], [max(0, high - ratio)]], color=colour, fmt="o", capsize=2,
                      markerfacecolor="white" if weak or verdict["verdict"] not in VERDICTS else colour)
        names.append(f"{row.where}, {row.what}: {printable(verdict['learned'])} / {printable(verdict['baseline'])}")
    axes.set_xscale("log")
    log_axis(axes.xaxis)
    axes.set_yticks(range(len(names)), names, fontsize=6)
    axes.set_ylim(len(names) - .5, -.5)
    axes.set_xlabel("time, learned / opponent")
    drawn.set_size_inches(max(book.width, 7), drawn.get_figheight())
    handles = [lines.Line2D([], [], color=colour, marker="o", linestyle="-") for colour in VERDICTS.values()]
    handles.append(lines.Line2D([], [], color=FAINT, marker="o", markerfacecolor="white"))
    legend_below(drawn, handles, [*VERDICTS, "hollow: undecided or ~"])
    book.save(drawn, "forest")


def _winner_family(row, verdict):
    winner = verdict["learned"] if verdict["ratio"] < 1 else verdict["baseline"]
    return next((cell["family"] for cell in row.json["cells"] if cell["index"] == winner), "learned")


@figure("hardness", "segments per million keys, local against global; marker: the winner's family")
def hardness(book):
    for what in _unique(row.what for row in book.rows):
        rows = [row for row in book.rows if row.what == what and row.hardness and row.headline()]
        if not rows:
            continue
        drawn, axes = book.axes(book.width * .7)
        axes = axes[0][0]
        used, names = {}, []
        for row in rows:
            verdict = row.headline()
            decided = verdict["verdict"] in ("wins", "loses", "tie") and verdict.get("ratio")
            counts = decided and verdict.get("survives_correction") is not False
            family = _winner_family(row, verdict) if decided and verdict["verdict"] != "tie" else None
            colour = VERDICTS.get(verdict["verdict"], FAINT)
            marker = FAMILY_MARKERS.get(family, "X" if family is None else "o")
            x, y = row.hardness["local_per_million"], row.hardness["global_per_million"]
            axes.plot([x], [y], marker=marker, color=colour, markersize=7, linestyle="none",
                      markerfacecolor=colour if counts else "white")
            names.append((x, y, row.where, False))
            label = ("" if counts or not decided else "~ ") + verdict["verdict"] + (f" ({family} first)" if family else "")
            used[label] = lines.Line2D([], [], marker=marker, color=colour, linestyle="none",
                                       markerfacecolor=colour if counts else "white")
        axes.set(xscale="log", yscale="log", title=what, xlabel="local hardness: segments per million keys, error 32",
                 ylabel="global hardness: segments per million keys, error 4,096")
        axes.margins(.15)
        log_axis(axes.xaxis)
        log_axis(axes.yaxis)
        name_points(drawn, axes, names)
        legend_below(drawn, used.values(), used.keys())
        book.save(drawn, f"hardness-{rows[0].slug(('run', 'dataset', 'keys'))}")
