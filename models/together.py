"""Look-ups by key that come at once, from whatever requests, in one statement.

Requests that arrive while the event loop is busy are begun in one turn of it. The first of them that looks
something up waits for the end of that turn, and then asks for all of them: under load most of what a look-up
costs, here and in PostgreSQL, is shared; without load nothing is waited for.
"""

from __future__ import annotations

import asyncio
from types import coroutine
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Generator, Hashable

    from models.pool import Row

    _Others: TypeAlias = list[tuple[int, asyncio.Future[Row | None]]]
    Read: TypeAlias = Callable[[Collection[int]], Awaitable[list[Row]]]

MOST: Final = 100
"""How many keys one statement is asked for."""


class _Left(Exception):
    """Who would have asked for all was cancelled."""


class Together:
    """Gathers look-ups of a kind, which says on whose behalf too; the first value of a row is its key."""

    def __init__(self) -> None:
        self._open: dict[Hashable, _Others] = {}

    async def look_up(self, kind: Hashable, key: int, read: Read) -> Row | None:
        """Return a row by its key, or None; `read` returns the rows of some keys, for this kind.

        Raises what `read` raises. Who is cancelled takes nobody along.
        """
        while (others := self._open.get(kind)) is not None and len(others) < MOST - 1:
            mine: asyncio.Future[Row | None] = asyncio.get_running_loop().create_future()
            others.append((key, mine))
            try:
                return await mine
            except _Left:
                pass
        return await self._for_all(kind, key, read)

    async def _for_all(self, kind: Hashable, key: int, read: Read) -> Row | None:
        """Ask for the others too that come in this turn of the event loop."""
        others = self._open[kind] = []
        failed: Exception = _Left()
        found: dict[int, Any] | None = None
        try:
            try:
                await _end_of_turn()
            finally:
                if self._open.get(kind) is others:
                    del self._open[kind]
            rows = await read({key, *(each for each, _ in others)} if others else (key,))
            found = {row[0]: row for row in rows}
            return found.get(key)
        except Exception as error:
            failed = error
            raise
        finally:
            for each, waiting in others:
                if waiting.done():  # cancelled
                    continue
                if found is None:
                    waiting.set_exception(failed)
                else:
                    waiting.set_result(found.get(each))


@coroutine
def _end_of_turn() -> Generator[None]:
    """Let everything else go first that is to go in this turn: `asyncio.sleep(0)` in one call."""
    yield
