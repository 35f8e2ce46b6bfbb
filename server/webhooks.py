"""Providers' webhooks, served: `POST /webhooks/{provider}?team=ID`.

A delivery that is not verified changes nothing and learns nothing: it is answered 401 whether the team, its
account or the signature is wrong. Whatever is accepted is answered 200, unknown contacts included: what a
provider sends again would not be known then either.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from anyio import CapacityLimiter, to_thread
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from inbound.webhooks import BadSignature, Confirmation, Delivery, Mail, Reported, Unreadable
from inbound.webhooks.receive import PROVIDERS, Received, receive
from models.engine import Database, DatabaseProblem
from resolvers import webhooks
from resolvers.events import Happened
from resolvers.webhooks import Letter, Told
from rules.events import REACTIONS
from rules.facts import Channel
from schema.ids import number_of
from server import body, webhook_secrets
from server.address import address
from server.amazon import Amazon, Unanswered
from server.errors import MASKED, UNAVAILABLE, RefusedError, log_bug
from server.exchange import entered, request_id
from server.promptly import Bound
from server.reader import Reader

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

    from resolvers.context import Context

_log = logging.getLogger(__name__)

LARGEST: Final = {
    "sendgrid": 32_000_000,  # Inbound Parse: mail up to 30 MB
    "mailgun": 26_500_000,  # routes: 25 MB
    "postmark": 36_000_000,  # inbound: 35 MB, in JSON
    "ses": 1_000_000,  # SNS: 256 KB
    "twilio": 100_000,
}
"""Bytes of a delivery."""
SLOWEST: Final = 30.0
"""Seconds until it has arrived."""
LARGE: Final = 1_000_000
MOST_LARGE: Final = 4
"""How many deliveries larger than LARGE are held at once by a process."""
MOST_READ: Final = 4
"""How many are verified and read at once, in threads of their own."""
MOST_EVENTS: Final = 5_000
"""How many events a delivery has: they are recorded in one transaction."""


class Webhooks:
    """The endpoint of all providers."""

    def __init__(self, database: Database, public_url: str, amazon: Amazon, reader: Reader) -> None:
        self.database, self.public_url, self.amazon, self.reader = database, public_url, amazon, reader
        self._threads = CapacityLimiter(MOST_READ)
        self._large = asyncio.Semaphore(MOST_LARGE)
        self._arriving = Bound(SLOWEST)

    @property
    def route(self) -> Route:
        """Return the route."""
        return Route("/webhooks/{provider}", self._serve, methods=["POST"])

    async def _serve(self, request: Request) -> Response:
        entered(request.scope)
        provider = request.path_params["provider"]
        try:
            async with self._room(request):
                counts = await self._deliver(request, provider)
        except RefusedError as refused:
            return JSONResponse({"error": refused.message}, refused.status, refused.headers)
        except ClientDisconnect:
            return JSONResponse({"error": "The delivery broke off."}, 400)
        except (DatabaseProblem, OSError):
            return JSONResponse({"error": UNAVAILABLE}, 503, {"retry-after": "5"})
        except Exception as error:  # noqa: BLE001 -- the last resort: the delivery is to come again
            log_bug(error)
            return JSONResponse({"error": MASKED, "requestId": request_id()}, 500)
        answer = JSONResponse(asdict(counts))
        if provider == "twilio":  # which takes a text for an SMS to send back, and JSON for an error
            told = f"<Response><!-- {bytes(answer.body).decode()} --></Response>"
            return Response(told, media_type="text/xml")
        return answer

    @asynccontextmanager
    async def _room(self, request: Request) -> AsyncIterator[None]:
        """Bound the memory that large deliveries take."""
        if int(request.headers.get("content-length", LARGE + 1)) <= LARGE:
            yield
            return
        if self._large.locked():
            raise RefusedError(503, "BUSY", "Too many large deliveries at once.", {"retry-after": "30"})
        async with self._large:
            yield

    async def _deliver(self, request: Request, provider: str) -> webhooks.Counts:
        """Verify and read a delivery, then record what it says."""
        if provider not in PROVIDERS:
            raise RefusedError(404, "NOT_FOUND", f"The providers are {', '.join(PROVIDERS)}.")
        team_id = number_of("Team", request.query_params.get("team"))
        account = await webhooks.account(self.database, team_id, provider) if team_id else None
        if account is None:
            raise _wrong()
        context, stored = account
        delivery = Delivery(
            headers=dict(request.headers),
            body=await body.read(request, LARGEST[provider], self._arriving),
            url=self._url(request, provider),
            received_at=datetime.now(UTC),
        )
        secrets = webhook_secrets.read(provider, stored, self.amazon.certificate)
        try:
            received = await to_thread.run_sync(receive, provider, delivery, secrets, limiter=self._threads)
        except BadSignature as wrong:
            _log.info("A delivery was refused: %s", wrong)
            raise _wrong() from None
        except Unreadable as wrong:
            raise RefusedError(400, "BAD_REQUEST", str(wrong)) from None
        except Unanswered as problem:
            raise _later(problem) from problem
        return await self._record(context, provider, received)

    async def _record(self, context: Context, provider: str, received: Received) -> webhooks.Counts:
        told = [_told(each) for each in received.happenings if isinstance(each, Reported)]
        if len(told) > MOST_EVENTS:
            raise RefusedError(413, "TOO_MANY", f"Send at most {MOST_EVENTS:,} events in a delivery.")
        for each in received.happenings:
            if isinstance(each, Confirmation):
                try:
                    await to_thread.run_sync(self.amazon.confirm, each.url, limiter=self._threads)
                except Unanswered as problem:
                    raise _later(problem) from problem
        letters = [await self._letter(each) for each in received.happenings if isinstance(each, Mail)]
        read = [letter for letter in letters if letter]
        counts = await webhooks.record(context, provider, told, read, once=received.once)
        counts.rejected += len(letters) - len(read)
        return counts

    async def _letter(self, mail: Mail) -> Letter | None:
        """Read a message; None for one that cannot be read, and could not if it were sent again."""
        try:
            reading, _ = await self.reader.read(mail.raw)
        except RefusedError as wrong:
            _log.warning("A message was not read: %s", wrong.message)
            return None
        return Letter(reading, mail.source, mail.id, number_of("Contact", mail.contact_id))

    def _url(self, request: Request, provider: str) -> str:
        """Return the address that the provider called, which Twilio signs."""
        query = request.url.query
        found = f"{address(request.scope, self.public_url)}/webhooks/{provider}"
        return f"{found}?{query}" if query else found


def _told(reported: Reported) -> Told:
    """Return an event as the use case takes it; an id that is none of ours names nothing."""
    step = reported.step_id if REACTIONS[reported.event].completes_step else None
    return Told(
        Happened(
            event=reported.event,
            at=reported.occurred_at,
            step_id=None if step is None else number_of("Step", step) or 0,
            channel=reported.channel,
            note=reported.detail,
            email=reported.email,
            source=reported.source,
            id=reported.id,
            message_id=reported.message_id if reported.channel is Channel.EMAIL else None,
            text=reported.text,
        ),
        contact_id=number_of("Contact", reported.contact_id),
        phone=reported.phone,
    )


def _wrong() -> RefusedError:
    """Refuse a delivery, whatever is wrong with it."""
    message = "This delivery is not accepted: look at its team, and at the secrets that are set for it."
    return RefusedError(401, "UNAUTHENTICATED", message)


def _later(problem: Unanswered) -> RefusedError:
    """Ask for the delivery once more."""
    return RefusedError(503, "UNAVAILABLE", str(problem), {"retry-after": "60"})
