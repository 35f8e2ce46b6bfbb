"""Steps added to and removed from a sequence with contacts in it: steps left, and Finished (S27, S28)."""

from __future__ import annotations

import pytest

from resolvers import sequences, statuses
from rules.events import Event
from rules.statuses import Status
from tests.resolvers.making import (
    CALL,
    a_sequence,
    enrolled,
    happens,
    log_of,
    refused,
    statuses_of,
    steps_of,
    the_record,
)
from tests.resolvers.soundness import assert_sound
from tests.world import World, made

ACTIVE, FINISHED = frozenset({Status.ACTIVE}), frozenset({Status.FINISHED})
DONE = FINISHED | {Status.CONTACTED}


async def test_when_the_last_step_is_removed_everyone_active_is_finished(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    sequence_id = await a_sequence(context, "A", "B")
    active, paused = await enrolled(context, sequence_id, 2)
    made(await statuses.set_status(context, paused, add=[Status.PAUSED]))
    first, second = await steps_of(context, sequence_id)
    made(await sequences.remove_step(context, first.id))
    assert await statuses_of(context, [active]) == [ACTIVE]
    made(await sequences.remove_step(context, second.id))
    assert await statuses_of(context, [active, paused]) == [FINISHED, frozenset({Status.PAUSED})]
    *_, line = await log_of(context, active)
    assert (line.cause, line.member_id) == (Event.STEPS_CHANGED, None)
    assert refused(await statuses.set_status(context, paused, add=[Status.ACTIVE])) == ["NO_STEPS_LEFT"]
    await assert_sound(world.database, home.team_id)


async def test_removing_the_one_step_that_was_left_finishes_who_had_done_the_others(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    sequence_id = await a_sequence(context, "A", "B")
    ahead, behind = await enrolled(context, sequence_id, 2)
    first, second = await steps_of(context, sequence_id)
    await happens(context, ahead, Event.EMAIL_SENT, step_id=first.id)
    made(await sequences.remove_step(context, second.id))
    assert await statuses_of(context, [ahead, behind]) == [DONE, ACTIVE]
    await assert_sound(world.database, home.team_id)


async def test_removing_a_step_one_has_done_leaves_as_many_as_before(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    sequence_id = await a_sequence(context, "A", "B")
    [contact_id] = await enrolled(context, sequence_id)
    first, _ = await steps_of(context, sequence_id)
    await happens(context, contact_id, Event.EMAIL_SENT, step_id=first.id)
    made(await sequences.remove_step(context, first.id))
    stay = (await the_record(context, contact_id)).enrolment
    assert stay is not None
    assert (stay.steps_left, stay.completed) == (1, [first.id])
    await assert_sound(world.database, home.team_id)


@pytest.mark.parametrize("position", [1, 2])
async def test_who_is_finished_stays_so_when_steps_are_added_until_a_person_goes_on(
    world: World, position: int
) -> None:
    home = await world.team()
    context = home.owner.context
    sequence_id = await a_sequence(context, "A")
    [contact_id] = await enrolled(context, sequence_id)
    [step] = await steps_of(context, sequence_id)
    await happens(context, contact_id, Event.EMAIL_SENT, step_id=step.id)
    assert refused(await statuses.set_status(context, contact_id, add=[Status.ACTIVE])) == ["NO_STEPS_LEFT"]
    made(await sequences.add_step(context, sequence_id, kind=CALL, body="x", position=position))
    assert await statuses_of(context, [contact_id]) == [DONE]
    made(await statuses.set_status(context, contact_id, add=[Status.ACTIVE]))
    assert await statuses_of(context, [contact_id]) == [ACTIVE | {Status.CONTACTED}]
    await assert_sound(world.database, home.team_id)


async def test_a_refused_change_of_steps_touches_no_contact(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    sequence_id = await a_sequence(context, "A")
    [contact_id] = await enrolled(context, sequence_id)
    [step] = await steps_of(context, sequence_id)
    assert refused(await sequences.remove_step(home.mate.context, step.id)) == ["NOT_THE_OWNER"]
    assert refused(await sequences.update_step(context, step.id, {"body": "{City}", "position": 2}))
    assert refused(await sequences.add_step(context, sequence_id, kind=CALL, subject="x", body="{City}"))
    record = await the_record(context, contact_id)
    assert (record.contact.statuses, record.contact.version) == (ACTIVE, 2)
    assert [(each.id, each.body) for each in await steps_of(context, sequence_id)] == [(step.id, "A")]
    await assert_sound(world.database, home.team_id)
