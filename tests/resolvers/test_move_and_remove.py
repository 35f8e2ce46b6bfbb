"""Contacts that change and leave their sequences: what they keep, and what the ended stay keeps of them."""

from __future__ import annotations

import asyncio

from models.tables import ActivityKind
from resolvers import enrolments, sequences, statuses
from resolvers.enrolments import Done
from rules.events import Event
from rules.facts import Channel
from rules.statuses import Status
from tests.resolvers.making import (
    a_sequence,
    codes,
    enrolled,
    happens,
    log_of,
    refused,
    statuses_of,
    stays_of,
    steps_of,
    the_contacts,
    the_record,
)
from tests.resolvers.soundness import assert_sound
from tests.world import World, made

ACTIVE = frozenset({Status.ACTIVE})


async def test_a_stay_keeps_its_final_set_and_facts_and_a_new_one_starts_with_none(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    first, second = await a_sequence(context, "A", "B"), await a_sequence(context, "C")
    [contact_id] = await enrolled(context, first)
    step = (await steps_of(context, first))[0]
    await happens(context, contact_id, Event.EMAIL_SENT, step_id=step.id)
    await happens(context, contact_id, Event.REPLY_RECEIVED)
    assert (await the_record(context, contact_id)).contact.replied_by is Channel.EMAIL
    [answer] = made(await enrolments.move(context, second, [contact_id]))
    final = frozenset({Status.FINISHED, Status.CONTACTED, Status.REPLIED})
    assert isinstance(answer, Done)
    assert (answer.before, answer.after) == (final, ACTIVE)
    ended, present = await stays_of(context, contact_id)
    assert (ended.final_statuses, ended.emails_received, ended.completed) == (final, 1, [step.id])
    assert (present.sequence_id, present.steps_left, present.emails_received) == (second, 1, 0)
    contact = (await the_record(context, contact_id)).contact
    assert (contact.replied_by, contact.sequence_id) == (None, second)
    *_, line = await log_of(context, contact_id)
    assert (line.kind, line.sequence_id) == (ActivityKind.MOVED, second)
    await assert_sound(world.database, home.team_id)


async def test_a_contact_may_come_back_to_a_sequence_it_left(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    sequence_id = await a_sequence(context, "A", "B")
    [contact_id] = await enrolled(context, sequence_id)
    step = (await steps_of(context, sequence_id))[0]
    await happens(context, contact_id, Event.EMAIL_SENT, step_id=step.id)
    made(await enrolments.remove(context, [contact_id]))
    made(await enrolments.enroll(context, sequence_id, [contact_id]))
    _, present = await stays_of(context, contact_id)
    assert (present.steps_left, present.completed) == (2, [])
    # A stay that has ended is history: steps that change later do not change it.
    made(await sequences.remove_step(context, step.id))
    ended, present = await stays_of(context, contact_id)
    assert (ended.steps_left, present.steps_left) == (1, 1)
    await assert_sound(world.database, home.team_id)


async def test_who_leaves_keeps_opted_out_and_nothing_else(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    sequence_id = await a_sequence(context, "A", "B")
    opted_out, called = await enrolled(context, sequence_id, 2)
    for contact_id in (opted_out, called):
        await happens(context, contact_id, Event.CALL_MADE)
    made(await statuses.set_status(context, opted_out, add=[Status.OPTED_OUT]))
    answers = made(await enrolments.remove(context, [opted_out, called]))
    assert [each.after for each in answers] == [{Status.OPTED_OUT}, set()]
    assert await statuses_of(context, [opted_out, called]) == [{Status.OPTED_OUT}, set()]
    [stay] = await stays_of(context, opted_out)
    assert stay.final_statuses == frozenset({Status.OPTED_OUT, Status.CALLED})
    *_, line = await log_of(context, opted_out)
    assert (line.kind, line.sequence_id) == (ActivityKind.REMOVED, sequence_id)
    outcome = made(await enrolments.enroll(context, sequence_id, [opted_out]))
    assert codes(outcome[0]) == ["OPTED_OUT"]
    made(await statuses.set_status(context, opted_out, remove=[Status.OPTED_OUT]))
    assert codes(made(await enrolments.enroll(context, sequence_id, [opted_out]))[0]) == []
    await assert_sound(world.database, home.team_id)


async def test_each_that_cannot_move_has_its_reasons(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    here, there = await a_sequence(context, "A"), await a_sequence(context, "A")
    mates = await a_sequence(home.mate.context, "A")
    good, opted_out = await enrolled(context, here, 2)
    [inside] = await enrolled(context, there)
    [theirs] = await enrolled(home.mate.context, mates)
    [outside] = await the_contacts(context, 1)
    for contact_id in (opted_out, inside):
        made(await statuses.set_status(context, contact_id, add=[Status.OPTED_OUT]))
    listed = [good, opted_out, inside, theirs, outside, None, good]
    answers = made(await enrolments.move(context, there, listed))
    assert [codes(each) for each in answers] == [
        [],
        ["OPTED_OUT"],
        ["ALREADY_IN_SEQUENCE", "OPTED_OUT"],
        ["NOT_THE_OWNER"],
        ["NOT_IN_SEQUENCE"],
        ["CONTACT_NOT_FOUND"],
        ["INVALID_INPUT"],
    ]
    for contact_id in (opted_out, inside, theirs):
        assert len(await stays_of(context, contact_id)) == 1
    assert not await stays_of(context, outside)
    await assert_sound(world.database, home.team_id)


async def test_no_one_moves_into_a_sequence_that_is_closed(world: World) -> None:
    context = (await world.team()).owner.context
    here, there = await a_sequence(context, "A"), await a_sequence(context)
    [contact_id] = await enrolled(context, here)
    assert refused(await enrolments.move(context, there, [contact_id])) == ["NO_STEPS"]
    assert (await the_record(context, contact_id)).contact.version == 2


async def test_each_that_cannot_leave_has_its_reasons(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    here, mates = await a_sequence(context, "A"), await a_sequence(home.mate.context, "A")
    [good] = await enrolled(context, here)
    [theirs] = await enrolled(home.mate.context, mates)
    [outside] = await the_contacts(context, 1)
    [mate_outside] = await the_contacts(home.mate.context, 1, "m")
    listed = [outside, theirs, good, mate_outside, None, good]
    answers = made(await enrolments.remove(context, listed))
    assert [codes(each) for each in answers] == [
        ["NOT_IN_SEQUENCE"],
        ["NOT_THE_OWNER"],
        [],
        ["NOT_THE_OWNER", "NOT_IN_SEQUENCE"],
        ["CONTACT_NOT_FOUND"],
        ["INVALID_INPUT"],
    ]
    assert await statuses_of(context, [good, theirs]) == [set(), ACTIVE]
    await assert_sound(world.database, home.team_id)


async def test_while_some_move_others_leave_and_events_arrive_each_is_done_once(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    here, there = await a_sequence(context, "A", "B"), await a_sequence(context, "A")
    ids = await enrolled(context, here, 12)
    moved, left, *_ = await asyncio.gather(
        enrolments.move(context, there, ids),
        enrolments.remove(context, ids[::-1]),
        *(happens(context, contact_id, Event.EMAIL_SENT) for contact_id in ids),
    )
    for answer in (*made(moved), *made(left)):
        assert codes(answer) in ([], ["NOT_IN_SEQUENCE"])
    assert await statuses_of(context, ids) == [frozenset()] * 12
    await assert_sound(world.database, home.team_id)
