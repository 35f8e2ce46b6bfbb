"""uvicorn's HTTP protocol with what it lacks.

A request's head may be so large and so slow at most, one timer does for an idle connection, and a POST is
read and answered in one piece.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from server.exchange import WHOLE

if TYPE_CHECKING:
    import asyncio

    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

    from server.exchange import Headers

LARGEST_HEAD: Final = 65_536
SLOWEST_HEAD: Final = 15.0
"""Seconds; whoever sends headers one byte at a time would otherwise hold a connection for ever."""


class BoundedProtocol(HttpToolsProtocol):
    """A connection that is closed when a request's head is too large or too slow in coming."""

    _in_head = False
    _received = 0
    _timer: asyncio.TimerHandle | None = None
    _idle_since = 0.0
    _idle_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Expect a first request soon."""
        super().connection_made(transport)
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_timer()
        self._stop_idling()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self) -> None:
        """Leave the connection to the websocket, idle as it may be."""
        self._stop_idling()
        super().handle_websocket_upgrade()

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
        if self.scope["method"] == "POST":
            self.scope["extensions"] = {WHOLE: Piece(self, self.cycle)}  # type: ignore[dict-item]

    def on_response_complete(self) -> None:
        """Go on with what was sent ahead, or wait for the next request; a timer of one's own costs 3 µs."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
            return
        self._idle_since = self.loop.time()
        if self._idle_timer is None:
            self._idle_timer = self.loop.call_later(self.timeout_keep_alive, self._close_if_idle)

    def _close_if_idle(self) -> None:
        """Close the connection if nothing came for KEEP_ALIVE seconds, or look again when that may be."""
        self._idle_timer = None
        if self.transport.is_closing():
            return
        now = self.loop.time()
        busy = self.cycle is not None and not self.cycle.response_complete
        until = (now if busy or self._in_head else self._idle_since) + self.timeout_keep_alive
        if until <= now:
            self.transport.close()
        else:
            self._idle_timer = self.loop.call_at(until, self._close_if_idle)

    def _stop_idling(self) -> None:
        if self._idle_timer is not None:
            self._idle_timer.cancel()
            self._idle_timer = None

    def _start_timer(self) -> None:
        self._timer = self.loop.call_later(SLOWEST_HEAD, self.transport.close)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class Piece:
    """A POST and its answer in one piece each (`server.exchange.Whole`)."""

    __slots__ = ("_cycle", "_protocol")

    def __init__(self, protocol: BoundedProtocol, cycle: RequestResponseCycle) -> None:
        self._protocol = protocol
        self._cycle = cycle

    def body(self) -> bytes | None:
        """Return the request's body if all of it has arrived; whoever asks for it is its only reader."""
        cycle = self._cycle
        if cycle.more_body or cycle.disconnected or cycle.waiting_for_100_continue:
            return None
        body = bytes(cycle.body)
        cycle.body.clear()
        cycle.message_event.clear()
        return body

    def answer(self, status: int, headers: Headers, body: bytes) -> bool:
        """Answer; returns whether it could be done: not while the client takes nothing."""
        cycle, protocol = self._cycle, self._protocol
        if protocol.flow.write_paused or cycle.disconnected or cycle.response_started:
            return False
        cycle.response_started = cycle.response_complete = True
        cycle.message_event.set()
        pieces = [STATUS_LINE[status]]
        for name, value in (*protocol.server_state.default_headers, *headers):
            pieces += (name, b": ", value, b"\r\n")
        pieces += (b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n", body)
        protocol.transport.write(b"".join(pieces))
        if not cycle.keep_alive:
            protocol.transport.close()
        cycle.on_response()
        return True
