"""The tables of docs/performance.md, made from the published results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from bench import results
from bench.contenders import ALL, OURS
from bench.rounds import spread
from bench.table import WANTED

PAGE: Final = results.ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- made by python -m bench.plot -->", "<!-- end of what is made -->"
OPERATIONS: Final = {"page": "page of 50", "contact": "one contact", "set-status": "setStatus"}


def write(page: Path = PAGE) -> None:
    """Put the tables between their marks."""
    text = page.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    made = "\n\n".join(filter(None, (_machine(), _ratios(), _latency(), _workers(), _scale(), _events())))
    page.write_text(f"{head}{BEGIN}\n\n{made}\n\n{END}{tail}", encoding="utf-8")


def ratio(part: str, over: str) -> tuple[float, float, float] | None:
    """Return how many times faster ours is at something: minimum, median, maximum; None if not measured."""
    found = (results.read(part) or {}).get("found", {})
    if OURS.name not in found or over not in found:
        return None
    return spread(a / b for a, b in zip(found[OURS.name]["rate"], found[over]["rate"], strict=True))


def _machine() -> str:
    whole = results.read("page")
    if whole is None:
        return ""
    machine = whole["machine"]
    return (
        f"Measured on {whole['at'][:10]}, commit {machine['commit']}: {machine['processor']},"
        f" {machine['cores']} cores, {machine['memory']}, {machine['system']}; Python {machine['python']},"
        f" Node.js {machine['node']}, Mercurius {machine['mercurius']}, graphql-jit {machine['graphql-jit']},"
        f" PostGraphile {machine['postgraphile']}, Apollo Server {machine['@apollo/server']},"
        f" Strawberry {machine['strawberry-graphql']}."
    )


def _ratios() -> str:
    rows = []
    for kind in ALL[1:]:
        cells = []
        for part in OPERATIONS:
            found = ratio(part, kind.name)
            wanted = WANTED.get(part, {}).get(kind.name)
            goal = f" (wanted ≥ {wanted})" if wanted else ""
            cells.append(f"{_three(found)}{goal}" if found else "")
        rows.append([kind.title, *cells])
    return "Ours, times as fast as (median; minimum to maximum of the rounds):\n\n" + _table(
        ["", *OPERATIONS.values()], rows
    )


def _latency() -> str:
    found = (results.read("latency") or {}).get("found", {})
    rows = [
        [
            kind.title,
            *(
                f"{found[kind.name][part]['p50']} / {found[kind.name][part]['p99']}"
                for part in ("page", "contact")
            ),
            f"{found[kind.name]['memory']} MiB",
        ]
        for kind in ALL
        if kind.name in found
    ]
    title = "Latency in ms at half of each server's own saturation (p50 / p99), and memory of its process:"
    return f"{title}\n\n{_table(['', 'page of 50', 'one contact', 'memory'], rows)}" if rows else ""


def _workers() -> str:
    found = (results.read("workers") or {}).get("found", {})
    rows = [
        [name, f"{spread(each['rate'])[1]:,.0f}", f"{each['memory']} MiB"] for name, each in found.items()
    ]
    title = "One process and two, on the same two cores as PostgreSQL and the load:"
    return f"{title}\n\n{_table(['', 'pages/s', 'memory'], rows)}" if rows else ""


def _scale() -> str:
    found: dict[str, Any] = (results.read("scale") or {}).get("found", {})
    if not found:
        return ""
    sizes = list(next(iter(found.values())))
    rows = [
        [name, *(_grown(times[sizes[0]], times[size]) for size in sizes)] for name, times in found.items()
    ]
    title = (
        "Time for a page by sequence and set of statuses, as the team grows (in ratio to the first, ≤ 1.2):"
    )
    return f"{title}\n\n{_table(['contacts', *(f'{int(size):,}' for size in sizes)], rows)}"


def _grown(first: Sequence[float], times: Sequence[float]) -> str:
    grown = spread(b / a for a, b in zip(first, times, strict=True))[1]
    return f"{spread(times)[1]:.2f} ms ({grown:.2f})"


def _events() -> str:
    whole = results.read("events")
    if whole is None:
        return ""
    found = whole["found"]
    recorded, inserted = spread(found["recordEvents"])[1], spread(found["insert"])[1]
    return (
        f"`recordEvents`, 100,000 events over 20,000 contacts in batches of 1,000 by four callers at once:"
        f" {recorded:,.0f} events/s; a bare multi-row INSERT of the same events: {inserted:,.0f}/s."
        " None lost, none doubled, no deadlock."
    )


def _three(found: tuple[float, float, float]) -> str:
    low, middle, high = found
    return f"**{middle:.2f}** ({low:.2f} to {high:.2f})"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---", *("--:" for _ in head[1:])], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
