"""Latency at half of each server's own saturation, and what its process weighs afterwards."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from typing import Any, Final

from rich.table import Table

from bench import contenders, operations
from bench.contenders import Ground
from bench.options import Options
from bench.rounds import compare
from bench.speed import kinds
from bench.steady import latencies
from bench.wrk import saturate, warm

SECONDS: Final = 5


def run(ground: Ground, options: Options) -> dict[str, Any]:
    """Measure pages and single contacts; return p50 and p99 in milliseconds, and MiB, by server."""
    asked = [
        asyncio.run(operations.page(ground.url, ground.team_id)),
        asyncio.run(operations.one(ground.url, ground.team_id)),
    ]
    found: dict[str, Any] = {}
    with ExitStack() as stack:
        servers = [stack.enter_context(contenders.started(kind, ground)) for kind in kinds(options)]
        for operation in asked:
            compare(servers, operation)
            table = Table(title=f"{operation.name}: latency in ms at half of saturation")
            for column in ("server", "rate", "p50", "p99"):
                table.add_column(column, justify="left" if column == "server" else "right")
            for server in servers:
                warm(server, operation, options.seconds)
                rate = saturate(server, operation, options.seconds).rate / 2
                took = latencies(server.url, server.key, server.bodies(operation), rate=rate, seconds=SECONDS)
                middle, late = took[len(took) // 2], took[len(took) * 99 // 100]
                found.setdefault(server.kind.name, {})[operation.name] = {
                    "rate": round(rate, 1),
                    "p50": round(middle, 2),
                    "p99": round(late, 2),
                }
                table.add_row(server.kind.title, f"{rate:,.0f}", f"{middle:.2f}", f"{late:.2f}")
            options.console.print(table)
        for server in servers:
            found[server.kind.name]["memory"] = round(server.memory())
        sizes = ", ".join(f"{server.kind.title} {server.memory():,.0f}" for server in servers)
        options.console.print(f"Memory after that, MiB: {sizes}", highlight=False)
    return found
