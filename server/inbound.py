"""Raw mail, taken: `POST /inbound/mail` with one message (`message/rfc822`), by a key that records events."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

import orjson
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Route

from inbound.message import MAX_MESSAGE
from models.engine import DatabaseProblem
from models.tables import Scope
from resolvers import mail
from rules.statuses import in_order
from schema.ids import to_id
from server import body
from server.errors import MASKED, UNAVAILABLE, RefusedError, log_bug
from server.exchange import entered, request_id
from server.promptly import Bound
from server.reader import Reader

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

    from resolvers.happened import Outcome
    from server.credentials import Credentials

PATH: Final = "/inbound/mail"
SLOWEST: Final = 60.0
"""Seconds until a message has arrived."""
MOST_HELD: Final = 8
"""How many messages a process holds at once, 25 MB each at most; the next one waits."""
LONGEST_WAIT: Final = 30.0
"""Seconds that it waits."""
TYPES: Final = ("message/rfc822", "message/global")


class Inbound:
    """The endpoint."""

    def __init__(self, credentials: Credentials, reader: Reader) -> None:
        self._credentials = credentials
        self._reader = reader
        self._room = asyncio.Semaphore(MOST_HELD)
        self._arriving = Bound(SLOWEST)

    @property
    def route(self) -> Route:
        """Return the route."""
        return Route(PATH, self._serve, methods=["POST"])

    async def _serve(self, request: Request) -> Response:
        entered(request.scope)
        try:
            return _json(200, await self._take(request))
        except RefusedError as refused:
            return _json(refused.status, _error(refused.code, refused.message), refused.headers)
        except ClientDisconnect:
            return _json(400, _error("BAD_REQUEST", "The message broke off."))
        except (DatabaseProblem, OSError):
            return _json(503, _error("UNAVAILABLE", UNAVAILABLE), {"retry-after": "5"})
        except Exception as error:  # noqa: BLE001 -- the last resort: a bug is answered in JSON as well
            log_bug(error)
            return _json(500, _error("INTERNAL", MASKED) | {"requestId": request_id()})

    async def _take(self, request: Request) -> dict[str, Any]:
        """Check who sends what, then read the message and record what it says."""
        context = await self._credentials.context(request)
        if Scope.EVENTS not in context.caller.scopes:
            message = "This key may not record events: make one with `create-key --team ID --scope events`."
            raise RefusedError(403, "FORBIDDEN", message)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in TYPES:
            message = "Send one raw message, with Content-Type: message/rfc822."
            raise RefusedError(415, "UNSUPPORTED_MEDIA_TYPE", message)
        async with self._held():
            raw = await body.read(request, MAX_MESSAGE, self._arriving)
            if not raw.strip():
                raise RefusedError(400, "BAD_REQUEST", "The body is empty: send one raw message.")
            reading, name = await self._reader.read(raw)
        return answer(await mail.receive(context, reading, name))

    @asynccontextmanager
    async def _held(self) -> AsyncIterator[None]:
        """Bound the memory that messages take; raises `RefusedError` 503 if there is no room for long."""
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                await self._room.acquire()
        except TimeoutError:
            later = {"retry-after": "30"}
            raise RefusedError(503, "BUSY", "Too much mail comes in at once: try later.", later) from None
        try:
            yield
        finally:
            self._room.release()


def answer(received: mail.Received) -> dict[str, Any]:
    """Return what became of a message, in the words and ids of the API."""
    reading = received.reading
    return {
        "kind": reading.kind.name,
        "why": reading.why,
        "event": reading.event.name if reading.event else None,
        "fate": mail.fate(received),
        "messageId": reading.message_id,
        "contacts": [_outcome(each) for each in received.outcomes],
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    """Return what became of one contact."""
    return {
        "id": to_id("Contact", outcome.record.contact.id),
        "fate": outcome.fate.name.lower(),
        "before": [status.name for status in in_order(outcome.before)],
        "after": [status.name for status in in_order(outcome.after)],
        "reasons": [{"code": each.code.name, "message": each.message} for each in outcome.reasons],
        "category": outcome.line.category.name if outcome.line.category else None,
        "activity": to_id("Activity", outcome.line.id),
    }


def _error(code: str, message: str) -> dict[str, Any]:
    return {"error": message, "code": code}


def _json(status: int, content: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    own = {"cache-control": "no-store"}
    return Response(orjson.dumps(content), status, {**own, **(headers or {})}, "application/json")
