"""Each request gets an id, which the log and the answer carry, and one line in the log when it is done.

The line holds the path but not the query string, no header and no body: they hold people's data and keys.
Of an opt-out link it holds the beginning only: whoever reads the log must not be able to follow it.
"""

from __future__ import annotations

import re
from time import perf_counter
from typing import TYPE_CHECKING, Final

from inbound import optout
from server import logs
from server.exchange import CURRENT, HEADER, Exchange
from server.negotiation import header

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

SANE: Final = re.compile(r"[A-Za-z0-9._:/+=@-]{1,128}")
PROBES: Final = frozenset({"/livez", "/readyz"})


class AccessLog:
    """ASGI middleware, the outermost: `scope["state"]["exchange"]`, `X-Request-ID`, and the line."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or one websocket."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        exchange = Exchange(_given(scope))
        scope.setdefault("state", {})["exchange"] = exchange
        begun = perf_counter()

        async def note(message: Message) -> None:
            kind = message["type"]
            if kind == "http.response.body":
                exchange.size += len(message.get("body", b""))
            elif kind in {"http.response.start", "websocket.http.response.start"}:
                exchange.status = message["status"]
                message["headers"] = [*message.get("headers", ()), exchange.header]
            elif kind == "websocket.accept":
                exchange.status = 101
                message["headers"] = [*message.get("headers", ()), exchange.header]
            await send(message)

        before = CURRENT.set(exchange)
        try:
            await self.app(scope, receive, note)
        except Exception:
            exchange.status = exchange.status or 500  # the server answers so when the application has not
            raise
        finally:
            if logs.tells_requests():
                _write(scope, exchange, perf_counter() - begun)
            CURRENT.reset(before)


def _given(scope: Scope) -> str:
    """Return the id that came with the request, if it is one we would let into the log."""
    given = header(scope, HEADER)
    return given if SANE.fullmatch(given) else ""


def _write(scope: Scope, exchange: Exchange, seconds: float) -> None:
    """Log the request, unless it is a probe that found all well: that is not news."""
    path, status = scope["path"], exchange.status
    if status == 200 and path in PROBES:
        return
    path = optout.PATH + "…" if path.startswith(optout.PATH) else path
    method, ms = scope.get("method", "WEBSOCKET"), round(seconds * 1000, 2)
    logs.request(method=method, path=path, status=status, ms=ms, bytes=exchange.size)
