"""recordEvents over HTTP: each event once, in order, with what came of it; exactly once under a race."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from models.contacts import View, by_ids
from models.tables import Contact, StepKind
from resolvers import contacts, enrolments, events, sequences, statuses
from rules.events import Event
from rules.statuses import Status
from tests.resolvers.soundness import assert_sound
from tests.world import made

if TYPE_CHECKING:
    from tests.world import Home, World

RECORD = """mutation ($events: [EventInput!]!) {
  recordEvents(input: { events: $events }) {
    ... on RecordEventsFailure { reasons { code } }
    ... on RecordEventsSuccess {
      results {
        __typename
        ... on EventApplied { before after activity { id cause source sourceId } contact { version } }
        ... on EventIgnored { reasons { code message } activity { id kind ignoredBecause } }
        ... on EventDuplicate { activity { id } }
        ... on EventRejected { index why: reasons { code message ... on InvalidInput { field } } }
      }
    }
  }
}"""


async def enrolled(home: Home, emails: list[str], steps: int = 2, **settings: Any) -> list[int]:
    """Enroll contacts in a sequence of so many email steps; return their ids."""
    context = home.owner.context
    sequence = made(await sequences.create(context, "Launch", settings))
    for _ in range(steps):
        made(await sequences.add_step(context, sequence.id, kind=StepKind.EMAIL, subject="Hi", body="Hi"))
    written = made(await contacts.upsert(context, [contacts.Profile(email) for email in emails]))
    ids = [each.record.contact.id for each in written]
    made(await enrolments.enroll(context, sequence.id, ids))
    return ids


def event(id_: str, kind: str, email: str, **more: Any) -> dict[str, Any]:
    """One event as a caller writes it."""
    at = {"occurredAt": "2026-01-05T09:00:00Z"}
    return {"source": "test", "id": id_, "kind": kind, "email": email} | at | more


async def record(world: World, home: Home, *reported: dict[str, Any]) -> list[dict[str, Any]]:
    """Report events; return their results."""
    results: list[dict[str, Any]] = (await world.ask(home.system, RECORD, events=list(reported)))[
        "recordEvents"
    ]["results"]
    return results


async def test_a_life_by_events_in_order(world: World) -> None:
    home = await world.team()
    await enrolled(home, ["ada@example.com"])
    results = await record(
        world,
        home,
        event("1", "EMAIL_SENT", "ADA@example.com"),
        event("2", "EMAIL_OPENED", "ada@example.com"),
        event("1", "EMAIL_SENT", "ada@example.com"),
        event("3", "EMAIL_OPENED", "ada@example.com"),
        event("4", "REPLY_RECEIVED", "ada@example.com"),
        event("5", "EMAIL_SENT", "ada@example.com"),
        event("6", "EMAIL_SENT", "nobody@example.com"),
    )
    assert [each["__typename"] for each in results] == [
        "EventApplied", "EventApplied", "EventDuplicate", "EventIgnored", "EventApplied", "EventIgnored",
        "EventRejected",
    ]  # fmt: skip
    assert results[0]["after"] == ["ACTIVE", "CONTACTED"]
    assert results[2]["activity"]["id"] == results[0]["activity"]["id"]
    assert results[3]["activity"]["ignoredBecause"] == ["ALREADY_SET"]
    assert results[4]["after"] == ["FINISHED", "CONTACTED", "OPENED", "REPLIED"]
    assert [reason["code"] for reason in results[5]["reasons"]] == ["NOT_ACTIVE", "NOT_ACTIVE"]
    assert results[6]["why"][0]["code"] == "CONTACT_NOT_FOUND"
    assert (await record(world, home, event("4", "REPLY_RECEIVED", "ada@example.com")))[0][
        "__typename"
    ] == "EventDuplicate"
    await assert_sound(world.database, home.team_id)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"source": " "}, "events.0.source"),
        ({"id": "x" * 201}, "events.0.id"),
        ({"kind": "STEPS_CHANGED"}, "events.0.kind"),
        ({"contactId": "Q29udGFjdDox"}, "events.0.contactId"),
        ({"email": None}, "events.0.contactId"),
        ({"occurredAt": "2999-01-01T00:00:00Z"}, "events.0.occurredAt"),
        ({"detail": "x" * 2_001}, "events.0.detail"),
    ],
)
async def test_what_cannot_be_recorded_says_where(world: World, change: dict[str, Any], field: str) -> None:
    home = await world.team()
    await enrolled(home, ["ada@example.com"])
    [result] = await record(world, home, event("1", "EMAIL_SENT", "ada@example.com") | change)
    assert result["__typename"] == "EventRejected"
    assert field in [reason.get("field") for reason in result["why"]]


async def test_what_happened_before_a_person_decided_moves_no_stage(world: World) -> None:
    home = await world.team()
    [contact_id] = await enrolled(home, ["ada@example.com"])
    await record(world, home, event("1", "EMAIL_SENT", "ada@example.com"))
    await statuses.set_status(home.owner.context, contact_id, add=[Status.PAUSED])
    await statuses.set_status(home.owner.context, contact_id, add=[Status.ACTIVE])
    late, opened, opted_out = await record(
        world,
        home,
        event("2", "EMAIL_BOUNCED", "ada@example.com"),
        event("3", "EMAIL_OPENED", "ada@example.com"),
        event("4", "OPT_OUT_CLICKED", "ada@example.com"),
    )
    assert late["activity"]["ignoredBecause"] == ["DECIDED_SINCE"]
    assert opened["after"] == ["ACTIVE", "CONTACTED", "OPENED"]
    assert opted_out["after"] == ["OPTED_OUT", "CONTACTED", "OPENED"]


async def test_the_same_events_from_many_callers_at_once_count_once(world: World) -> None:
    home = await world.team()
    emails = [f"c{number}@example.com" for number in range(20)]
    await enrolled(home, emails)
    reported = [
        event(f"{email}-{kind}", kind, email) for email in emails for kind in ("EMAIL_SENT", "EMAIL_OPENED")
    ]
    answers = await asyncio.gather(
        *(record(world, home, *reported[turn:], *reported[:turn]) for turn in range(10))
    )
    applied = [each for answer in answers for each in answer if each["__typename"] == "EventApplied"]
    opened_first = [each for answer in answers for each in answer if each["__typename"] == "EventIgnored"]
    assert len(applied) + len(opened_first) == len(reported)
    async with world.database.read(home.team_id) as session:
        records = await contacts_of(session, home.team_id)
        assert [record.enrolment.emails_received for record in records] == [1] * 20
    await assert_sound(world.database, home.team_id)


async def contacts_of(session: Any, team_id: int) -> list[Any]:
    query = select(col(Contact.id)).where(col(Contact.team_id) == team_id)
    found = await by_ids(session, View(team_id), (await session.execute(query)).scalars().all())
    return list(found.values())


async def test_the_number_of_statements_does_not_grow_with_the_events(world: World) -> None:
    counts = []
    for size in (5, 500):
        home = await world.team()
        emails = [f"c{number}@example.com" for number in range(size)]
        await enrolled(home, emails)
        happened = [
            events.Happened(Event.EMAIL_SENT, email=email, source="test", id=email) for email in emails
        ]
        with world.database.count() as statements:
            made(await events.report(home.system.context, happened))
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 9
