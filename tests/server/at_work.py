"""Workers for tests, and what their queue says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from models.engine import Database
from rules.events import Event
from rules.statuses import Status
from server.worker import Worker
from tests.resolvers.away import rows_of
from tests.resolvers.making import log_of, statuses_of
from tests.world import Home

BACK = {Status.ACTIVE, Status.CONTACTED}


@asynccontextmanager
async def at_work(url: str, *, drain_timeout: float = 20) -> AsyncIterator[Worker]:
    """Run a worker as a process would, over a pool of its own."""
    pool = Database(url)
    worker = Worker(pool, drain_timeout=drain_timeout)
    running = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        worker.stop()
        await running
        await pool.close()


async def are_back(home: Home, ids: list[int]) -> bool:
    return await statuses_of(home.owner.context, ids) == [BACK] * len(ids)


async def queue(database: Database) -> list[tuple[Any, ...]]:
    return await rows_of(database, "select status::text, attempts from jobs.pgqueuer order by id")


async def nothing_is_left(database: Database) -> bool:
    return await queue(database) == []


async def assert_ended_once(home: Home, ids: list[int]) -> None:
    for contact_id in ids:
        causes = [line.cause for line in await log_of(home.owner.context, contact_id)]
        assert causes.count(Event.OUT_OF_OFFICE_OVER) == 1
