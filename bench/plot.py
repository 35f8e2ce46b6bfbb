"""The picture and the tables of docs/performance.md, from bench/results: `python -m bench.plot`."""

from __future__ import annotations

from typing import Any, Final

import matplotlib as mpl
import matplotlib.pyplot as plt

from bench import report, results
from bench.contenders import ALL, MERCURIUS
from bench.report import OPERATIONS
from bench.rounds import spread

PICTURE: Final = results.ROOT / "docs" / "performance.svg"
COLORS: Final = ("#1f6feb", "#8c6d1f", "#2da44e", "#116329", "#8250df", "#bf3989")


def main() -> None:
    """Draw, and write the tables."""
    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "contact-status", "svg.fonttype": "none", "font.size": 9})
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(13, 4.4), layout="constrained")
    _rates(left)
    _latencies(middle)
    _sizes(right)
    if whole := results.read("page"):
        machine = whole["machine"]
        figure.supxlabel(
            f"{machine['processor']}, {machine['cores']} cores, {machine['memory']}; one process each,"
            f" 16 connections, one PostgreSQL 18; {whole['at'][:10]}",
            fontsize=8,
        )
    figure.savefig(PICTURE, metadata={"Date": None})
    report.write()


def _rates(axes: Any) -> None:
    """Draw requests a second, as multiples of Mercurius with DataLoaders, round by round."""
    axes.set_title("times as fast as Mercurius with DataLoaders")
    width = 0.8 / len(ALL)
    for place, kind in enumerate(ALL):
        for group, part in enumerate(OPERATIONS):
            found = (results.read(part) or {}).get("found", {})
            if kind.name not in found or MERCURIUS.name not in found:
                continue
            pairs = zip(found[kind.name]["rate"], found[MERCURIUS.name]["rate"], strict=True)
            low, middle, high = spread(a / b for a, b in pairs)
            axes.bar(
                group + (place + 0.5) * width - 0.4,
                middle,
                width,
                color=COLORS[place],
                yerr=[[middle - low], [high - middle]],
                error_kw={"elinewidth": 0.8},
                label=kind.title if group == 0 else None,
            )
    axes.axhline(1, color="grey", linewidth=0.6)
    axes.set_xticks(range(len(OPERATIONS)), OPERATIONS.values())
    axes.legend(fontsize=7)


def _latencies(axes: Any) -> None:
    """Draw p50 and p99 of pages at half of saturation."""
    axes.set_title("latency of a page at half of saturation, ms")
    found = (results.read("latency") or {}).get("found", {})
    shown = [(place, kind) for place, kind in enumerate(ALL) if kind.name in found]
    for row, (place, kind) in enumerate(reversed(shown)):
        page = found[kind.name]["page"]
        axes.barh(row, page["p99"], 0.5, color=COLORS[place], alpha=0.35)
        axes.barh(row, page["p50"], 0.5, color=COLORS[place])
    axes.set_yticks(range(len(shown)), [kind.title for _, kind in reversed(shown)], fontsize=7)
    axes.set_xscale("log")
    axes.set_xlabel("dark: p50, light: p99")


def _sizes(axes: Any) -> None:
    """Draw the time for a page as a team grows."""
    axes.set_title("page by sequence and statuses, ms")
    found = (results.read("scale") or {}).get("found", {})
    for (name, times), color in zip(found.items(), COLORS, strict=False):
        sizes = [int(size) for size in times]
        low, middle, high = zip(*(spread(each) for each in times.values()), strict=True)
        axes.plot(sizes, middle, marker="o", color=color, label=name)
        axes.fill_between(sizes, low, high, color=color, alpha=0.15)
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    axes.set_xlabel("contacts in the team")
    if found:
        axes.legend(fontsize=7)


if __name__ == "__main__":
    main()
