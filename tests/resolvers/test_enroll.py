"""Contacts put into a sequence: each has its own answer, and who cannot go stays where it is."""

from __future__ import annotations

import asyncio

import pytest

from models.tables import ActivityKind, Visibility
from resolvers import contacts, enrolments, sequences, statuses
from resolvers.enrolments import Done, NotDone
from rules.statuses import Status
from tests.resolvers.making import (
    a_sequence,
    codes,
    enrolled,
    log_of,
    refused,
    statuses_of,
    stays_of,
    the_contacts,
    the_record,
)
from tests.resolvers.soundness import assert_sound
from tests.world import World, made

ACTIVE = frozenset({Status.ACTIVE})


async def test_who_enters_is_active_with_every_step_before_it(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    sequence_id = await a_sequence(context, "A", "B")
    [contact_id] = await the_contacts(context, 1)
    [answer] = made(await enrolments.enroll(context, sequence_id, [contact_id]))
    assert isinstance(answer, Done)
    assert (answer.before, answer.after) == (frozenset(), ACTIVE)
    record = await the_record(context, contact_id)
    assert record.sequence is not None
    assert record.enrolment is not None
    assert (record.sequence.id, record.contact.statuses) == (sequence_id, ACTIVE)
    stay = record.enrolment
    assert (stay.steps_left, stay.emails_received, stay.sms_sent, stay.completed) == (2, 0, 0, [])
    *_, line = await log_of(context, contact_id)
    assert (line.kind, line.sequence_id, line.version) == (ActivityKind.ENROLLED, sequence_id, 2)
    assert line.id == answer.line.id
    await assert_sound(world.database, home.team_id)


async def test_each_of_the_list_has_its_own_reasons(world: World) -> None:
    home, other = await world.team(), await world.team()
    context = home.owner.context
    sequence_id = await a_sequence(context, "A")
    good, opted_out = await the_contacts(context, 2)
    made(await statuses.set_status(context, opted_out, add=[Status.OPTED_OUT]))
    [inside] = await enrolled(context, sequence_id)
    made(await statuses.set_status(context, inside, add=[Status.OPTED_OUT]))
    [mates] = await the_contacts(home.mate.context, 1, "mate")
    [theirs] = await the_contacts(other.owner.context, 1)
    listed = [None, good, theirs, inside, good, opted_out, mates, None]
    answers = made(await enrolments.enroll(context, sequence_id, listed))
    assert [codes(each) for each in answers] == [
        ["CONTACT_NOT_FOUND"],
        [],
        ["CONTACT_NOT_FOUND"],
        ["ALREADY_IN_SEQUENCE", "OPTED_OUT"],
        ["INVALID_INPUT"],
        ["OPTED_OUT"],
        ["NOT_THE_OWNER"],
        ["CONTACT_NOT_FOUND"],
    ]
    assert [each.index for each in answers if isinstance(each, NotDone)] == [0, 2, 3, 4, 5, 6, 7]
    assert await statuses_of(context, [good, opted_out, mates]) == [ACTIVE, {Status.OPTED_OUT}, set()]
    assert (await the_record(context, mates)).contact.version == 1
    assert not await stays_of(context, mates)
    await assert_sound(world.database, home.team_id)


async def test_a_sequence_says_every_reason_why_it_is_closed(world: World) -> None:
    home, other = await world.team(), await world.team()
    context = home.owner.context
    [contact_id] = await the_contacts(home.mate.context, 1)
    empty = await a_sequence(context)
    made(await sequences.update(context, empty, {"archived": True}))
    outcome = await enrolments.enroll(home.mate.context, empty, [contact_id])
    assert refused(outcome) == ["NOT_THE_OWNER", "SEQUENCE_ARCHIVED", "NO_STEPS"]
    theirs = await a_sequence(other.owner.context, "A")
    for unknown in (None, 0, theirs):
        outcome = await enrolments.enroll(context, unknown, [contact_id])
        assert refused(outcome) == ["SEQUENCE_NOT_FOUND"]
        assert refused(await enrolments.move(context, unknown, [contact_id])) == ["SEQUENCE_NOT_FOUND"]
    assert (await the_record(context, contact_id)).contact.version == 1


async def test_an_archived_sequence_keeps_those_who_are_in_it(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    sequence_id = await a_sequence(context, "A")
    [contact_id] = await enrolled(context, sequence_id)
    made(await sequences.update(context, sequence_id, {"archived": True}))
    assert await statuses_of(context, [contact_id]) == [ACTIVE]
    [new] = await the_contacts(context, 1)
    assert refused(await enrolments.enroll(context, sequence_id, [new])) == ["SEQUENCE_ARCHIVED"]
    made(await sequences.update(context, sequence_id, {"archived": False}))
    assert codes(made(await enrolments.enroll(context, sequence_id, [new]))[0]) == []


async def test_with_team_edition_off_everyone_may(world: World) -> None:
    home = await world.team(team_edition=False)
    sequence_id = await a_sequence(home.owner.context, "A")
    ids = await the_contacts(home.owner.context, 2)
    answers = made(await enrolments.enroll(home.mate.context, sequence_id, ids))
    assert [codes(each) for each in answers] == [[], []]


async def test_in_private_mode_a_teammates_contact_does_not_exist(world: World) -> None:
    home = await world.team(visibility=Visibility.PRIVATE)
    sequence_id = await a_sequence(home.mate.context, "A")
    [contact_id] = await the_contacts(home.owner.context, 1)
    [answer] = made(await enrolments.enroll(home.mate.context, sequence_id, [contact_id]))
    assert codes(answer) == ["CONTACT_NOT_FOUND"]


@pytest.mark.parametrize("count", [0, 1_001])
async def test_a_list_has_one_to_a_thousand(world: World, count: int) -> None:
    context = (await world.team()).owner.context
    sequence_id = await a_sequence(context, "A")
    ids = list(range(1, count + 1))
    assert refused(await enrolments.enroll(context, sequence_id, ids)) == ["INVALID_INPUT"]
    assert refused(await enrolments.move(context, sequence_id, ids)) == ["INVALID_INPUT"]
    assert refused(await enrolments.remove(context, ids)) == ["INVALID_INPUT"]


async def test_a_thousand_enter_move_and_leave_in_one_call_each(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    first, second = await a_sequence(context, "A"), await a_sequence(context, "{City}")
    profiles = [
        contacts.Profile(f"p{number}@example.com", {}, [("City", "Oslo")] if number % 2 else [])
        for number in range(1_000)
    ]
    ids = [each.record.contact.id for each in made(await contacts.upsert(context, profiles))]
    ids.reverse()
    entered = made(await enrolments.enroll(context, first, ids))
    moved = made(await enrolments.move(context, second, ids))
    for answers in (entered, moved):
        assert [each.record.contact.id for each in answers] == ids
    assert {each.after for each in entered} == {ACTIVE}
    by_lack = [frozenset({Status.ACTIVE}), frozenset({Status.MISSING_DATA})]
    assert [each.after for each in moved] == by_lack * 500
    await assert_sound(world.database, home.team_id)
    left = made(await enrolments.remove(context, ids))
    assert {each.after for each in left} == {frozenset()}
    await assert_sound(world.database, home.team_id)


async def test_of_concurrent_enrolments_into_two_sequences_exactly_one_wins(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    both = [await a_sequence(context, "A") for _ in range(2)]
    for [contact_id] in [await the_contacts(context, 1, f"r{turn}-") for turn in range(10)]:
        outcomes = await asyncio.gather(
            *(enrolments.enroll(context, sequence_id, [contact_id]) for sequence_id in both * 2)
        )
        answers = [codes(made(outcome)[0]) for outcome in outcomes]
        assert sorted(answers) == [[], *[["ALREADY_IN_SEQUENCE"]] * 3]
        assert len(await stays_of(context, contact_id)) == 1
    await assert_sound(world.database, home.team_id)
