"""Tables of what was found: requests a second, and how many times faster ours is."""

from __future__ import annotations

from statistics import median
from typing import Final

from rich.console import Console
from rich.table import Table

from bench.contenders import ALL, OURS
from bench.rounds import Runs, ratios, spread

WANTED: Final = {
    "page": {"mercurius": 2.5, "joined": 1.2},
    "contact": {"mercurius": 2.0, "joined": 1.2},
    "set-status": {"mercurius": 1.0},
}
"""What we hold ourselves to: at least so many times as fast as these."""


def show(part: str, runs: Runs, console: Console) -> None:
    """Print the rates and ratios of one operation."""
    table = Table(title=f"{part}: requests a second, and ours in ratio to each (round by round)")
    for column in ("server", "min", "median", "max", "ratio min", "median", "max", "wanted", "CPU ms"):
        table.add_column(column, justify="left" if column == "server" else "right")
    titles = {kind.name: kind.title for kind in ALL}
    for name, made in runs.items():
        rates = [f"{rate:,.0f}" for rate in spread(run.rate for run in made)]
        wanted = WANTED.get(part, {}).get(name)
        if OURS.name in runs and name != OURS.name:
            found = ratios(runs, OURS.name, name)
            times = [f"{ratio:.2f}" for ratio in found]
            judged = f"≥ {wanted} {'ok' if found[1] >= wanted else 'SHORT'}" if wanted else ""
        else:
            times, judged = ["", "", ""], ""
        table.add_row(titles[name], *rates, *times, judged, f"{median(run.cpu for run in made):.2f}")
    console.print(table)
