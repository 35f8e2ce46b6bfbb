"""Waiting for so long at most, for next to nothing: all that wait under one bound share one timer.

A timer of its own costs a request some 8 µs. Bounds of one length run out in the order they began: only the
oldest one's end is waited for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import AbstractContextManager
from typing import Any, TypeVar

Value = TypeVar("Value")


class Late(Exception):
    """It was not done in time, and has been cancelled."""


class Bound:
    """So many seconds at most, for any number of tasks at once."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.waiting: dict[_Waiting, None] = {}
        """Those that wait, in the order of their ends."""
        self.watched_in: asyncio.AbstractEventLoop | None = None
        """The loop in which the timer runs; none does without it."""

    def limit(self) -> AbstractContextManager[None]:
        """Return the context in which the present task may stay so long; it ends with `Late` if it does."""
        return _Waiting(self)

    async def within(self, doing: Awaitable[Value]) -> Value:
        """Await something, in this task; raises `Late` after so many seconds."""
        with self.limit():
            return await doing

    def watch(self, loop: asyncio.AbstractEventLoop, until: float) -> None:
        """Begin to look after those that wait."""
        self.watched_in = loop
        loop.call_at(until, self._look)

    def _look(self) -> None:
        """Cancel whose time is over, and look again when the next one's is."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        for waiting in self.waiting:
            if waiting.late:
                continue
            if waiting.until > now:
                loop.call_at(waiting.until, self._look)
                return
            waiting.late = True
            waiting.task.cancel()
        self.watched_in = None


class _Waiting:
    """One that waits: its task, until when, and whether that is past."""

    __slots__ = ("bound", "late", "task", "until")

    task: asyncio.Task[Any]

    def __init__(self, bound: Bound) -> None:
        self.bound = bound
        self.late = False

    def __enter__(self) -> None:
        loop, bound = asyncio.get_running_loop(), self.bound
        task = asyncio.current_task(loop)
        if task is None:
            raise RuntimeError("waiting is bounded in tasks only")
        self.task = task
        self.until = loop.time() + bound.seconds
        bound.waiting[self] = None
        if bound.watched_in is not loop:
            bound.watch(loop, self.until)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        del self.bound.waiting[self]
        if self.late and not self.task.uncancel() and kind is asyncio.CancelledError:
            raise Late from None
