"""Work for later: put into the queue by the transaction that makes it necessary, done by `server.worker`.

The queue is pgqueuer's, in a schema of its own: of a team it holds the number, and nothing else of anyone.
`pgq` looks into it, given PGQUEUER_SCHEMA=jobs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final, cast

import orjson
from pgqueuer.adapters.persistence.qb import (
    QueryBuilderEnvironment,
    QueryQueueBuilder,
    QuerySchedulerBuilder,
)
from pgqueuer.domain.settings import DBSettings, Durability
from pgqueuer.domain.types import Channel
from pgqueuer.ports.driver import Driver
from pgqueuer.queries import Queries

if TYPE_CHECKING:
    from sqlmodel.ext.asyncio.session import AsyncSession

SCHEMA: Final = "jobs"

# Each one is named: what is left out, pgqueuer would look for in the environment.
SETTINGS: Final = DBSettings(
    prefix="",
    db_schema=SCHEMA,
    channel=Channel("contact_status_jobs"),
    function="fn_pgqueuer_changed",
    statistics_table="pgqueuer_statistics",
    queue_status_type="pgqueuer_status",
    queue_table="pgqueuer",
    queue_table_log="pgqueuer_log",
    trigger="tg_pgqueuer_changed",
    schedules_table="pgqueuer_schedules",
    durability=Durability.durable,
    widen_id=True,
)
KEPT_DAYS: Final = 7
"""How long the queue's log says what became of a job."""


class Kind(StrEnum):
    """What there is to do; `resolvers.work` says how each is done."""

    END_ABSENCES = "end absences"
    CHANGE_MANY = "change many"


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do for a team at a time.

    Of several with the same `once` that wait at the same time, one is done; None: each is. `about` is the
    row of the team that it is about, of kinds that are about one.
    """

    kind: Kind
    team_id: int
    at: datetime
    once: str | None = None
    about: int | None = None

    @classmethod
    def read(cls, kind: str, payload: bytes | None) -> Task:
        """Read a task as the queue keeps it."""
        given = orjson.loads(payload or b"{}")
        at = datetime.fromisoformat(given["at"])
        return cls(Kind(kind), given["team"], at, about=given.get("about"))


def queries(driver: Driver) -> Queries:
    """Return the queue's statements, on our schema."""
    return Queries(
        driver,
        QueryBuilderEnvironment(SETTINGS),
        QueryQueueBuilder(SETTINGS),
        QuerySchedulerBuilder(SETTINGS),
    )


async def enqueue(session: AsyncSession, tasks: Iterable[Task]) -> None:
    """Put tasks into the queue, in one statement: they are there if the transaction commits.

    A task that waits there already is locked until then, so that no worker can do it before it could see
    what this transaction wrote; in one order, so that no two transactions wait for each other.
    """
    given = sorted(set(tasks), key=lambda task: (task.kind, task.team_id, task.at))
    if not given:
        return
    now = datetime.now(UTC)
    await queries(cast("Driver", _InTransaction(session))).enqueue(
        [task.kind.value for task in given],
        [orjson.dumps(_payload(task)) for task in given],
        [0] * len(given),
        [task.at - now for task in given],
        [task.once and f"{task.kind.value}:{task.team_id}:{task.once}" for task in given],
        on_conflict="update_priority",
    )


def _payload(task: Task) -> dict[str, object]:
    about = {} if task.about is None else {"about": task.about}
    return {"team": task.team_id, "at": task.at} | about


class _InTransaction:
    """Runs the queue's statements in a session's transaction: of a driver, the part that enqueues."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        connection = await self._session.connection()
        return [dict(row) for row in (await connection.exec_driver_sql(query, args)).mappings()]
