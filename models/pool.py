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
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import asyncpg  # type: ignore[import-untyped]

from models.connection import TRY_AGAIN, DatabaseUnavailable, NoneToSpare
from models.together import Together
from models.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

__all__ = ["Plans", "Pool", "Row"]

Row = Any
"""One row, as asyncpg returns it: its values by place and by name."""

STATEMENTS: Final = 500
"""How many statements a connection keeps prepared: each selection and filter has its own."""

REST: Final = 1.0
"""For how many seconds a turn is put by that PostgreSQL had no connection for."""


class Plans(Enum):
    """How PostgreSQL comes to the plan of a statement; measured, see docs/performance.md."""

    ONE = auto()
    """One plan does for all values: it looks up by key. Planning anew would cost as much as running it."""
    CHOSEN = auto()
    """PostgreSQL chooses between that and planning anew."""
    EACH = auto()
    """The best plan depends on the values: it is planned for those it runs with, each time."""


_SHOW: Final = "select set_config('app.team', $1, false), set_config('plan_cache_mode', $2, false)"
_Shown: TypeAlias = tuple[int | None, bool]
"""What a connection shows: the rows of a team, by one plan a statement or by those PostgreSQL chooses."""
_NOT_SAID: Final[_Shown] = (-1, False)
_LOST: Final = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # PostgreSQL's farewell has come, but not yet the end of the connection
    ConnectionError,
)
_ENDED: Final = (asyncpg.AdminShutdownError, asyncpg.CrashShutdownError, asyncpg.CannotConnectNowError)


class ConnectionLost(DatabaseUnavailable):
    """The connection ended while a statement ran."""


class _Link:
    """A connection, the team it shows, whether one plan does for it, and what it has prepared."""

    __slots__ = ("connection", "prepared", "shows")

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection
        self.shows: _Shown = _NOT_SAID
        self.prepared: dict[str, Any] = {}

    async def show(self, show: _Shown) -> None:
        """Show this team's rows from now on, by one plan a statement or by those PostgreSQL chooses."""
        self.shows = _NOT_SAID
        team_id, one_plan = show
        mode = "force_generic_plan" if one_plan else "auto"
        prepared = self.prepared.get(_SHOW) or await self.prepare(_SHOW, once=False)
        await prepared.fetch("" if team_id is None else str(team_id), mode)
        self.shows = show

    async def prepare(self, statement: str, once: bool) -> Any:
        """Prepare a statement; unless it is for `once`, it is kept, and the oldest gives way to it."""
        if not once and len(self.prepared) >= STATEMENTS:
            del self.prepared[next(iter(self.prepared))]
        prepared = await self.connection.prepare(statement)
        if not once:
            self.prepared[statement] = prepared
        return prepared


class Pool:
    """Connections that are opened as they are needed, up to `size`."""

    def __init__(
        self,
        connect: Callable[[], Awaitable[asyncpg.Connection]],
        *,
        size: int,
        timeout: float,
        name: str,
        lost: Callable[[], None],
    ) -> None:
        """Prepare the pool; `timeout` is how many seconds a caller waits for one of its connections.

        `lost` is called when a connection was: it may be another server that answers from now on.
        """
        self._connect = connect
        self._turns = Turns(size, timeout, name)
        self._name = name
        self._lost = lost
        self._busy = 0  # how many connections are being opened, or used
        self._idle: list[_Link] = []  # the most lately used last: few stay warm instead of all lukewarm
        self._heard: list[list[str]] = []
        self.together = Together()
        """Look-ups by key, and changes, that come at once."""

    async def read(
        self, team_id: int | None, statement: str, *values: Any, plans: Plans = Plans.ONE
    ) -> list[Row]:
        """Run one statement that sees one team, or with no team no row; again if its connection was dead.

        Raises `DatabaseUnavailable` if there is no connection, if two are lost, or if it takes too long.
        """
        turns = self._turns
        if turns.free:
            turns.free -= 1
        else:
            await turns.wait()
        show = team_id, plans is Plans.ONE
        try:
            if link := self._taken(show):
                try:
                    return await self._run(link, show, statement, values, once=plans is Plans.EACH)
                except ConnectionLost:
                    pass  # it had died since it was used last
            link = await self._opened(show)
            return await self._run(link, show, statement, values, once=plans is Plans.EACH)
        finally:
            turns.pass_on()

    async def write(self, team_id: int, statement: str, *values: Any) -> list[Row]:
        """Run one statement that may change rows of one team; a transaction of its own, and never run twice.

        Raises `DatabaseUnavailable` as `read` does, but already if one connection is lost.
        """
        turns = self._turns
        if turns.free:
            turns.free -= 1
        else:
            await turns.wait()
        try:
            show = team_id, True
            link = self._taken(show) or await self._opened(show)
            return await self._run(link, show, statement, values)
        finally:
            turns.pass_on()

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

    def _taken(self, wanted: _Shown) -> _Link | None:
        """Take an idle connection: one that shows this already if there is one, else the least used."""
        idle = self._idle
        while idle:
            place = len(idle) - 1
            while place and idle[place].shows != wanted:
                place -= 1
            link = idle.pop(place)
            if not link.connection.is_closed():
                return link
            self._lost()
        return None

    async def _opened(self, show: _Shown) -> _Link:
        """Open a connection; if PostgreSQL has none to spare, wait until one of those in use is free."""
        until: float | None = None
        while True:
            self._busy += 1
            try:
                return _Link(await self._connect())
            except NoneToSpare as none:
                refused = none
            finally:
                self._busy -= 1
            if link := self._taken(show):
                return link
            if not self._busy:
                raise refused
            loop = asyncio.get_running_loop()
            until = until or loop.time() + self._turns.timeout
            try:
                await self._turns.wait(until)
            except DatabaseUnavailable:
                raise refused from None
            # One turn more than there are connections: it is put by for a while.
            loop.call_later(REST, self._turns.pass_on)
            if link := self._taken(show):
                return link

    async def _run(
        self, link: _Link, show: _Shown, statement: str, values: tuple[Any, ...], *, once: bool = False
    ) -> list[Row]:
        """Run a statement and give the connection back, unless it may be in the middle of something."""
        self._busy += 1
        try:
            if link.shows != show:
                await link.show(show)
            for heard in self._heard:
                heard.append(statement)
            prepared = (None if once else link.prepared.get(statement)) or await link.prepare(statement, once)
            # What `prepared.fetch` does, without three coroutines and a closure around it.
            execute = link.connection._protocol.bind_execute  # noqa: SLF001
            rows: list[Row] = (await execute(prepared._state, values, "", 0, True, None))[0]  # noqa: SLF001
        except (*_ENDED, *_LOST) as error:
            link.connection.terminate()
            self._lost()
            raise ConnectionLost(f"The connection to {self._name} was lost: try again.") from error
        except asyncpg.PostgresError as error:
            self._idle.append(link)
            if sentence := TRY_AGAIN.get(error.sqlstate or ""):
                raise DatabaseUnavailable(sentence) from error
            raise
        except BaseException:
            link.connection.terminate()
            raise
        finally:
            self._busy -= 1
        self._idle.append(link)
        return rows
