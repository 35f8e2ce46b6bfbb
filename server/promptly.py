"""Waiting for so long at most, which costs nothing where there is nothing to wait for.

A timer costs some 8 µs. A request's body has mostly arrived when it is asked for, and an answer is mostly
taken at once: then the coroutine is done at its first step, and no timer is set.
"""

import asyncio
from collections.abc import Coroutine, Generator
from types import coroutine
from typing import Any, TypeVar

Value = TypeVar("Value")


class Late(Exception):
    """It was not done in time, and has been cancelled."""


async def within(seconds: float, doing: Coroutine[Any, Any, Value]) -> Value:
    """Do it, in this task; raises `Late` after so many seconds of waiting."""
    try:
        awaited = doing.send(None)
    except StopIteration as done:
        found: Value = done.value
        return found
    timer = asyncio.timeout(seconds)
    try:
        async with timer:
            return await _rest(doing, awaited)
    except TimeoutError:
        if timer.expired():
            raise Late from None
        raise


@coroutine
def _rest(doing: Coroutine[Any, Any, Value], awaited: Any) -> Generator[Any, Any, Value]:
    """Go on with a coroutine of which the first step was taken, and which waits for something."""
    while True:
        try:
            sent = yield awaited
        except BaseException as error:  # noqa: BLE001 -- the coroutine's to handle, being cancelled included
            step: Any = doing.throw
            given: Any = error
        else:
            step, given = doing.send, sent
        try:
            awaited = step(given)
        except StopIteration as done:
            found: Value = done.value
            return found
