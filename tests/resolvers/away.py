"""Short words of the tests about absences: who is away, until when, and what waits to be done."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg  # type: ignore[import-untyped]

from models.engine import Database
from models.tables import Enrolment
from resolvers.context import Context
from resolvers.events import Happened
from rules.events import Event
from rules.facts import OutOfOfficeProcessing
from tests.resolvers.making import a_sequence, enrolled, recorded, the_record
from tests.world import Home

AUTOMATIC, MANUAL = OutOfOfficeProcessing.AUTOMATIC, OutOfOfficeProcessing.MANUAL
LONG_AGO = datetime.now(UTC) - timedelta(days=30)


async def put_away(home: Home, ids: list[int], at: datetime | None = None, **more: Any) -> None:
    """Have contacts receive an email and answer it by machine that they are out of office."""
    sent = [Happened(Event.EMAIL_SENT, id_) for id_ in ids]
    await recorded(
        home.system.context,
        [*sent, *(Happened(Event.OUT_OF_OFFICE_RECEIVED, id_, at=at, **more) for id_ in ids)],
    )


async def away(home: Home, count: int = 1, at: datetime | None = None, **more: Any) -> list[int]:
    """Enroll contacts into an automatic sequence of their own, and put them out of office."""
    given = {"out_of_office": AUTOMATIC} | more.pop("settings", {})
    ids = await enrolled(home.owner.context, await a_sequence(home.owner.context, "A", "B", **given), count)
    await put_away(home, ids, at, **more)
    return ids


async def stay_of(context: Context, contact_id: int) -> Enrolment:
    """Return the present stay of a contact."""
    stay = (await the_record(context, contact_id)).enrolment
    assert stay is not None
    return stay


async def waiting(database: Database, team_id: int) -> list[datetime]:
    """Return when the tasks of a team that wait are to be done."""
    query = """
        select convert_from(payload, 'utf8')::jsonb ->> 'at' from jobs.pgqueuer
        where (convert_from(payload, 'utf8')::jsonb ->> 'team')::bigint = $1 order by 1
    """
    return [datetime.fromisoformat(at) for (at,) in await rows_of(database, query, team_id)]


async def rows_of(database: Database, query: str, *given: object) -> list[tuple[Any, ...]]:
    """Run a statement as the owner of the tables."""
    connection = await asyncpg.connect(database.address.dsn)
    try:
        return [tuple(row) for row in await connection.fetch(query, *given)]
    finally:
        await connection.close()


async def let_time_pass(database: Database, team_id: int) -> None:
    """Move the ends of a team's absences, and all tasks, a year into the past."""
    year = "- interval '1 year'"
    await rows_of(
        database, f"update enrolment set away_until = away_until {year} where team_id = $1", team_id
    )
    await rows_of(database, f"update jobs.pgqueuer set execute_after = execute_after {year}")


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something is so; a test that waits in vain is ended by pytest's timeout."""
    while not await condition():  # noqa: ASYNC110 -- it is another process that makes it so
        await asyncio.sleep(0.05)
