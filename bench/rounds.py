"""Servers side by side: short rounds in turn, A B C A B C …, so that the machine's moods meet all alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median

import orjson

from bench.contenders import Server
from bench.operations import Operation
from bench.options import Options
from bench.wrk import Run, saturate, warm

Prepare = Callable[[], None]
Runs = Mapping[str, Sequence[Run]]


def nothing() -> None:
    """Prepare nothing before a run."""


def compare(servers: Sequence[Server], operation: Operation, prepare: Prepare = nothing) -> int:
    """Ask every server the same; raise unless all answer the same; return how many bytes were compared."""
    middle = len(operation.variables) // 2
    places = sorted({0, 1, middle, middle + 1})
    expected: list[bytes] = []
    for server in servers:
        prepare()
        bodies = server.bodies(operation)
        answers = [server.read(operation, server.ask(bodies[place])) for place in places]
        found = [orjson.dumps(answer) for answer in answers]
        expected = expected or found
        for one, other in zip(expected, found, strict=True):
            if one != other:
                raise RuntimeError(
                    f"{servers[0].kind.title} and {server.kind.title} answer {operation.name} differently:\n"
                    f"{one.decode()[:2000]}\n{other.decode()[:2000]}"
                )
    return sum(map(len, expected))


def interleave(
    servers: Sequence[Server],
    operation: Operation,
    *,
    options: Options,
    prepare: Prepare = nothing,
) -> dict[str, list[Run]]:
    """Saturate each server in turn, so many times, after a warm-up in which all answers are looked at."""
    asked = [server for server in servers if operation.name not in server.kind.without]
    size = compare(asked, operation, prepare)
    console = options.console
    console.print(
        f"[bold]{operation.name}[/]: {len(asked)} servers answer the same ({size:,} bytes compared)"
    )
    runs: dict[str, list[Run]] = {server.kind.name: [] for server in asked}
    for server in asked:
        prepare()
        warm(server, operation, options.seconds)
    for turn in range(options.rounds):
        for server in asked:
            prepare()
            runs[server.kind.name].append(saturate(server, operation, options.seconds))
        rates = ", ".join(f"{name} {made[-1].rate:,.0f}" for name, made in runs.items())
        console.print(f"  round {turn + 1} of {options.rounds}, requests/s: {rates}", highlight=False)
    return runs


def spread(values: Iterable[float]) -> tuple[float, float, float]:
    """Return minimum, median and maximum."""
    found = sorted(values)
    return found[0], median(found), found[-1]


def ratios(runs: Runs, of: str, over: str) -> tuple[float, float, float]:
    """Return how many times faster one is than the other, round by round: minimum, median, maximum."""
    return spread(a.rate / b.rate for a, b in zip(runs[of], runs[over], strict=True))
