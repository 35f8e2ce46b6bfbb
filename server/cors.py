"""Pages of other sites that may call us: those of ALLOWED_ORIGINS (CORS)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.middleware.cors import CORSMiddleware

from server.exchange import WHOLE

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


class Cors(CORSMiddleware):
    """ASGI middleware that tells a browser which pages may read what we answer."""

    def __init__(self, app: ASGIApp, origins: tuple[str, ...]) -> None:
        super().__init__(
            app,
            allow_origins=origins,
            allow_methods=["GET", "POST"],
            allow_headers=["authorization", "content-type", "x-requested-with", "x-request-id"],
            expose_headers=["x-request-id"],
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; what it adds to an answer's head it adds to the message that has it."""
        scope.get("extensions", {}).pop(WHOLE, None)
        await super().__call__(scope, receive, send)
