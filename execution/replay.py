"""What root fields came to, so that the reference can go on without running them again.

For a mutation that is all: nothing is done twice. Of a query, what its root fields raised is kept: a database
that has not answered is not asked again. What they returned is asked for anew.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Final

from graphql import GraphQLResolveInfo
from strawberry.execution import optimized_is_awaitable

from execution.outcomes import Bail

TURNS: Final = 5
"""Turns of the event loop between two errors: enough for the reference to cancel what the first one ends."""


class Recorded:
    """The outcomes of root fields by response key, and the middleware that gives them to the reference."""

    __slots__ = ("_at_once", "_errors", "_values")

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}
        self._errors: dict[str, tuple[Exception, int | None]] = {}
        self._at_once = True

    async def outcome(self, key: str, ask: Callable[..., Any], *arguments: Any) -> Any:
        """Resolve a root field, note what came of it, and return or raise that."""
        try:
            value = ask(*arguments)
            if optimized_is_awaitable(value):
                value = await value
        except Bail:  # before the resolver was called
            raise
        except Exception as error:
            self._errors[key] = (error, None)
            raise
        self._values[key] = value
        return value

    def begin(self) -> None:
        """Note that root fields were set going side by side, in this turn of the event loop."""
        asyncio.get_running_loop().call_soon(self._first_steps_are_done)

    def error(self, key: str, error: Exception) -> None:
        """Note what a root field raised that was set going beside others."""
        self._errors[key] = (error, 0 if self._at_once else len(self._errors) + 1)

    def __bool__(self) -> bool:
        return bool(self._values or self._errors)

    def resolve(
        self, next_: Callable[..., Any], source: Any, info: GraphQLResolveInfo[Any], **arguments: Any
    ) -> Any:
        """Answer for a root field that has run; every other is resolved as ever."""
        if info.path.prev is None:
            key = info.path.key
            if key in self._errors:
                error, turn = self._errors[key]
                if turn is None:
                    raise error
                return _raise(error, turn)
            if key in self._values:
                return self._values[key]
        return next_(source, info, **arguments)

    def _first_steps_are_done(self) -> None:
        self._at_once = False


async def _raise(error: Exception, turn: int) -> Any:
    """Raise in turn: whoever raised first may have ended those after it, but not those of the same moment."""
    for _ in range(TURNS * turn):
        await asyncio.sleep(0)
    raise error
