"""A batch costs as many statements as one of it, however long: ten or a thousand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from resolvers import absences, bulk, contacts, enrolments, events, sequences, undo
from resolvers.contacts import Profile
from resolvers.events import Happened
from resolvers.once import Request, once
from resolvers.statuses import Asked
from rules.events import Event
from rules.statuses import Status
from tests.resolvers.away import AUTOMATIC, LONG_AGO, MANUAL
from tests.resolvers.making import a_sequence, enrolled, recorded, steps_of, the_contacts
from tests.resolvers.soundness import assert_sound
from tests.world import Home, World, made

EXPECTED = {
    "create": 6,
    "change": 7,
    "lack": 8,
    "enroll": 8,
    "record": 7,
    "record some without a time": 5,
    "out of office": 8,
    "manual": 5,
    "automatic": 7,
    "back": 11,
    "move": 9,
    "remove": 6,
    "template": 12,
    "statuses": 5,
    "statuses with a key": 9,
    "undo": 8,
}
"""Statements of each use case, the one that names the team included; more is a reason to look."""


async def _counts(world: World, home: Home, number: int) -> dict[str, int]:
    context = home.owner.context
    here = await a_sequence(context, "{FirstName}", "B", out_of_office=AUTOMATIC)
    there = await a_sequence(context, "C")
    first = (await steps_of(context, here))[0]
    emails = [f"n{number}-{place}@example.com" for place in range(number)]
    named = [Profile(email, {"first_name": "Ada"}, [("City", "Oslo")]) for email in emails]
    ids = await the_contacts(context, number, f"e{number}-", first_name="Ada")
    at = datetime.now(UTC)

    async def lack() -> None:
        given = [Profile(f"e{number}-{place}@example.com", {"first_name": None}) for place in range(number)]
        made(await contacts.upsert(context, given))

    async def record() -> None:
        sent = [Happened(Event.EMAIL_SENT, id_, at=at, step_id=first.id) for id_ in ids]
        await recorded(home.system.context, sent)

    async def record_some_without_a_time() -> None:
        opened = [Happened(Event.EMAIL_OPENED, id_, at=at if id_ % 2 else None) for id_ in ids]
        await recorded(home.system.context, opened)

    async def out_of_office() -> None:
        away = [Happened(Event.OUT_OF_OFFICE_RECEIVED, id_, at=LONG_AGO) for id_ in ids]
        await recorded(home.system.context, away)

    bulk_ids: list[int | None] = []

    async def by_hand(status: Status, key: str | None = None) -> None:
        asked = [Asked(id_, [status] if id_ % 2 else [Status.OPENED]) for id_ in ids]
        done = await once(context, Request(key, b""), lambda joined: bulk.set_statuses(joined, asked))
        bulk_ids.append(made(done).id)

    async def template() -> None:
        made(await sequences.update_step(context, first.id, {"body": f"{{City}} {number}"}))

    uses: dict[str, Callable[[], Awaitable[object]]] = {
        "create": lambda: contacts.upsert(context, named),
        "change": lambda: contacts.upsert(context, [Profile(email, {"phone": "1"}) for email in emails]),
        "enroll": lambda: enrolments.enroll(context, here, ids),
        "record": record,
        "record some without a time": record_some_without_a_time,
        "out of office": out_of_office,
        "manual": lambda: sequences.update(context, here, {"out_of_office": MANUAL}),
        "automatic": lambda: sequences.update(context, here, {"out_of_office": AUTOMATIC}),
        "back": lambda: absences.end(home.system.context, LONG_AGO),
        "template": template,
        "lack": lack,
        "move": lambda: enrolments.move(context, there, ids),
        "statuses": lambda: by_hand(Status.TO_CALL),
        "statuses with a key": lambda: by_hand(Status.OPTED_OUT, f"{number}"),
        "undo": lambda: undo.undo(context, bulk_id=bulk_ids[-1]),
        "remove": lambda: enrolments.remove(context, ids),
    }
    found = {}
    for name, use in uses.items():
        with world.database.count() as statements:
            made(await use())
        found[name] = len(statements)
    return found


@pytest.mark.parametrize("number", [10, 1_000])
async def test_statements_do_not_grow_with_the_batch(world: World, number: int) -> None:
    home = await world.team()
    assert await _counts(world, home, number) == EXPECTED
    await assert_sound(world.database, home.team_id)


@pytest.mark.parametrize("number", [10, 1_000])
async def test_nor_with_messages_that_were_sent_and_what_answers_them(world: World, number: int) -> None:
    home = await world.team()
    sequence_id = await a_sequence(home.owner.context, "A", "B")
    ids = await enrolled(home.owner.context, sequence_id, number)
    sent = [Happened(Event.EMAIL_SENT, id_, message_id=f"{id_}@x", source="s", id=f"{id_}") for id_ in ids]
    replied = [
        Happened(Event.REPLY_RECEIVED, message_id=f"{id_}@x", text="Stop", source="r", id=f"{id_}")
        for id_ in ids
    ]
    counts = []
    for happened in (sent, replied):  # each reply is two events: it opts out
        with world.database.count() as statements:
            made(await events.report(home.system.context, happened))
        counts.append(len(statements))
    assert counts == [10, 7]
    await assert_sound(world.database, home.team_id)
