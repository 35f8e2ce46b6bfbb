"""Each request gets an id, which the log and the answer carry, and one line in the log when it is done.

The line holds the path but not the query string, no header and no body: they hold people's data and keys.
Of an opt-out link it holds the beginning only: whoever reads the log must not be able to follow it.
"""

from __future__ import annotations

import re
from random import getrandbits
from time import perf_counter
from typing import TYPE_CHECKING, Final

from structlog.contextvars import bind_contextvars, reset_contextvars

from inbound import optout
from server import logs

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER: Final = b"x-request-id"
SANE: Final = re.compile(rb"[A-Za-z0-9._:/+=@-]{1,128}")
PROBES: Final = frozenset({"/livez", "/readyz"})


class AccessLog:
    """ASGI middleware, the outermost: `scope["state"]["request_id"]`, `X-Request-ID`, and the line."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or one websocket."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        request_id = _given(scope) or f"{getrandbits(128):032x}"
        scope.setdefault("state", {})["request_id"] = request_id
        header = (HEADER, request_id.encode("ascii"))
        begun, status, size = perf_counter(), 0, 0

        async def note(message: Message) -> None:
            nonlocal status, size
            kind = message["type"]
            if kind == "http.response.body":
                size += len(message.get("body", b""))
            elif kind in {"http.response.start", "websocket.http.response.start"}:
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), header]
            elif kind == "websocket.accept":
                status = 101
                message["headers"] = [*message.get("headers", ()), header]
            await send(message)

        bound = bind_contextvars(request_id=request_id)
        try:
            await self.app(scope, receive, note)
        except Exception:
            status = status or 500  # the server answers so when the application has not
            raise
        finally:
            if status != 200 or scope["path"] not in PROBES:  # a probe that found all well is not news
                _write(scope, status, size, perf_counter() - begun)
            reset_contextvars(**bound)


def _given(scope: Scope) -> str | None:
    """Return the id that came with the request, if it is one we would let into the log."""
    for name, value in scope["headers"]:
        if name == HEADER:
            return value.decode("ascii") if SANE.fullmatch(value) else None
    return None


def _write(scope: Scope, status: int, size: int, seconds: float) -> None:
    """Log the request."""
    method = scope.get("method", "WEBSOCKET")
    path = optout.PATH + "…" if scope["path"].startswith(optout.PATH) else scope["path"]
    logs.request(method=method, path=path, status=status, ms=round(seconds * 1000, 2), bytes=size)
