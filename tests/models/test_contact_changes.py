"""One contact is changed in one statement, and only if all that was decided on still stands."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Any

import asyncpg  # type: ignore[import-untyped]
import pytest
from sqlalchemy import text

from models import changes
from models.contact_lists import ContactRecord
from models.contacts import View
from models.parts import Parts
from models.tables import Activity, ActivityKind, Contact, Enrolment, Sequence
from models.values import Loaded
from resolvers import enrolments, statuses
from resolvers.context import Context
from resolvers.journal import Journal
from rules.statuses import Status
from tests.resolvers.making import a_sequence, enrolled, the_contacts, the_record
from tests.resolvers.soundness import assert_sound
from tests.world import Home, World, made

ALL = Parts(*(Loaded(table).names for table in (Contact, Enrolment, Sequence)))
MEANWHILE = (
    "update enrolment set emails_received = emails_received + 1 where contact_id = :id",
    "update enrolment set sms_sent = sms_sent + 1 where contact_id = :id",
    "update enrolment set steps_left = 0 where contact_id = :id",
    "update enrolment set missing_variables = '{City}' where contact_id = :id",
    "update contact set version = version + 1 where id = :id",
)
OTHERWISE = (
    "update contact set first_name = 'Zoe' where id = :id",
    "update enrolment set completed = '{}' where contact_id = :id",
)
"""What a change is not decided on."""


async def paused(context: Context, contact_id: int) -> tuple[ContactRecord, Activity]:
    """Read a contact and decide to pause it; nothing is stored yet."""
    record = await changes.read(context.database.reader, View(context.team_id), contact_id, ALL)
    assert record
    journal = Journal(context.team_id, context.caller.member_id)
    line = journal.change(record, frozenset({Status.PAUSED}), ActivityKind.STATUSES_CHANGED)
    return record, line


def _columns(value: Any) -> dict[str, Any]:
    return asdict(value)


async def one(world: World) -> tuple[Home, int]:
    home = await world.team()
    [contact_id] = await enrolled(home.owner.context, await a_sequence(home.owner.context, "A"))
    return home, contact_id


async def test_a_record_is_what_a_session_would_have_loaded(world: World) -> None:
    home, contact_id = await one(world)
    context = home.owner.context
    found = await changes.read(context.database.reader, context.caller.view, contact_id, ALL)
    stored = await the_record(context, contact_id)
    assert found
    for ours, theirs in (
        (found.contact, stored.contact),
        (found.enrolment, stored.enrolment),
        (found.sequence, stored.sequence),
    ):
        assert ours
        assert theirs
        assert _columns(ours) == theirs.model_dump()
    assert await changes.read(context.database.reader, context.caller.view, 0) is None


async def test_of_a_record_is_read_what_a_change_needs_and_what_is_to_be_shown(world: World) -> None:
    home, contact_id = await one(world)
    context = home.owner.context
    shown = Parts(("email", "version"), (), ("name",))
    found = await changes.read(context.database.reader, context.caller.view, contact_id, shown)
    stored = await the_record(context, contact_id)
    assert found
    assert found.sequence
    assert stored.sequence
    assert (found.contact.email, found.sequence.name) == (stored.contact.email, stored.sequence.name)
    assert found.contact.version == stored.contact.version
    for unread in (lambda: found.contact.company, lambda: found.sequence.archived):
        with pytest.raises(AttributeError):
            unread()


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("meanwhile", "stands"),
    [*((each, False) for each in MEANWHILE), *((each, True) for each in OTHERWISE)],
)
async def test_what_was_decided_on_something_else_is_not_stored(
    world: World, meanwhile: str, stands: bool, late: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another stores is there before the statement begins, or comes before it has the locks."""
    home, contact_id = await one(world)
    context = home.owner.context
    record, line = await paused(context, contact_id)
    if late:
        slow = changes._STATEMENT[True].replace(" from json_to", " from pg_sleep(0.3) as nothing, json_to", 1)
        monkeypatch.setitem(changes._STATEMENT, True, slow.replace("select * from", "select given.* from", 1))
    storing = asyncio.create_task(changes.store(context.database, record, line)) if late else None
    await asyncio.sleep(0.1 if late else 0)
    async with context.write() as session:
        await session.execute(text(meanwhile), {"id": contact_id})
    assert await (storing or changes.store(context.database, record, line)) is stands
    wanted = Status.PAUSED if stands else Status.ACTIVE
    assert (await the_record(context, contact_id)).contact.statuses == {wanted}


async def test_a_contact_that_another_changes_is_not_waited_for(world: World) -> None:
    home, contact_id = await one(world)
    context = home.owner.context
    record, line = await paused(context, contact_id)
    async with context.write() as session:
        await session.execute(text(MEANWHILE[0]), {"id": contact_id})
        assert await asyncio.wait_for(changes.store(context.database, record, line), 5) is False


async def test_a_contact_that_left_its_sequence_is_not_changed_as_if_it_were_there(world: World) -> None:
    home, contact_id = await one(world)
    context = home.owner.context
    record, line = await paused(context, contact_id)
    made(await enrolments.remove(context, [contact_id]))
    assert await changes.store(context.database, record, line) is False
    await assert_sound(world.database, home.team_id)


async def test_of_many_who_decided_on_the_same_one_is_stored(world: World) -> None:
    home, contact_id = await one(world)
    context = home.owner.context
    decided = [await paused(context, contact_id) for _ in range(6)]
    stored = await asyncio.gather(*(changes.store(context.database, *each) for each in decided))
    assert sum(stored) == 1
    await assert_sound(world.database, home.team_id)


async def test_changes_that_come_at_once_are_one_statement(world: World) -> None:
    home, _ = await one(world)
    context = home.owner.context
    ids = await enrolled(context, await a_sequence(context, "B"), 6)
    loose = await the_contacts(context, 2, "loose")
    with world.database.count() as sent:
        done = await asyncio.gather(
            *(
                statuses.set_status(context, each, add=[Status.OPTED_OUT], note=str(each))
                for each in ids + loose
            )
        )
    assert [(made(each).line.contact_id, made(each).line.note) for each in done] == [
        (each, str(each)) for each in ids + loose
    ]
    assert len(sent) == 3  # read; changed: those in a sequence, those in none
    await assert_sound(world.database, home.team_id)


async def test_a_contact_that_another_holds_keeps_nobody_waiting(world: World) -> None:
    home, held = await one(world)
    context = home.owner.context
    [free] = await enrolled(context, await a_sequence(context, "B"))
    decided = [await paused(context, each) for each in (held, free)]
    async with context.write() as session:
        await session.execute(text("select from contact where id = :id for update"), {"id": held})
        storing = (changes.store(context.database, *each) for each in decided)
        assert await asyncio.wait_for(asyncio.gather(*storing), 5) == [False, True]


async def test_one_change_that_cannot_be_stored_takes_no_other_along(world: World) -> None:
    home, contact_id = await one(world)
    context = home.owner.context
    [other] = await enrolled(context, await a_sequence(context, "B"))
    (broken, line), fine = await paused(context, contact_id), await paused(context, other)
    line.member_id = 0  # there is no such member
    storing = (changes.store(context.database, *each) for each in ((broken, line), fine))
    assert await asyncio.gather(*storing) == [False, False]  # and each is then decided by itself
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await changes.store(context.database, broken, line)
    assert await changes.store(context.database, *fine)
    await assert_sound(world.database, home.team_id)


async def test_the_record_and_the_line_are_as_they_were_stored(world: World) -> None:
    home, contact_id = await one(world)
    context = home.owner.context
    record, line = await paused(context, contact_id)
    assert await changes.store(context.database, record, line)
    stored = await the_record(context, contact_id)
    assert _columns(record.contact) == stored.contact.model_dump()
    assert (line.stamp, line.version) == (stored.contact.stamp, stored.contact.version)
    assert line.happened_at == line.recorded_at == stored.contact.updated_at


async def test_a_contact_of_another_team_is_not_there(world: World) -> None:
    (home, _), (_, theirs) = await one(world), await one(world)
    context = home.owner.context
    assert await changes.read(context.database.reader, View(context.team_id), theirs) is None


async def test_a_change_takes_two_round_trips_and_a_refusal_one(world: World) -> None:
    home, contact_id = await one(world)
    [loose] = await the_contacts(home.owner.context, 1, "loose")
    for number, wanted, expected in (
        (contact_id, Status.PAUSED, 2),
        (contact_id, Status.PAUSED, 1),
        (loose, Status.OPTED_OUT, 2),
        (loose, Status.PAUSED, 1),
    ):
        with world.database.count() as sent:
            await statuses.set_status(home.owner.context, number, add=[wanted])
        assert len(sent) == expected
    await assert_sound(world.database, home.team_id)
