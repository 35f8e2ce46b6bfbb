"""A bulk change whose worker is killed -9 while it makes it, and again; then what must hold of every contact.

`python -m tests.server.bulk_storm --contacts 100000` does it at length, on a database of its own.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncpg  # type: ignore[import-untyped]

from models.engine import Database
from models.tables import BulkChange, BulkState
from resolvers.bulk_token import Asked
from resolvers.context import Context
from tests.resolvers.away import rows_of, until
from tests.resolvers.bulk import as_stored, started
from tests.server.test_cli import ROOT, environment


async def made_despite(
    database: Database, url: str, context: Context, what: Asked, kills: Sequence[float]
) -> BulkChange:
    """Start a bulk change, kill its worker in the middle of a slice at each such part; return it when done.

    Each time a contact is held, so that the worker waits for it with a part of its slice in hand.
    """
    change = await started(context, what)
    begun = time.monotonic()
    for part in kills:
        async with held(database, change, int(part * change.total)), working(url) as worker:
            await until(lambda: somebody_waits(database))
            worker.kill()
            await worker.wait()
        now = await as_stored(context, change)
        assert now.state is BulkState.RUNNING
        say(f"killed -9 with {now.changed + now.refused:,} of {now.total:,} done", begun)
        # Another worker takes over what was not heard of for half a minute: let that be now.
        await rows_of(database, "update jobs.pgqueuer set heartbeat = heartbeat - interval '1 hour'")

    async def is_done() -> bool:
        return (await as_stored(context, change)).state is BulkState.DONE

    async with working(url):
        await until(is_done)
    say("done", begun)
    return await as_stored(context, change)


@asynccontextmanager
async def working(url: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run `python -m server worker` as a process of its own."""
    settings = environment(DATABASE_URL=url, LOG_LEVEL="error")
    command = (sys.executable, "-m", "server", "worker")
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=settings)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@asynccontextmanager
async def held(database: Database, change: BulkChange, place: int) -> AsyncIterator[None]:
    """Lock the contact at a place of a bulk change: whoever comes to it waits."""
    connection = await asyncpg.connect(database.address.dsn)
    try:
        async with connection.transaction():
            await connection.execute(
                "select 1 from contact where team_id = $1 and id = (select contact_id from bulk_item"
                " where team_id = $1 and bulk_id = $2 order by contact_id offset $3 limit 1) for update",
                change.team_id,
                change.id,
                place,
            )
            yield
    finally:
        await connection.close()


async def somebody_waits(database: Database) -> bool:
    """Say whether a connection waits for a row that another one has locked."""
    here = "datname = current_database() and wait_event_type = 'Lock'"
    return bool(await rows_of(database, f"select 1 from pg_stat_activity where {here}"))


def say(what: str, begun: float) -> None:
    if os.environ.get("SAY"):
        print(f"{time.monotonic() - begun:7.1f} s  {what}", flush=True)  # noqa: T201


async def assert_each_once(database: Database, change: BulkChange) -> None:
    """Each contact has one line of the bulk change or none, as its item says, and the counts are right."""
    lines = """
        select count(*), count(distinct contact_id) from activity where team_id = $1 and bulk_id = $2
    """
    assert await rows_of(database, lines, change.team_id, change.id) == [(change.changed, change.changed)]
    items = """
        select count(*), count(*) filter (where i.outcome = 'CHANGED'),
            count(*) filter (where i.outcome = 'REFUSED'),
            count(*) filter (where a.contact_id = i.contact_id and a.bulk_id = i.bulk_id)
        from bulk_item i left join activity a on a.team_id = i.team_id and a.id = i.activity_id
        where i.team_id = $1 and i.bulk_id = $2
    """
    [counted] = await rows_of(database, items, change.team_id, change.id)
    assert counted == (change.total, change.changed, change.refused, change.changed)
    assert change.changed + change.refused == change.total
    broken = """
        select count(*) from contact c join bulk_item i on i.team_id = c.team_id and i.contact_id = c.id
        where i.bulk_id = $2 and c.team_id = $1 and (
            c.version <> (select max(version) from activity a where a.team_id = $1 and a.contact_id = c.id)
            or c.statuses <> (select after from activity a where a.team_id = $1 and a.contact_id = c.id
                order by id desc limit 1))
    """
    assert await rows_of(database, broken, change.team_id, change.id) == [(0,)]
