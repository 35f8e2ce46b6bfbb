"""Look-ups and changes that come at once and differ in one key, from whatever requests, in one statement.

Requests that arrive while the event loop is busy are begun in one turn of it. The first of them that looks
something up waits for the end of that turn and, if such a look-up is under way, for its end; then it asks for
all that came meanwhile. Under load most of what a look-up costs, here and in PostgreSQL, is shared; without
load nothing is waited for. So it is with changes, but they do not wait for those under way.
"""

from __future__ import annotations

import asyncio
from types import coroutine
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Generator, Hashable, Mapping

    _Others: TypeAlias = list[tuple[int, asyncio.Future[Any]]]
    Read: TypeAlias = Callable[[Collection[int]], Awaitable[Mapping[int, Any]]]
    Write: TypeAlias = Callable[[Mapping[int, Any]], Awaitable[Mapping[int, Any]]]

MOST: Final = 100
"""How many keys one statement is asked for, unless it is said."""

PATIENCE: Final = 0.05
"""For how many seconds a look-up waits at most for one under way: that one's connection may be at fault."""


class _Left(Exception):
    """Who would have asked for all was cancelled."""


class Together:
    """Gathers what is of one kind, which says all of what it is but the key, and on whose behalf."""

    def __init__(self) -> None:
        self._open: dict[Hashable, _Others] = {}
        self._under_way: dict[Hashable, list[asyncio.Future[None]]] = {}
        """By kind, those that wait for the look-up under way."""
        self._gathering: dict[Hashable, tuple[dict[int, Any], asyncio.Task[Mapping[int, Any]]]] = {}

    async def look_up(self, kind: Hashable, key: int, read: Read, most: int = MOST) -> Any:
        """Return what there is by a key, or None; `read` returns it for so many keys at `most`, of this kind.

        Raises what `read` raises. Who is cancelled takes nobody along. What is returned for one key is the
        same for all who asked for it: they must not change it.
        """
        while (others := self._open.get(kind)) is not None and len(others) < most - 1:
            mine: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            others.append((key, mine))
            try:
                return await mine
            except _Left:
                pass
        return await self._for_all(kind, key, read)

    async def write(self, kind: Hashable, key: int, given: Any, write: Write, most: int) -> Any:
        """Return what came of writing what is given for a key, or None; `write` does it for `most` at most.

        One key comes once in a statement: nothing comes of the next that comes at the same time. Raises what
        `write` raises. Who is cancelled does not stop what others may wait for.
        """
        gathering = self._gathering.get(kind)
        if gathering is None or len(gathering[0]) >= most:
            asked: dict[int, Any] = {}
            gathering = asked, asyncio.create_task(self._written(kind, asked, write))
            self._gathering[kind] = gathering
        asked, task = gathering
        if key in asked:
            return None
        asked[key] = given
        return (await asyncio.shield(task)).get(key)

    async def _written(self, kind: Hashable, asked: dict[int, Any], write: Write) -> Mapping[int, Any]:
        """Write what has come by now: a task begins at the end of the turn in which it was made."""
        if self._gathering[kind][0] is asked:
            del self._gathering[kind]
        return await write(asked)

    async def _for_all(self, kind: Hashable, key: int, read: Read) -> Any:
        """Ask for the others too that come until then."""
        others = self._open[kind] = []
        failed: Exception = _Left()
        found: Mapping[int, Any] | None = None
        try:
            try:
                await _end_of_turn()
                if (behind := self._under_way.get(kind)) is not None:
                    await _turn(behind)
            finally:
                if self._open.get(kind) is others:
                    del self._open[kind]
            behind = self._under_way[kind] = []
            try:
                found = await read({key, *(each for each, _ in others)} if others else (key,))
            finally:
                if self._under_way.get(kind) is behind:
                    del self._under_way[kind]
                for turn in behind:
                    _give(turn)
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


async def _turn(behind: list[asyncio.Future[None]]) -> None:
    """Wait until the look-up is at its end that these wait for, but not for ever."""
    loop = asyncio.get_running_loop()
    turn = loop.create_future()
    behind.append(turn)
    timer = loop.call_later(PATIENCE, _give, turn)
    try:
        await turn
    finally:
        timer.cancel()


def _give(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_result(None)
