"""Mail that providers pass on goes the way of POST /inbound/mail, once for each delivery."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest

from inbound.webhooks import Delivery
from models.engine import Database
from rules.events import Category, Event
from rules.statuses import Status
from schema.ids import to_id
from tests.inbound.payloads import signing
from tests.resolvers.making import log_of, statuses_of
from tests.server.deliveries import (
    CASES,
    CONTACTED,
    PEM,
    accept,
    answering,
    counts,
    now,
    person,
    post,
    stamp,
    stored,
)

if TYPE_CHECKING:
    from tests.world import World

REPLIED = frozenset({Status.FINISHED, Status.CONTACTED, Status.REPLIED})
YES = "Yes, I am interested. Please send me more details and the prices."
SECRETS = {case.provider: case.secrets for case in CASES}


def letter(
    sender: str, answers: str, text: str = "Yes, I am interested. Please send me more details and the prices."
) -> bytes:
    lines = (f"From: {sender}", "To: us@ours.example", "Subject: Re: Hi", f"In-Reply-To: <{answers}>")
    return "\r\n".join([*lines, f"Message-ID: <r-{sender}>", "", text]).encode()


def delivered(provider: str, raw: bytes) -> Delivery:
    """Pass a message on as a provider does."""
    match provider:
        case "sendgrid":
            body, kind = signing.multipart({"email": raw, "envelope": b'{"to": ["us@ours.example"]}'})
            return signing.sendgrid(body, kind, at=now())
        case "mailgun":
            block = signing.mailgun_block("mailgun-key", now())
            signed = {name: value.encode() for name, value in block.items()}
            body, kind = signing.multipart({**signed, "body-mime": raw})
            return Delivery({"content-type": kind}, body, signing.HOST + "mailgun", now())
        case _:
            return signing.postmark({"MessageID": f"{raw!r}"[-40:], "RawEmail": raw.decode()})


@pytest.mark.parametrize("provider", ["sendgrid", "mailgun", "postmark"])
async def test_a_reply_that_is_passed_on_counts_once(world: World, provider: str) -> None:
    home = await world.team()
    await accept(world, home, provider, SECRETS[provider])
    contact = await person(world, home)
    delivery = delivered(provider, letter("somebody@else.example", f"{contact.email}-1"))
    assert counts(await post(world, contact.team, delivery))["applied"] == 1
    assert await statuses_of(home.owner.context, [contact.id]) == [REPLIED]
    lines = await log_of(home.owner.context, contact.id)
    [line] = [line for line in lines if line.cause is Event.REPLY_RECEIVED]
    assert (line.source, line.category) == (provider, Category.INTERESTED)
    before = await stored(world, home)
    again = counts(await post(world, contact.team, delivery))
    assert again["duplicate"] + again["repeated"] == 1
    assert await stored(world, home) == before


async def test_mail_that_amazon_received_is_read(database_url: str, database: Database) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=PEM)

    async with answering(database_url, database, answer) as world:
        home = await world.team()
        await accept(world, home, "ses", SECRETS["ses"])
        contact = await person(world, home)
        told = {
            "notificationType": "Received",
            "mail": {"messageId": f"in-{contact.id}"},
            "receipt": {"action": {"encoding": "BASE64"}, "timestamp": stamp(now())},
            "content": base64.b64encode(letter(contact.email, "nothing")).decode(),
        }
        delivery = signing.ses(signing.envelope(told, Timestamp=stamp(now())))
        assert counts(await post(world, contact.team, delivery))["applied"] == 1
        assert await statuses_of(home.owner.context, [contact.id]) == [REPLIED]


async def test_an_absence_in_postmarks_bounce_is_of_the_contact_it_names(world: World) -> None:
    home = await world.team()
    await accept(world, home, "postmark", SECRETS["postmark"])
    contact = await person(world, home)
    away = letter("x@else.example", "nothing", "I am out of office until 3 May.")
    content = away.replace(b"Subject: Re: Hi", b"Subject: Out of office\r\nAuto-Submitted: auto-replied")
    bounce = {
        "RecordType": "Bounce",
        "Type": "AutoResponder",
        "ID": contact.id,
        "Email": "x@else.example",
        "Content": content.decode(),
        "Metadata": {"contact_id": to_id("Contact", contact.id)},
    }
    assert counts(await post(world, contact.team, signing.postmark(bounce)))["applied"] == 1
    [after] = await statuses_of(home.owner.context, [contact.id])
    assert Status.OUT_OF_OFFICE in after


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (letter("stranger@else.example", "nothing"), "unknown"),
        (b"no message", "rejected"),
    ],
)
async def test_what_is_nobodys_or_no_message_is_taken_and_leaves_no_trace(
    world: World, raw: bytes, said: str
) -> None:
    home = await world.team()
    await accept(world, home, "mailgun", SECRETS["mailgun"])
    contact = await person(world, home)
    assert counts(await post(world, contact.team, delivered("mailgun", raw)))[said] == 1
    assert (await stored(world, home))[0] == []
    assert await statuses_of(home.owner.context, [contact.id]) == [CONTACTED]


async def test_a_forged_message_under_a_known_token_is_not_read(world: World) -> None:
    home = await world.team()
    await accept(world, home, "mailgun", SECRETS["mailgun"])
    contact = await person(world, home)
    first = delivered("mailgun", letter("stranger@else.example", "nothing"))
    forged = replace(first, body=first.body.replace(b"stranger@else.example", contact.email.encode()))
    assert counts(await post(world, contact.team, first))["unknown"] == 1
    assert counts(await post(world, contact.team, forged))["repeated"]
    assert await statuses_of(home.owner.context, [contact.id]) == [CONTACTED]
