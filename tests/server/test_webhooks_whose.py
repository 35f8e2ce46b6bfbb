"""Whose an event is: by our own id in it, by address, by message, by phone number; and what it completes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text
from sqlmodel import col

from models import phones
from models.tables import Contact, WebhookReceipt
from resolvers import contacts, events, webhooks
from resolvers.events import Happened
from resolvers.webhooks import Told
from rules.events import Event
from rules.facts import Channel
from rules.statuses import Status
from schema.ids import to_id
from tests.inbound.payloads import signing
from tests.resolvers.making import a_sequence, enrolled, log_of, statuses_of, stays_of, steps_of, the_record
from tests.server import deliveries
from tests.server.deliveries import (
    BOUNCED,
    CONTACTED,
    OPTED_OUT,
    PHONE,
    Person,
    accept,
    now,
    person,
    post,
)
from tests.world import made

if TYPE_CHECKING:
    from tests.world import World

SENDGRID = {"keys": [signing.sendgrid_key(signing.curve())]}
STRANGER = {"email": "stranger@example.com", "event": "bounce", "type": "bounce"}


async def told(world: World, team: str, *given: dict[str, Any]) -> dict[str, Any]:
    """Deliver SendGrid events; return what became of them."""
    batch = [{"sg_event_id": f"{team}-{number}", **each} for number, each in enumerate(given)]
    return deliveries.counts(await post(world, team, signing.sendgrid(json.dumps(batch).encode(), at=now())))


async def sms(world: World, contact: Person, number: str, **fields: str) -> dict[str, Any]:
    """Deliver what Twilio says of one SMS."""
    query = f"?team={contact.team}" + fields.pop("query", "")
    delivery = signing.twilio({"MessageSid": number, **fields}, query, host=f"{world.url}/webhooks/")
    return deliveries.counts(await post(world, contact.team, delivery))


async def test_our_id_counts_more_than_the_address_and_a_wrong_one_nothing(world: World) -> None:
    home, other = await world.team(), await world.team()
    await accept(world, home, "sendgrid", SENDGRID)
    one, two, theirs = await person(world, home), await person(world, home), await person(world, other)
    counts = await told(
        world,
        one.team,
        STRANGER | {"contact_id": to_id("Contact", one.id)},
        STRANGER | {"contact_id": to_id("Contact", theirs.id)},
        STRANGER | {"contact_id": "nonsense", "email": two.email.upper()},
        STRANGER,
    )
    assert (counts["applied"], counts["unknown"]) == (2, 2)
    assert await statuses_of(home.owner.context, [one.id, two.id]) == [BOUNCED, BOUNCED]
    assert await statuses_of(other.owner.context, [theirs.id]) == [CONTACTED]


async def test_the_message_tells_whose_it_is_when_the_address_was_corrected(world: World) -> None:
    home = await world.team()
    await accept(world, home, "sendgrid", SENDGRID)
    contact = await person(world, home)
    profile = contacts.Profile(contact.email, {}, new_email="new@example.com")
    made(await contacts.upsert(home.owner.context, [profile]))
    counts = await told(
        world, contact.team, STRANGER | {"email": contact.email, "smtp-id": f"<{contact.email}-1>"}
    )
    assert counts["applied"] == 1
    assert await statuses_of(home.owner.context, [contact.id]) == [BOUNCED]


async def test_delivered_with_our_step_reports_the_sending(world: World) -> None:
    home = await world.team()
    await accept(world, home, "sendgrid", SENDGRID)
    contact = await person(world, home)
    stay = (await stays_of(home.owner.context, contact.id))[0]
    last = (await steps_of(home.owner.context, stay.sequence_id))[2]
    delivered = {"event": "delivered", "email": contact.email, "smtp-id": "<second@example.com>"}
    counts = await told(
        world,
        contact.team,
        delivered,  # without a step the sender reports it itself
        delivered | {"step_id": to_id("Step", last.id)},
        delivered | {"step_id": to_id("Step", 10**12)},
        {"event": "open", "email": contact.email, "step_id": "nonsense"},
    )
    assert {name: counts[name] for name in ("applied", "ignored", "unknown", "rejected")} == {
        "applied": 2,
        "ignored": 0,
        "unknown": 0,
        "rejected": 1,
    }
    [stay] = await stays_of(home.owner.context, contact.id)
    assert (stay.emails_received, stay.completed[-1]) == (2, last.id)


@pytest.mark.parametrize(
    "written", ["+49 (0) 151 / 0000-0001", "0049 151 00000001", "+4915100000001", "4915100000001"]
)
async def test_a_number_is_found_however_it_is_written(world: World, written: str) -> None:
    home = await world.team()
    contact = await person(world, home, phone=written)
    row = (await the_record(home.owner.context, contact.id)).contact
    assert row.phone_key == phones.digits(written) == phones.digits(PHONE)


async def test_a_reply_by_sms_is_of_whom_the_last_sms_went_to_and_stop_is_of_all(world: World) -> None:
    home = await world.team()
    await accept(world, home, "twilio", {"tokens": ["auth-token"]})
    one, two, three = [await person(world, home) for _ in range(3)]
    for contact in (one, two):
        [stay] = await stays_of(home.owner.context, contact.id)
        step = (await steps_of(home.owner.context, stay.sequence_id))[1]
        ours = f"&contact_id={to_id('Contact', contact.id)}&step_id={to_id('Step', step.id)}"
        counts = await sms(world, contact, f"SM-{contact.id}", To=PHONE, MessageStatus="sent", query=ours)
        assert counts["applied"] == 1
    counts = await sms(world, one, "SM-in", From=PHONE, Body="Yes, call me tomorrow", SmsStatus="received")
    assert counts["applied"] == 1
    after = await statuses_of(home.owner.context, [one.id, two.id, three.id])
    assert [Status.REPLIED in each for each in after] == [False, True, False]
    [line] = [line for line in await log_of(home.owner.context, two.id) if line.cause is Event.REPLY_RECEIVED]
    assert line.channel is Channel.SMS

    for _ in range(2):
        await sms(world, one, "SM-stop", From=PHONE, Body="STOP", SmsStatus="received")
    after = await statuses_of(home.owner.context, [one.id, two.id, three.id])
    assert after == [OPTED_OUT, OPTED_OUT | {Status.REPLIED}, OPTED_OUT]
    lines = [line for each in (one, two, three) for line in await log_of(home.owner.context, each.id)]
    assert sum(line.cause is Event.OPT_OUT_CLICKED for line in lines) == 3


async def test_what_cannot_be_recorded_is_not_noted_as_accepted(world: World) -> None:
    home = await world.team()
    contact = await person(world, home)
    bounce = Told(Happened(Event.EMAIL_BOUNCED, email=contact.email, source="mailgun", id="1"))
    broken = Told(replace(bounce.happened, id="2", at=now().replace(tzinfo=None)))
    with pytest.raises(TypeError):  # as if the server died in the middle
        await webhooks.record(home.system.context, "mailgun", [bounce, broken], once="token")
    assert await statuses_of(home.owner.context, [contact.id]) == [CONTACTED]
    counts = await webhooks.record(home.system.context, "mailgun", [bounce], once="token")
    assert (counts.applied, counts.repeated) == (1, False)


async def test_a_delivery_is_forgotten_after_a_day(world: World) -> None:
    home = await world.team()
    for once in ("old", "young"):
        await webhooks.record(home.system.context, "mailgun", [], once=once)
    age = text("update webhook_receipt set received_at = now() - interval '25 hours' where once = 'old'")
    async with world.database.write(home.team_id) as session:
        await session.execute(age)
    await webhooks.record(home.system.context, "mailgun", [], once="new")
    async with world.database.read(home.team_id) as session:
        known = set((await session.execute(select(col(WebhookReceipt.once)))).scalars())
    assert known == {"young", "new"}


async def test_the_number_of_statements_does_not_grow_with_the_events(world: World) -> None:
    counts = []
    for size in (5, 400):
        home = await world.team()
        ids = await enrolled(
            home.owner.context, await a_sequence(home.owner.context, "Hi"), size, phone=PHONE
        )
        async with world.database.read(home.team_id) as session:
            emails = list((await session.execute(select(col(Contact.email)))).scalars())
        given = [
            *(Told(Happened(Event.EMAIL_OPENED, source="x", id=f"a{each}"), contact_id=each) for each in ids),
            *(Told(Happened(Event.EMAIL_OPENED, email=each, source="x", id=each)) for each in emails),
            Told(Happened(Event.OPT_OUT_CLICKED, source="x", id="stop"), phone=PHONE),
        ]
        with world.database.count() as statements:
            found = await webhooks.record(home.system.context, "x", given, once="1")
        assert found.applied == size
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 14


async def test_an_event_recorded_for_another_contact_meanwhile_is_a_duplicate(world: World) -> None:
    home = await world.team()
    one, two = await person(world, home), await person(world, home)
    bounce = Happened(Event.EMAIL_BOUNCED, email=one.email, source="sendgrid", id="1")
    made(await events.report(home.system.context, [bounce]))
    counts = await webhooks.record(
        home.system.context, "sendgrid", [Told(replace(bounce, email=two.email))], once=None
    )
    assert counts.duplicate == 1
    assert await statuses_of(home.owner.context, [two.id]) == [CONTACTED]
