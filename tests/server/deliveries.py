"""A delivery of each provider, signed now, that says one thing about one contact."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
from sqlalchemy import select
from sqlmodel import col

from inbound.webhooks import Delivery
from models.engine import Database
from models.tables import Activity, StepKind, WebhookReceipt
from resolvers import contacts, enrolments, events, sequences, webhooks
from rules.events import Event
from rules.statuses import Status
from schema.ids import to_id
from server.amazon import Amazon
from server.app import create_app
from server.settings import Settings
from tests.inbound.payloads import signing
from tests.server.endpoint import served
from tests.world import World, made

if TYPE_CHECKING:
    from tests.world import Home

BOUNCED = frozenset({Status.BOUNCED, Status.CONTACTED})
OPTED_OUT = frozenset({Status.OPTED_OUT, Status.CONTACTED})
PEM = signing.certificate(days=36_500, ago=9_000)
"""Amazon's certificate."""
Answer = Callable[[httpx.Request], httpx.Response]
PHONE = "+4915100000001"
CONTACTED = frozenset({Status.ACTIVE, Status.CONTACTED})


def now() -> datetime:
    return datetime.now(UTC)


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def sendgrid(person: Person, at: datetime) -> Delivery:
    bounce = {"event": "bounce", "type": "bounce", "sg_event_id": f"sg-{person.id}", "email": person.email}
    return signing.sendgrid(json.dumps([bounce | {"timestamp": int(at.timestamp())}]).encode(), at=at)


def mailgun(person: Person, at: datetime) -> Delivery:
    failed = {"event": "failed", "severity": "permanent", "id": f"mg-{person.id}", "recipient": person.email}
    return signing.mailgun(failed | {"timestamp": at.timestamp()}, at=at)


def postmark(person: Person, at: datetime) -> Delivery:
    bounce = {"RecordType": "Bounce", "Type": "HardBounce", "ID": person.id, "Email": person.email}
    return signing.postmark(bounce | {"BouncedAt": stamp(at)})


def ses(person: Person, at: datetime) -> Delivery:
    bounce = {"bounceType": "Permanent", "feedbackId": f"f-{person.id}", "timestamp": stamp(at)}
    told = {
        "notificationType": "Bounce",
        "mail": {"messageId": f"ses-{person.id}", "destination": [person.email]},
        "bounce": bounce | {"bouncedRecipients": [{"emailAddress": person.email}]},
    }
    return signing.ses(signing.envelope(told, Timestamp=stamp(at)))


def twilio(person: Person, _at: datetime) -> Delivery:
    stop = {"MessageSid": f"SM{person.id}", "From": PHONE, "Body": "Stop", "SmsStatus": "received"}
    return signing.twilio(stop, f"?team={person.team}", host=f"{person.url}/webhooks/")


@dataclass(frozen=True)
class Case:
    """A provider, what its deliveries are verified with, one that is good, and what it comes to."""

    provider: str
    secrets: Mapping[str, Any]
    delivery: Callable[[Person, datetime], Delivery]
    after: frozenset[Status] = BOUNCED


CASES = (
    Case("sendgrid", {"keys": [signing.sendgrid_key(signing.curve())]}, sendgrid),
    Case("mailgun", {"keys": ["mailgun-key"]}, mailgun),
    Case("postmark", {"users": [["us", "hunter2"]]}, postmark),
    Case("ses", {"topics": [signing.TOPIC]}, ses),
    Case("twilio", {"tokens": ["auth-token"]}, twilio, after=OPTED_OUT),
)


@dataclass(frozen=True)
class Person:
    """A contact that received the first of two emails, its team's id, and where the server is."""

    id: int
    email: str
    team: str
    url: str


@asynccontextmanager
async def answering(database_url: str, database: Database, answer: Answer) -> AsyncIterator[World]:
    """Run the application with an Amazon of our own."""
    amazon = Amazon(httpx.MockTransport(answer))
    with served(
        create_app(Settings(database_url=database_url, worker=False), Database(database_url), amazon=amazon)
    ) as url:
        async with httpx.AsyncClient(base_url=url, timeout=30) as client:
            yield World(url, database, client)


async def person(world: World, home: Home, **profile: str | None) -> Person:
    """Make such a contact."""
    context = home.owner.context
    sequence = made(await sequences.create(context, "Launch", {}))
    for kind in (StepKind.EMAIL, StepKind.SMS, StepKind.EMAIL):
        subject = "Hi" if kind is StepKind.EMAIL else None
        made(await sequences.add_step(context, sequence.id, kind=kind, subject=subject, body="Hi"))
    email = f"c{sequence.id}@example.com"
    fields = {"phone": "+49 (0) 151 0000-0001"} | profile
    [written] = made(await contacts.upsert(context, [contacts.Profile(email, fields)]))
    contact_id = written.record.contact.id
    made(await enrolments.enroll(context, sequence.id, [contact_id]))
    sent = events.Happened(Event.EMAIL_SENT, contact_id, source="test", id=email, message_id=f"{email}-1")
    made(await events.report(home.system.context, [sent]))
    return Person(contact_id, email, to_id("Team", home.team_id), world.url)


async def accept(world: World, home: Home, provider: str, secrets: Mapping[str, Any]) -> None:
    """Let a team accept a provider's deliveries."""
    assert not await webhooks.set_secrets(world.database, home.team_id, provider, secrets)


async def post(world: World, team: str, delivery: Delivery, body: bytes | None = None) -> httpx.Response:
    """Send a delivery, with another body if one is given."""
    path = urlsplit(delivery.url).path
    query = urlsplit(delivery.url).query or f"team={team}"
    content = delivery.body if body is None else body
    return await world.client.post(f"{path}?{query}", content=content, headers=dict(delivery.headers))


def counts(answer: httpx.Response) -> dict[str, Any]:
    """Return what became of an accepted delivery; Twilio is told in a comment."""
    assert answer.status_code == 200, answer.text
    told = answer.text
    if answer.headers["content-type"].startswith("text/xml"):
        told = told.removeprefix("<Response><!-- ").removesuffix(" --></Response>")
    found: dict[str, Any] = json.loads(told)
    return found


async def stored(world: World, home: Home) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the keys of a team's reported events, and the names of accepted deliveries."""
    lines = select(col(Activity.source), col(Activity.source_id)).where(col(Activity.source) != "test")
    async with world.database.read(home.team_id) as session:
        keys = [(source, number) for source, number in (await session.execute(lines)).all()]
        receipts = list((await session.execute(select(col(WebhookReceipt.once)))).scalars())
    return keys, receipts
