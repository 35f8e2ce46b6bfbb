"""One process and two: requests a second of ours and of Mercurius, and their memory."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from typing import Any

from bench import contenders, operations
from bench.contenders import JOINED, MERCURIUS, OURS, Ground
from bench.options import Options
from bench.rounds import compare, spread
from bench.wrk import Run, saturate, warm


def run(ground: Ground, options: Options) -> dict[str, Any]:
    """Measure pages; return the requests a second of each round and the MiB, by server and processes."""
    operation = asyncio.run(operations.page(ground.url, ground.team_id))
    runs: dict[str, list[Run]] = {}
    sizes: dict[str, float] = {}
    with ExitStack() as stack:
        servers = {
            f"{kind.name} x {count}": stack.enter_context(contenders.started(kind, ground, count))
            for kind in (OURS, MERCURIUS, JOINED)
            for count in (1, 2)
        }
        compare(list(servers.values()), operation)
        for server in servers.values():
            warm(server, operation, options.seconds)
        for _ in range(options.rounds):
            for name, server in servers.items():
                runs.setdefault(name, []).append(saturate(server, operation, options.seconds))
                sizes[name] = server.memory()
    for name, each in runs.items():
        low, middle, high = spread(made.rate for made in each)
        options.console.print(
            f"{name}: {middle:,.0f} pages/s ({low:,.0f} to {high:,.0f}), {sizes[name]:,.0f} MiB",
            highlight=False,
        )
    return {
        name: {"rate": [round(made.rate, 1) for made in each], "memory": round(sizes[name])}
        for name, each in runs.items()
    }
