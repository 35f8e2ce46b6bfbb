"""A light pool: connections that are lent for one statement, prepare it once, and know whose rows they show.

Row level security reads the team from a setting of the connection. Naming it costs a round trip, so it is
named only where the connection showed another team before, and each team is given back, if it can be, a
connection that shows it already. Until the setting is known to be made, a connection shows nobody: whatever
goes wrong on the way, an error or a cancelled request, it is named anew or not used again.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Final

import asyncpg  # type: ignore[import-untyped]

from models.connection import TRY_AGAIN, DatabaseUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

__all__ = ["Plans", "Pool", "Row"]

Row = Any
"""One row, as asyncpg returns it: its values by place and by name."""

STATEMENTS: Final = 500
"""How many statements a connection keeps prepared: each selection and filter has its own."""


class Plans(Enum):
    """How PostgreSQL comes to the plan of a statement; measured, see docs/performance.md."""

    ONE = auto()
    """One plan does for all values: it looks up by key. Planning anew would cost as much as running it."""
    CHOSEN = auto()
    """PostgreSQL chooses between that and planning anew."""
    EACH = auto()
    """The best plan depends on the values: it is planned for those it runs with, each time."""


_SHOW: Final = "select set_config('app.team', $1, false), set_config('plan_cache_mode', $2, false)"
_NOT_SAID: Final = (-1, False)
_LOST: Final = (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, ConnectionError)
_ENDED: Final = (asyncpg.AdminShutdownError, asyncpg.CrashShutdownError, asyncpg.CannotConnectNowError)


class ConnectionLost(DatabaseUnavailable):
    """The connection ended while a statement ran."""


class _Link:
    """A connection, the team it shows, whether one plan does for it, and what it has prepared."""

    __slots__ = ("connection", "prepared", "shows")

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection
        self.shows: tuple[int | None, bool] = _NOT_SAID
        self.prepared: dict[str, Any] = {}

    async def show(self, team_id: int | None, *, one_plan: bool) -> None:
        """Show this team's rows from now on, by one plan a statement or by those PostgreSQL chooses."""
        self.shows = _NOT_SAID
        mode = "force_generic_plan" if one_plan else "auto"
        await self.run(_SHOW, ("" if team_id is None else str(team_id), mode))
        self.shows = team_id, one_plan

    async def run(self, statement: str, values: tuple[Any, ...], *, once: bool = False) -> list[Row]:
        """Run a statement, prepared at its first use, or `once`; the oldest gives way to a new one."""
        prepared = None if once else self.prepared.get(statement)
        if prepared is None:
            if not once and len(self.prepared) >= STATEMENTS:
                del self.prepared[next(iter(self.prepared))]
            prepared = await self.connection.prepare(statement)
            if not once:
                self.prepared[statement] = prepared
        rows: list[Row] = await prepared.fetch(*values)
        return rows


class Pool:
    """Connections that are opened as they are needed, up to `size`."""

    def __init__(
        self, connect: Callable[[], Awaitable[asyncpg.Connection]], *, size: int, timeout: float, name: str
    ) -> None:
        """Prepare the pool; `timeout` is how many seconds a caller waits for a connection."""
        self._connect = connect
        self._room = asyncio.Semaphore(size)
        self._timeout = timeout
        self._name = name
        self._idle: list[_Link] = []  # the most lately used last: few stay warm instead of all lukewarm
        self._heard: list[list[str]] = []

    async def read(
        self, team_id: int | None, statement: str, *values: Any, plans: Plans = Plans.ONE
    ) -> list[Row]:
        """Run one statement that sees one team, or with no team no row; again if its connection was dead.

        Raises `DatabaseUnavailable` if there is no connection, if two are lost, or if it takes too long.
        """
        await self._turn()
        try:
            if link := self._taken(team_id, plans is Plans.ONE):
                try:
                    return await self._run(link, team_id, statement, values, plans)
                except ConnectionLost:
                    pass  # it had died since it was used last
            return await self._run(_Link(await self._connect()), team_id, statement, values, plans)
        finally:
            self._room.release()

    async def write(self, team_id: int, statement: str, *values: Any) -> list[Row]:
        """Run one statement that may change rows of one team; a transaction of its own, and never run twice.

        Raises `DatabaseUnavailable` as `read` does, but already if one connection is lost.
        """
        await self._turn()
        try:
            link = self._taken(team_id, True) or _Link(await self._connect())
            return await self._run(link, team_id, statement, values)
        finally:
            self._room.release()

    @contextmanager
    def count(self, heard: list[str]) -> Iterator[None]:
        """Collect the statements that are run meanwhile, for tests; what names the team is left out."""
        self._heard.append(heard)
        try:
            yield
        finally:
            self._heard.remove(heard)

    async def close(self) -> None:
        """Close the connections that nobody uses."""
        while self._idle:
            await self._idle.pop().connection.close()

    def _taken(self, team_id: int | None, one_plan: bool) -> _Link | None:
        """Take an idle connection: one that shows this already if there is one, else the least used."""
        idle, wanted = self._idle, (team_id, one_plan)
        while idle:
            places = range(len(idle) - 1, -1, -1)
            link = idle.pop(next((place for place in places if idle[place].shows == wanted), 0))
            if not link.connection.is_closed():
                return link
        return None

    async def _run(
        self,
        link: _Link,
        team_id: int | None,
        statement: str,
        values: tuple[Any, ...],
        plans: Plans = Plans.ONE,
    ) -> list[Row]:
        """Run a statement and give the connection back, unless it may be in the middle of something."""
        try:
            if link.shows != (team_id, plans is Plans.ONE):
                await link.show(team_id, one_plan=plans is Plans.ONE)
            for heard in self._heard:
                heard.append(statement)
            rows = await link.run(statement, values, once=plans is Plans.EACH)
        except (*_ENDED, *_LOST) as error:
            link.connection.terminate()
            raise ConnectionLost(f"The connection to {self._name} was lost: try again.") from error
        except asyncpg.PostgresError as error:
            self._idle.append(link)
            if sentence := TRY_AGAIN.get(error.sqlstate or ""):
                raise DatabaseUnavailable(sentence) from error
            raise
        except BaseException:
            link.connection.terminate()
            raise
        self._idle.append(link)
        return rows

    async def _turn(self) -> None:
        """Wait until a connection is free; whoever called gives the turn back."""
        if not self._room.locked():
            await self._room.acquire()
            return
        try:
            async with asyncio.timeout(self._timeout):
                await self._room.acquire()
        except TimeoutError as error:
            raise DatabaseUnavailable(
                f"All connections to {self._name} are in use: try again, or raise POOL_SIZE."
            ) from error
