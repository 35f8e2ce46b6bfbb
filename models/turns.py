"""Whose turn it is to use one of a pool's connections: first come, first served, and nobody for ever."""

from __future__ import annotations

import asyncio
from collections import deque

from models.connection import DatabaseUnavailable


class Turns:
    """So many at once. Who takes a turn, by `free` or by `wait`, passes it on."""

    def __init__(self, size: int, timeout: float, name: str) -> None:
        """Let `size` go at once; `timeout` is how many seconds one waits, `name` what for."""
        self.free = size
        """How many may go at once now. Whoever finds one takes it off, which costs no call."""
        self.timeout = timeout
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._name = name

    async def wait(self, until: float | None = None) -> None:
        """Wait for a turn, or until a time by the loop's clock; raises `DatabaseUnavailable` then."""
        loop = asyncio.get_running_loop()
        turn = loop.create_future()
        self._waiting.append(turn)
        timer = loop.call_at(until or loop.time() + self.timeout, self._give_up, turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self.pass_on()  # it had just come
            raise
        finally:
            timer.cancel()

    def pass_on(self) -> None:
        """Give the turn to who waits for one longest, or keep it free."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self.free += 1

    def _give_up(self, turn: asyncio.Future[None]) -> None:
        if not turn.done():
            turn.set_exception(
                DatabaseUnavailable(
                    f"All connections to {self._name} are in use: try again, or raise POOL_SIZE."
                )
            )
