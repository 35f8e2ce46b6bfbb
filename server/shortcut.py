"""The way to the endpoint, past Starlette's router and its handling of exceptions: 10 µs of each request."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from starlette.types import ASGIApp, Receive, Scope, Send


class Shortcut:
    """ASGI app: what is for one path goes to an app that handles all of it, the rest to another."""

    def __init__(self, app: ASGIApp, path: str, to: ASGIApp) -> None:
        self.app = app
        self.path = path
        self.to = to

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Serve one request or one websocket."""
        app = self.to if scope["type"] != "lifespan" and scope["path"] == self.path else self.app
        return app(scope, receive, send)
