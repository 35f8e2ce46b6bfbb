"""Fields whose value is not there yet: awaited side by side, and none left behind.

Generated code renders what it can at once and notes the rest: where the value goes, what is awaited, and
the function that renders it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from inspect import iscoroutine
from typing import Any, NamedTuple

from strawberry.execution import optimized_is_awaitable

from execution.outcomes import Bail
from execution.replay import Recorded


class Pending(NamedTuple):
    """A value that is awaited, the place it goes to, and how it is rendered."""

    target: dict[str, Any]
    key: str
    awaitable: Awaitable[Any]
    render: Callable[[Any, Any, "list[Pending]", Any], Any]
    here: Any


async def settle(pending: list[Pending], run: Any, recorded: Recorded | None = None) -> None:
    """Await all, each going on with what is below it as soon as it is there.

    Raises what went wrong first in order, once all are done: a sibling that is cancelled half-way may leave a
    DataLoader hanging. If the request is cancelled, all of them are. What the awaited themselves raise is
    recorded if these are root fields.
    """
    if len(pending) == 1:
        await _finish(pending[0], run, recorded)
        return
    awaited = [_finish(each, run, recorded) for each in pending]
    outcomes = await asyncio.gather(*awaited, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, asyncio.CancelledError):  # its own doing: nobody has cancelled the request
            raise Bail from outcome
        if isinstance(outcome, BaseException):
            raise outcome


async def _finish(each: Pending, run: Any, recorded: Recorded | None) -> None:
    try:
        value = await each.awaitable
    except Exception as error:
        if recorded is not None:
            recorded.error(each.key, error)
        raise
    below: list[Pending] = []
    try:
        each.target[each.key] = each.render(value, run, below, each.here)
    except BaseException:
        await drain(below)
        raise
    if below:
        await settle(below, run)


async def drain(pending: list[Pending]) -> None:
    """Leave nothing behind: what has begun is awaited, what has not is closed."""
    begun = []
    for each in pending:
        if iscoroutine(each.awaitable):
            each.awaitable.close()
        elif asyncio.isfuture(each.awaitable):
            begun.append(each.awaitable)
    if begun:
        await asyncio.gather(*begun, return_exceptions=True)


def settle_in_background(values: Sequence[Any]) -> None:
    """Await what can be awaited without waiting for it, so that its errors are seen."""
    awaitables = [value for value in values if optimized_is_awaitable(value)]
    if awaitables:
        future = asyncio.gather(*awaitables, return_exceptions=True)
        _background.add(future)
        future.add_done_callback(_background.discard)


_background: set[asyncio.Future[Any]] = set()
