"""The bench: `python -m bench`, whole or in parts; `make bench` runs it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Annotated, Any, Final

import asyncpg  # type: ignore[import-untyped]
import typer

from bench import databases, events, latency, nodejs, results, scale, speed, workers, wrk
from bench.contenders import Ground
from bench.databases import Databases
from bench.load import bar, key_of
from bench.options import Options
from models.engine import Database

PARTS: Final = (*speed.PARTS, "latency", "workers", "scale", "events")


def main(  # noqa: PLR0917 - called by name
    only: Annotated[str, typer.Option(help=f"Parts, separated by commas: {', '.join(PARTS)}.")] = "",
    servers: Annotated[str, typer.Option(help="Only these servers, separated by commas.")] = "",
    contacts: Annotated[int, typer.Option(help="Contacts of the team that is asked about.")] = 100_000,
    rounds: Annotated[int, typer.Option(min=1, help="How often each server has its turn.")] = 5,
    seconds: Annotated[int, typer.Option(min=1, help="How long a turn is.")] = 2,
    full: Annotated[bool, typer.Option("--full", help="Everything, up to 10,000,000 contacts.")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the databases for the next run.")] = False,
    publish: Annotated[
        bool, typer.Option("--publish", help="Write bench/results/, to be committed.")
    ] = False,
) -> None:
    """Measure ours beside what one would run instead, on one PostgreSQL in one run."""
    parts = [part for part in only.split(",") if part] or list(PARTS)
    if unknown := set(parts) - set(PARTS):
        raise typer.BadParameter(
            f"{', '.join(sorted(unknown))} is none of: {', '.join(PARTS)}", param_hint="--only"
        )
    named = frozenset(name for name in servers.split(",") if name)
    options = Options(contacts=contacts, rounds=rounds, seconds=seconds, full=full, servers=named)
    nodejs.install()
    wrk.install()
    with databases.server() as here:
        try:
            for part, found in _measured(here, parts, options):
                options.console.print(f"Written: {results.save(part, found, publish=publish)}")
        finally:
            if not keep:
                asyncio.run(here.drop())


def _measured(here: Databases, parts: list[str], options: Options) -> Iterator[tuple[str, Any]]:
    """Yield the parts one by one with what was found."""

    def load(contacts: int) -> Ground:
        return asyncio.run(_ground(here, contacts))

    if asked := [part for part in speed.PARTS if part in parts]:
        yield from speed.run(load(options.contacts), asked, options).items()
    if "latency" in parts:
        yield "latency", latency.run(load(options.contacts), options)
    if "workers" in parts:
        yield "workers", workers.run(load(options.contacts), options)
    if "scale" in parts:
        yield "scale", scale.run(load, options)
    if "events" in parts:
        yield "events", events.run(here, options)


async def _ground(here: Databases, contacts: int) -> Ground:
    """Load the contacts unless they are there, and make a key."""
    with bar() as progress:
        url, team_id = await here.loaded(contacts, progress)
    database = Database(url)
    key = await key_of(database, team_id)
    await database.close()
    connection = await asyncpg.connect(url)
    member_id = await connection.fetchval("select min(id) from member where team_id = $1", team_id)
    await connection.close()
    return Ground(url, team_id, member_id, key)


if __name__ == "__main__":
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(main)
    app()
