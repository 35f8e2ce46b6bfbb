"""Requests a second, side by side: a page, its transitions (which only ours has), a contact, setStatus."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from typing import Any, Final

from bench import contenders, operations
from bench.contenders import Ground, Kind
from bench.options import Options
from bench.rounds import interleave, nothing
from bench.table import show

PARTS: Final = ("page", "transitions", "contact", "set-status")


def run(ground: Ground, parts: Sequence[str], options: Options) -> dict[str, Any]:
    """Measure the parts asked for; return the requests a second of each round, by part and server."""
    found = {}
    with ExitStack() as stack:
        servers = [stack.enter_context(contenders.started(kind, ground)) for kind in kinds(options)]
        for part in parts:
            prepare = nothing
            if part == "page":
                operation = asyncio.run(operations.page(ground.url, ground.team_id))
            elif part == "transitions":
                operation = asyncio.run(
                    operations.page(ground.url, ground.team_id, operations.TRANSITIONS, part)
                )
            elif part == "contact":
                operation = asyncio.run(operations.one(ground.url, ground.team_id))
            else:
                operation, ids = asyncio.run(operations.set_status(ground.url, ground.team_id))
                prepare = partial(_reset, ground.url, ids)
            runs = interleave(servers, operation, options=options, prepare=prepare)
            show(part, runs, options.console)
            found[part] = {
                name: {
                    "rate": [round(run.rate, 1) for run in made],
                    "cpu": [round(run.cpu, 3) for run in made],
                }
                for name, made in runs.items()
            }
    return found


def kinds(options: Options) -> Sequence[Kind]:
    """Return the servers to compare: all, or those that were named."""
    return [kind for kind in contenders.ALL if not options.servers or kind.name in options.servers]


def _reset(url: str, ids: Sequence[int]) -> None:
    asyncio.run(operations.make_active(url, ids))
