"""The time for a page as a team grows: by sequence and set of statuses, at the beginning and at 90 %."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any, Final

from rich.table import Table

from bench import contenders, operations
from bench.contenders import OURS, Ground, Server
from bench.operations import Operation
from bench.options import Options
from bench.rounds import spread
from bench.wrk import Run, saturate, warm

SIZES: Final = (10_000, 100_000)
FULL: Final = (10_000, 100_000, 1_000_000, 10_000_000)
WANTED: Final = 1.2

Load = Callable[[int], Ground]


def run(load: Load, options: Options) -> dict[str, Any]:
    """Measure pages at each size in turn; return the ms per page of each round, by operation and size."""
    found: dict[str, Any] = {}
    with ExitStack() as stack:
        grounds = {size: load(size) for size in (FULL if options.full else SIZES)}
        servers = {
            size: stack.enter_context(contenders.started(OURS, ground)) for size, ground in grounds.items()
        }
        for at, rare in ((0.0, False), (0.9, False), (0.0, True)):
            asked = {
                size: asyncio.run(operations.filtered(ground.url, ground.team_id, at=at, rare=rare))
                for size, ground in grounds.items()
            }
            name = asked[min(asked)].name
            for size, operation in asked.items():
                _look(servers[size], operation)
            runs = _interleave(servers, asked, options)
            _show(name, runs, options)
            found[name] = {
                str(size): [round(1000 / each.rate, 4) for each in made] for size, made in runs.items()
            }
    return found


def _look(server: Server, operation: Operation) -> None:
    """Refuse to go on unless every page is full: half a page would be no comparison."""
    for body in server.bodies(operation):
        if len(server.ask(body)["contacts"]["nodes"]) != 50:
            raise RuntimeError(f"A page of {operation.name} is not full.")


def _interleave(
    servers: Mapping[int, Server], asked: Mapping[int, Operation], options: Options
) -> dict[int, list[Run]]:
    runs: dict[int, list[Run]] = {size: [] for size in servers}
    for size, server in servers.items():
        warm(server, asked[size], options.seconds)
    for _ in range(options.rounds):
        for size, server in servers.items():
            runs[size].append(saturate(server, asked[size], options.seconds))
    return runs


def _show(name: str, runs: Mapping[int, list[Run]], options: Options) -> None:
    table = Table(title=f"{name}: ms for a page of 50, and in ratio to the smallest team (round by round)")
    for column in ("contacts", "min", "median", "max", "ratio min", "median", "max", "wanted"):
        table.add_column(column, justify="right")
    first = runs[min(runs)]
    for size, made in runs.items():
        times = [f"{time:.3f}" for time in spread(1000 / each.rate for each in made)]
        low, middle, high = spread(a.rate / b.rate for a, b in zip(first, made, strict=True))
        judged = f"≤ {WANTED} {'ok' if middle <= WANTED else 'OVER'}" if size == max(runs) else ""
        table.add_row(f"{size:,}", *times, f"{low:.2f}", f"{middle:.2f}", f"{high:.2f}", judged)
    options.console.print(table)
