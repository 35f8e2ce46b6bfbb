"""The worker: does what was put off, when its time has come.

One runs in every process that serves, unless WORKER is off; `python -m server worker` runs one alone.
However many there are, each task is done by one of them: PostgreSQL hands it out. A worker holds one
connection besides the pool, on which it is told of new tasks, and asks at least every half minute.

What a worker was at when it was killed, another takes over once it has not been heard of for HEARTBEAT.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from time import perf_counter
from typing import TYPE_CHECKING, Final, Protocol

import structlog
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.errors import RetryRequested

from models import jobs
from models.engine import Database, DatabaseUnavailable
from models.jobs import KEPT_DAYS, SETTINGS, Task
from resolvers import work
from server.process import drain

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from pgqueuer.domain.models import Job
    from pgqueuer.queries import Queries

HEARTBEAT: Final = timedelta(seconds=30)
"""A task whose worker has not been heard of for this long is anyone's."""

AT_ONCE: Final = 4
"""How many tasks a worker does at the same time: each takes a connection of the pool."""

MOST_ATTEMPTS: Final = 20
"""After so many failures, about an hour, a task is put aside for a person to look at."""

WATCH_EVERY: Final = 15.0
"""Seconds between two looks at whether the connection still answers: a cable that is cut says nothing."""

LONGEST_PAUSE: Final = 30.0
PRUNE_EVERY: Final = 3_600.0

log = structlog.stdlib.get_logger("server.worker")


class Worker:
    """Does the tasks of the queue until it is told to stop."""

    def __init__(self, database: Database, *, drain_timeout: float) -> None:
        """Prepare; nothing is opened yet. `drain_timeout` is what tasks get to finish, in seconds."""
        self._database = database
        self._drain_timeout = drain_timeout
        self._stop = asyncio.Event()
        self._away = False

    def stop(self) -> None:
        """Begin nothing new, and finish what is begun."""
        self._stop.set()

    async def run(self) -> None:
        """Work until `stop`. A database that is lost is waited for, longer from try to try."""
        pause = 0.25
        while not self._stop.is_set():
            try:
                await self._work()
            except Exception as problem:  # noqa: BLE001 - whatever it is, there is work to do when it has passed
                if not self._away:
                    log.warning("the worker waits for the database", reason=str(problem) or repr(problem))
                    self._away, pause = True, 0.25
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stop.wait(), pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    async def _work(self) -> None:
        """Work on one connection, until it is lost or we are to stop."""
        connection = await self._database.connect()
        try:
            lost = asyncio.Event()
            connection.add_termination_listener(lambda _connection: lost.set())
            await connection.execute("set application_name to 'contact-status worker'")
            queries = jobs.queries(AsyncpgDriver(connection))
            manager = self._manager(queries)
            await manager.verify_structure()
            if self._away:
                log.info("the worker is back")
                self._away = False
            running = asyncio.create_task(
                manager.run(
                    batch_size=AT_ONCE // 2,
                    max_concurrent_tasks=AT_ONCE,
                    heartbeat_timeout=HEARTBEAT,
                    log_aggregation_interval=timedelta(0),
                )
            )
            others = (self._stop.wait(), lost.wait(), _answers_no_more(queries), _prune(queries))
            beside = [asyncio.create_task(each) for each in others]
            await asyncio.wait({running, *beside[:3]}, return_when=asyncio.FIRST_COMPLETED)
            silent = beside[2].done()
            manager.shutdown.set()
            await asyncio.wait({running}, timeout=self._drain_timeout)
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            if not running.done():
                # On an open connection it would be told that the tasks were called off, and forget them.
                connection.terminate()
                running.cancel()
                await asyncio.wait({running})
            elif not lost.is_set():
                running.result()
            if silent or (lost.is_set() and not self._stop.is_set()):
                raise DatabaseUnavailable("PostgreSQL has closed the connection, or answers no more.")
        finally:
            with suppress(Exception):
                await connection.close(timeout=2)

    def _manager(self, queries: Queries) -> QueueManager:
        """Return what takes tasks from the queue; each kind that there is, is done by `_do`."""
        manager = QueueManager(queries, channel=SETTINGS.channel)
        for kind in work.WORK:
            manager.entrypoint(kind.value, on_failure="hold", accepts_context=False)(self._do)
        return manager

    async def _do(self, job: Job) -> None:
        """Do one task, and log what came of it."""
        task, begun = Task.read(job.entrypoint, job.payload), perf_counter()
        line = log.bind(kind=task.kind.value, team=task.team_id, job=job.id, attempt=job.attempts + 1)
        try:
            done = await work.do(self._database, task, self._stop.is_set)
        except work.Unfinished:
            line.info("job handed on", ms=_since(begun))
            raise RetryRequested from None
        except Exception as error:
            if job.attempts + 1 >= MOST_ATTEMPTS:
                line.exception("job put aside", ms=_since(begun))
                raise
            delay = min(2**job.attempts, 300)
            line.warning("job failed", ms=_since(begun), again_in=delay, exc_info=True)
            raise RetryRequested(timedelta(seconds=delay), str(error)) from error
        line.info("job", ms=_since(begun), **done)


def _since(begun: float) -> float:
    return round((perf_counter() - begun) * 1000, 2)


async def _answers_no_more(queries: Queries) -> None:
    """Return when the connection has not answered for as long as between two looks."""
    with suppress(Exception):
        while True:
            await asyncio.wait_for(queries.driver.fetch("select 1"), WATCH_EVERY)
            await asyncio.sleep(WATCH_EVERY)


async def _prune(queries: Queries) -> None:
    """Forget now and then what has long been done."""
    while True:
        table = SETTINGS.qualified.queue_table_log
        old = f"delete from {table} where created < now() - interval '{KEPT_DAYS} days'"  # noqa: S608 - ours
        await queries.driver.execute(old)
        await asyncio.sleep(PRUNE_EVERY)


class Runs(Protocol):
    """What runs until it is told to stop."""

    async def run(self) -> None:
        """Run until `stop`."""

    def stop(self) -> None:
        """Begin nothing new, and finish what is begun."""


@asynccontextmanager
async def working(*at_work: Runs) -> AsyncIterator[None]:
    """Run these meanwhile; they stop with the process, as soon as that begins to drain."""

    def stop() -> None:
        for each in at_work:
            each.stop()

    running = [asyncio.create_task(each.run()) for each in at_work]
    draining = asyncio.create_task(drain.wait())
    draining.add_done_callback(lambda _task: stop())
    try:
        yield
    finally:
        stop()
        draining.cancel()
        await asyncio.gather(*running)
