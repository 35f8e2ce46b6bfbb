"""Fields whose value is not there yet: awaited side by side, and none left behind.

Generated code renders what it can at once and notes the rest: where the value goes, what is awaited, and
the function that renders it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from inspect import iscoroutine
from typing import Any

from strawberry.execution import optimized_is_awaitable

from execution.outcomes import Bail
from execution.replay import Recorded

Render = Callable[[Any, Any, list[Any], Any], Any]
Pending = tuple[dict[str, Any] | None, str, Awaitable[Any], Render, Any]
"""Where a value goes, its key there, what is awaited, the function that renders it, and its place."""
Waiting = tuple[str, Awaitable[Any], Render, Any]
"""The same before there is the object it goes to."""


def note(pending: list[Pending], target: dict[str, Any] | None, waiting: list[Waiting]) -> None:
    """Note what the fields of an object wait for; without the object, only that it is not left behind."""
    pending.extend([(target, *each) for each in waiting])


def later(  # noqa: PLR0917 -- called by generated code
    waiting: list[Waiting], key: str, value: Any, render: Render, here: Any, run: Any, pending: list[Pending]
) -> Any:
    """Note a field's value if it is awaited; otherwise render it, though its class is not the usual one."""
    if not optimized_is_awaitable(value):
        return render(value, run, pending, here)
    waiting.append((key, value, render, here))
    return None


async def settle(pending: list[Pending], run: Any, recorded: Recorded | None = None) -> None:
    """Await all, each going on with what is below it as soon as it is there.

    Raises what went wrong first in order, once all are done: a sibling that is cancelled half-way may leave a
    DataLoader hanging. If the request is cancelled, all of them are. What the awaited themselves raise is
    recorded if these are root fields.
    """
    if len(pending) == 1:
        await _finish(pending[0], run, recorded)
        return
    gathered = asyncio.gather(*[_finish(each, run, recorded) for each in pending], return_exceptions=True)
    if recorded is not None:
        recorded.begin()
    outcomes = await gathered
    for outcome in outcomes:
        if isinstance(outcome, asyncio.CancelledError):  # its own doing: nobody has cancelled the request
            raise Bail from outcome
        if isinstance(outcome, BaseException):
            raise outcome


async def _finish(each: Pending, run: Any, recorded: Recorded | None) -> None:
    target, key, awaitable, render, here = each
    try:
        value = await awaitable
    except Exception as error:
        if recorded is not None:
            recorded.error(key, error)
        raise
    below: list[Pending] = []
    try:
        rendered = render(value, run, below, here)
    except BaseException:
        await drain(below)
        raise
    if target is not None:
        target[key] = rendered
    if below:
        await settle(below, run)


async def drain(pending: list[Pending]) -> None:
    """Leave nothing behind: what has begun is awaited, what has not is closed."""
    begun = []
    for _, _, awaitable, _, _ in pending:
        if iscoroutine(awaitable):
            awaitable.close()
        elif asyncio.isfuture(awaitable):
            begun.append(awaitable)
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
