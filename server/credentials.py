"""Who calls: the API key in `Authorization: Bearer …` (RFC 6750), or in a websocket's first message."""

import logging
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Final

from starlette.requests import HTTPConnection
from starlette.types import Scope
from strawberry.exceptions import ConnectionRejectionError

from models.engine import Database, DatabaseProblem
from outbound.addresses import PUBLIC, Outgoing
from resolvers.context import Context
from resolvers.following import Feeds
from resolvers.keyring import Keyring, prefix
from schema.context import RequestContext
from server.address import address
from server.errors import UNAVAILABLE, RefusedError
from server.exchange import CURRENT, entered, request_id
from server.negotiation import header

_log = logging.getLogger(__name__)

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
        self.keyring = Keyring(database, outgoing)
        self.public_url = public_url
        self.feeds = feeds

    def of(self, scope: Scope) -> RequestContext | Coroutine[Any, Any, RequestContext]:
        """Return the context of a request, at once if its key is remembered.

        Raises `RefusedError` 401 without a valid key. A browser cannot send headers with a websocket: there
        the key may come with the first message.
        """
        given = header(scope, b"authorization")
        exchange, where = entered(scope), partial(address, scope, self.public_url)
        if not given and scope["type"] == "websocket":
            return RequestContext(None, where, self.feeds)
        if known := self.keyring.recalled(given):
            context, exchange.key_prefix = known
            return RequestContext(context, where, self.feeds, given)
        return self._looked_up(given, where)

    async def context(self, connection: HTTPConnection) -> Context:
        """Return what the use cases of a request take; raises `RefusedError` as `of` does."""
        return await self._context(header(connection.scope, b"authorization"))

    async def _looked_up(self, given: str, where: Callable[[], str]) -> RequestContext:
        return RequestContext(await self._context(given), where, self.feeds, given)

    async def on_connect(self, context: RequestContext) -> dict[str, object] | None:
        """Take the key from a websocket's `connection_init` if none came before."""
        if context.signed_in:
            return None
        given: dict[str, Any] = context.connection_params or {}
        key = next((value for name, value in given.items() if name.lower() == "authorization"), None)
        key = key if isinstance(key, str) else ""
        try:
            context.sign_in(await self._context(key), key)
        except RefusedError as refused:
            raise ConnectionRejectionError({"message": refused.message}) from None
        return None

    async def valid(self, context: RequestContext) -> bool:
        """Say whether the key of a context that stays still stands for the same; yes if nobody can tell."""
        try:
            return not context.signed_in or (await self._context(context.header or "")) == context.context
        except RefusedError as refused:
            return refused.status != 401

    async def _context(self, given: str) -> Context:
        key = _key(given)
        try:
            context = await self.keyring.context(given, key)
        except (DatabaseProblem, OSError) as problem:
            _log.warning("A key could not be looked up: %s", problem, extra={"request_id": request_id()})
            raise RefusedError(503, "UNAVAILABLE", UNAVAILABLE, {"Retry-After": "5"}) from problem
        if context is None:
            message = "This API key is unknown, expired or revoked: ask for a new one."
            raise RefusedError(401, "UNAUTHENTICATED", message, CHALLENGE)
        return context


def _key(given: str) -> str:
    """Return the key of an Authorization header, and let the log know it by its prefix, true or not."""
    scheme, _, key = given.strip().partition(" ")
    key = key.strip()
    if scheme.lower() != "bearer" or not key:
        raise RefusedError(
            401, "UNAUTHENTICATED", "Send an API key as `Authorization: Bearer <key>`.", CHALLENGE
        )
    if exchange := CURRENT.get():
        exchange.key_prefix = prefix(key)
    return key
