"""uvicorn's HTTP protocol with two bounds it lacks: how large a request's head may be, and how slow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from server.transport import Joined

if TYPE_CHECKING:
    import asyncio

LARGEST_HEAD: Final = 65_536
SLOWEST_HEAD: Final = 15.0
"""Seconds; whoever sends headers one byte at a time would otherwise hold a connection for ever."""


class BoundedProtocol(HttpToolsProtocol):
    """A connection that is closed when a request's head is too large or too slow in coming."""

    _in_head = False
    _received = 0
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Expect a first request soon."""
        super().connection_made(Joined(transport, self.loop))  # type: ignore[arg-type]
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what belongs to an unfinished head; most come whole in one piece and are never counted."""
        super().data_received(data)
        if not self._in_head or self.transport.is_closing():
            return
        self._received += len(data)
        if self._received > LARGEST_HEAD:
            self.send_400_response("The headers of this request are too large.")
        elif self._timer is None:
            self._start_timer()

    def on_message_begin(self) -> None:
        """Note that a head begins."""
        super().on_message_begin()
        self._in_head, self._received = True, 0

    def on_headers_complete(self) -> None:
        """Note that the head is there."""
        self._in_head = False
        self._stop_timer()
        super().on_headers_complete()

    def _start_timer(self) -> None:
        self._timer = self.loop.call_later(SLOWEST_HEAD, self.transport.close)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
