"""A bulk change whose worker is killed -9 while it makes it, and again; then what must hold of every contact.

`python -m tests.server.bulk_storm --contacts 100000` does it at length, on a PostgreSQL of its own.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from argparse import ArgumentParser
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import func, select

from bench.load import load
from models import accounts
from models.engine import Database, migrate
from models.tables import BulkChange, BulkState, Member, Scope
from resolvers import bulk_changes
from resolvers.bulk_token import Asked
from resolvers.context import Caller, Context
from rules.statuses import Status
from server.postgres import EmbeddedPostgres
from server.postgres_home import find
from tests.resolvers.away import rows_of, until
from tests.resolvers.bulk import as_stored, asked, started
from tests.server.test_cli import ROOT, environment


async def made_despite(
    database: Database, url: str, change: BulkChange, context: Context, kills: Sequence[float]
) -> BulkChange:
    """Have a bulk change made, its worker killed in the middle of a slice at each such part; return it done.

    Each time a contact is held, so that the worker waits for it with a part of its slice in hand.
    """
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


async def storm(database: Database, url: str, context: Context, what: Asked) -> None:
    """Make a bulk change and undo it, each with its worker killed twice; every set is as it was."""
    sets = "select id, statuses from contact where team_id = $1 order by id"
    before = await rows_of(database, sets, context.team_id)
    change = await made_despite(database, url, await started(context, what), context, (0.3, 0.7))
    await assert_each_once(database, change)
    undo = await bulk_changes.undo(context, change.id)
    assert isinstance(undo, BulkChange)
    undone = await made_despite(database, url, undo, context, (0.3, 0.7))
    await assert_each_once(database, undone)
    assert (undone.changed, undone.refused) == (change.changed, 0)
    assert await rows_of(database, sets, context.team_id) == before
    print(f"{change.changed:,} changed, {change.refused:,} refused, all undone: {change.reasons}")  # noqa: T201


async def _main(contacts: int) -> None:
    os.environ["SAY"] = "1"
    with EmbeddedPostgres(find(f"bulk-{os.getpid()}")) as postgres:
        url = postgres.url
        await migrate(url)
        [team_id] = await load(url, contacts)
        database = Database(url)
        caller = await member_of(database, team_id)
        await storm(database, url, Context(database, caller), asked(add=[Status.PAUSED]))
        await database.close()


async def member_of(database: Database, team_id: int) -> Caller:
    """Return the first member of a team, as who it acts as with a key of its own."""
    async with database.read(team_id) as session:
        team = await accounts.team(session, team_id)
        member_id = (await session.execute(select(func.min(Member.id)))).scalar_one()
    assert team
    scopes = frozenset({Scope.READ, Scope.WRITE})
    return Caller(team_id, team.team_edition, team.visibility, member_id, scopes)


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=100_000)
    asyncio.run(_main(parser.parse_args().contacts))
