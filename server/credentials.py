"""Who calls: the API key in `Authorization: Bearer …` (RFC 6750), or in a websocket's first message."""

from functools import partial
from typing import Any, Final

from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket
from strawberry.exceptions import ConnectionRejectionError
from structlog.contextvars import bind_contextvars

from models.engine import Database, DatabaseProblem
from outbound.addresses import PUBLIC, Outgoing
from resolvers.context import Context
from resolvers.following import Feeds
from resolvers.keyring import Keyring
from schema.context import RequestContext
from server.address import address
from server.errors import UNAVAILABLE, RefusedError

CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="Contact Status"'}


class Credentials:
    """Turns credentials into the context of a request."""

    def __init__(
        self,
        database: Database,
        public_url: str = "",
        feeds: Feeds | None = None,
        outgoing: Outgoing = PUBLIC,
    ) -> None:
        self.database = database
        self.keyring = Keyring(database)
        self.outgoing = outgoing
        self.public_url = public_url
        self.feeds = feeds

    async def of(self, connection: HTTPConnection) -> RequestContext:
        """Return the context of a request; raises `RefusedError` 401 without a valid key.

        A browser cannot send headers with a websocket: there the key may come with the first message.
        """
        header = connection.headers.get("authorization")
        made = RequestContext(None, partial(address, connection, self.public_url), self.feeds)
        if header is not None or not isinstance(connection, WebSocket):
            made.sign_in(await self._context(header), header)
        return made

    async def on_connect(self, context: RequestContext) -> dict[str, object] | None:
        """Take the key from a websocket's `connection_init` if none came before."""
        if context.signed_in:
            return None
        given: dict[str, Any] = context.connection_params or {}
        header = next((value for name, value in given.items() if name.lower() == "authorization"), None)
        header = header if isinstance(header, str) else None
        try:
            context.sign_in(await self._context(header), header)
        except RefusedError as refused:
            raise ConnectionRejectionError({"message": refused.message}) from None
        return None

    async def valid(self, context: RequestContext) -> bool:
        """Say whether the key of a context that stays still stands for the same; yes if nobody can tell."""
        try:
            return not context.signed_in or (await self._context(context.header)) == context.context
        except RefusedError as refused:
            return refused.status != 401

    async def _context(self, header: str | None) -> Context:
        scheme, _, key = (header or "").strip().partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            raise RefusedError(
                401, "UNAUTHENTICATED", "Send an API key as `Authorization: Bearer <key>`.", CHALLENGE
            )
        try:
            caller = await self.keyring.caller(key.strip())
        except (DatabaseProblem, OSError) as problem:
            raise RefusedError(503, "UNAVAILABLE", UNAVAILABLE, {"Retry-After": "5"}) from problem
        if caller is None:
            message = "This API key is unknown, expired or revoked: ask for a new one."
            raise RefusedError(401, "UNAUTHENTICATED", message, CHALLENGE)
        bind_contextvars(key_prefix=key.strip().rpartition("_")[0])  # in the log it is known by its prefix
        return Context(self.database, caller, self.outgoing)
