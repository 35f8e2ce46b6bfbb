"""The bell: tells every process that a team's log has grown. It only wakes; the log is the truth.

PostgreSQL lets transactions that notify commit one after the other, so no writer's transaction does. A
process rings after its commits, on a connection of its own, once for all that it wrote in a moment. A ring
that is lost costs nothing but time: whoever follows a log looks every few seconds anyway.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

import asyncpg  # type: ignore[import-untyped]

from models.connection import DatabaseProblem

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Hear = Callable[[int], None]

GROWN: Final = "log has grown"
"""The mark on a session (in `info`) whose commit is worth ringing for."""
CHANNEL: Final = "contact_status_log"
MOMENT: Final = 0.05
"""Seconds in which all that is written is told in one ring."""
AT_ONCE: Final = 300
"""Teams named in one ring: what a notification holds is below 8,000 bytes."""

_LOST: Final = (DatabaseProblem, asyncpg.PostgresError, asyncpg.InterfaceError, OSError)
_log = logging.getLogger(__name__)


class Bell:
    """One process's bell; it opens its connection when it is first rung or listened to."""

    def __init__(self, connect: Callable[[], Awaitable[asyncpg.Connection]]) -> None:
        self._connect = connect
        self._connection: asyncpg.Connection | None = None
        self._alone = asyncio.Lock()
        self._hear: Hear | None = None
        self._listening = False
        self._teams: set[int] = set()
        self._ringing: asyncio.Task[None] | None = None

    def ring(self, team_id: int) -> None:
        """Tell every process, in a moment, that this team's log has grown."""
        self._teams.add(team_id)
        if self._ringing is None or self._ringing.done():
            self._ringing = asyncio.get_running_loop().create_task(self._ring())

    async def _ring(self) -> None:
        while self._teams:
            await asyncio.sleep(MOMENT)
            named = sorted(self._teams)[:AT_ONCE]
            self._teams.difference_update(named)
            try:
                async with self._alone:
                    connection = await self._opened()
                    await connection.execute(
                        "select pg_notify($1, $2)", CHANNEL, ",".join(map(str, named)), timeout=5
                    )
            except (*_LOST, TimeoutError):
                _log.info("The bell was not heard; those who follow look by themselves", exc_info=True)

    async def listen(self, hear: Hear) -> None:
        """Have `hear` called with each team that any process rings for. Call it again now and then.

        A connection that was lost is opened anew; raises what connecting raises.
        """
        self._hear = hear
        async with self._alone:
            await self._opened()

    async def _opened(self) -> asyncpg.Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection, self._listening = await self._connect(), False
        if self._hear and not self._listening:
            await self._connection.add_listener(CHANNEL, self._heard)
            self._listening = True
        return self._connection

    def _heard(self, _connection: object, _process: int, _channel: str, teams: object) -> None:
        if self._hear:
            for team in str(teams).split(","):
                self._hear(int(team))

    async def close(self) -> None:
        """Ring for what was written last, and close the connection."""
        if self._ringing:
            await self._ringing
        if self._connection:
            await self._connection.close(timeout=5)
