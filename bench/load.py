"""Fill a database with teams of many contacts: `python -m bench.load --contacts N [--teams M]`.

Ten million contacts take minutes: rows are stamped from the demo's team and copied in, foreign keys are not
checked one by one (they hold by construction; a test checks it), and secondary indexes are built at the end.
All of it is one transaction: a load that is interrupted leaves nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Annotated, TypeVar

import asyncpg  # type: ignore[import-untyped]
import typer
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TimeElapsedColumn, TimeRemainingColumn
from sqlalchemy import func, select

from bench import pattern
from bench.stamp import COMPUTED, Bases, Row, Stamp
from models.connection import Address
from models.engine import Database, migrate
from models.tables import Member
from resolvers import accounts
from server import commands, demo, demo_data, settings

BIG = ("contact", "enrolment", "activity")
EACH = 10_000
"""How many rows go by before the progress bar moves."""

Item = TypeVar("Item")


async def load(url: str, contacts: int, teams: int = 1, progress: Progress | None = None) -> list[int]:
    """Load so many contacts, spread evenly over so many teams; return the ids of the teams.

    The demo's team is made first unless it is there. The URL's user must be a superuser.
    """
    await make_pattern(url)
    connection = await asyncpg.connect(Address.parse(url).dsn)
    try:
        demo_team = await connection.fetchval("select id from team where name = $1", demo_data.TEAM)
        stamp = Stamp(await pattern.read(connection, demo_team), contacts // teams)
        async with connection.transaction():
            await connection.execute("set local session_replication_role = replica")
            await connection.execute("set local maintenance_work_mem = '512MB'")
            bases = await _reserve(connection, stamp, teams)
            dropped = await _drop_indexes(connection) if contacts >= 100_000 else []
            for table, count in stamp.counts().items():
                rows = _shown(_all(stamp, table, bases), table, count * teams, progress)
                await connection.copy_records_to_table(table, records=rows, columns=stamp.columns[table])
            for definition in _shown(iter(dropped), "index", len(dropped), progress, each=1):
                await connection.execute(definition)
        for name in COMPUTED:
            await connection.execute(f"vacuum (analyze) {name}")
        return [each.team + 1 for each in bases]
    finally:
        await connection.close()


async def make_pattern(url: str) -> None:
    """Make the demo's team unless it is there."""
    database = Database(url)
    try:
        await demo.load(database, lambda _done, _of: None)
    finally:
        await database.close()


async def _reserve(connection: asyncpg.Connection, stamp: Stamp, teams: int) -> list[Bases]:
    """Take the ids that the teams need, so that whoever inserts meanwhile or later gets others."""
    first = {}
    for table, count in stamp.counts().items():
        take = f"select setval('{table}_id_seq', nextval('{table}_id_seq') + $1)"
        first[table] = await connection.fetchval(take, count * teams) - count * teams
    each = stamp.counts()
    return [
        Bases(**{table: first[table] + number * each[table] for table in first}) for number in range(teams)
    ]


async def _drop_indexes(connection: asyncpg.Connection) -> list[str]:
    """Drop the indexes that no constraint needs, and return what makes them again."""
    found = await connection.fetch(
        """
        select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
        where indrelid = any($1::regclass[])
          and not exists (select from pg_constraint where conindid = indexrelid)
        """,
        list(BIG),
    )
    for row in found:
        await connection.execute(f"drop index {row['name']}")
    return [row["definition"] for row in found]


def _all(stamp: Stamp, table: str, bases: list[Bases]) -> Iterator[Row]:
    for at in bases:
        yield from stamp.rows(table, at)


def _shown(
    rows: Iterator[Item], title: str, total: int, progress: Progress | None, each: int = EACH
) -> Iterator[Item]:
    """Pass rows on and show how far they are."""
    task = progress.add_task(title, total=total) if progress else None
    for number, row in enumerate(rows, 1):
        yield row
        if progress and task is not None and number % each == 0:
            progress.update(task, completed=number)
    if progress and task is not None:
        progress.update(task, completed=total, total=total)


def bar() -> Progress:
    """Return a progress bar that counts rows."""
    columns = (*Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True))


async def _main(url: str, contacts: int, teams: int) -> None:
    await migrate(url)
    with bar() as progress:
        made = await load(url, contacts, teams, progress)
    console = Console()
    console.print(f"{contacts:,} contacts in {len(made):,} teams, numbers {made[0]} to {made[-1]}.")
    database = Database(url)
    key = await key_of(database, made[0])
    await database.close()
    console.print(f"A key of the first of them: {key}", soft_wrap=True)


async def key_of(database: Database, team_id: int) -> str:
    """Make a key for the first member of a team."""
    async with database.read(team_id) as session:
        member_id = (await session.execute(select(func.min(Member.id)))).scalar_one()
    made = await accounts.create_key(database, team_id, member_id=member_id)
    if isinstance(made, accounts.NewKey):
        return made.key
    raise LookupError(f"the key was refused: {[problem.message for problem in made]}")


def main(
    contacts: Annotated[int, typer.Option(min=1, help="How many contacts.")],
    teams: Annotated[int, typer.Option(min=1, help="Over how many teams they are spread.")] = 1,
) -> None:
    """Load contacts into the database of DATABASE_URL, or into the embedded one of this checkout."""
    with commands.postgres(settings.load()) as url:
        asyncio.run(_main(url, contacts, teams))


if __name__ == "__main__":
    typer.run(main)
