"""What an event counts: emails, SMS and completed steps of the contact's stay."""

from __future__ import annotations

import pytest

from models.tables import ActivityKind
from resolvers import enrolments, events, sequences, statuses
from resolvers.events import Happened
from rules.events import Event
from rules.statuses import Status
from tests.resolvers.making import (
    CALL,
    a_sequence,
    codes,
    happens,
    log_of,
    one,
    recorded,
    steps_of,
    the_record,
)
from tests.resolvers.soundness import assert_sound
from tests.world import Home, World, made

SENT = Event.EMAIL_SENT


async def _sequence_of(home: Home, contact_id: int) -> int:
    return (await the_record(home.owner.context, contact_id)).contact.sequence_id or 0


async def test_emails_sms_and_steps_are_counted_and_the_last_step_finishes(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    contact_id = await one(home, "A", "B")
    sequence_id = (await the_record(context, contact_id)).contact.sequence_id
    made(await sequences.add_step(context, sequence_id, kind=CALL, body="x"))
    first, second, third = await steps_of(context, sequence_id or 0)
    await events.record(
        home.system.context,
        [
            Happened(SENT, contact_id, step_id=first.id),
            Happened(Event.SMS_SENT, contact_id, step_id=second.id),
            Happened(SENT, contact_id, step_id=first.id),  # the same step again: an email more, no step
            Happened(Event.SMS_SENT, contact_id),
        ],
    )
    stay = (await the_record(context, contact_id)).enrolment
    assert stay is not None
    assert (stay.emails_received, stay.sms_sent, stay.steps_left) == (2, 2, 1)
    assert stay.completed == [first.id, second.id]
    outcome = await happens(context, contact_id, Event.STEP_COMPLETED, step_id=third.id)
    assert outcome.after == {Status.FINISHED, Status.CONTACTED}
    await assert_sound(world.database, home.team_id)


async def test_an_email_sent_to_who_is_not_active_counts_nothing_and_is_logged(world: World) -> None:
    home = await world.team()
    contact_id = await one(home, "A", "B")
    made(await statuses.set_status(home.owner.context, contact_id, add=[Status.PAUSED]))
    step = (await steps_of(home.owner.context, await _sequence_of(home, contact_id)))[0]
    outcome = await happens(home.system.context, contact_id, SENT, step_id=step.id, note="mail 7")
    assert outcome.before == outcome.after == {Status.PAUSED}
    record = await the_record(home.owner.context, contact_id)
    assert record.enrolment is not None
    assert (record.enrolment.emails_received, record.enrolment.steps_left) == (0, 2)
    *_, line = await log_of(home.owner.context, contact_id)
    assert (line.kind, line.version, line.cause) == (ActivityKind.EVENT_IGNORED, None, SENT)
    assert line.note == "mail 7"
    await assert_sound(world.database, home.team_id)


async def test_a_step_completed_counts_for_who_is_stopped_without_starting_it(world: World) -> None:
    home = await world.team()
    contact_id = await one(home, "A")
    made(await statuses.set_status(home.owner.context, contact_id, add=[Status.PAUSED]))
    [step] = await steps_of(home.owner.context, await _sequence_of(home, contact_id))
    outcome = await happens(home.system.context, contact_id, Event.STEP_COMPLETED, step_id=step.id)
    assert outcome.after == {Status.PAUSED}
    await assert_sound(world.database, home.team_id)


@pytest.mark.parametrize("event", [SENT, Event.SMS_SENT, Event.STEP_COMPLETED])
async def test_a_step_of_another_sequence_or_one_removed_completes_nothing(
    world: World, event: Event
) -> None:
    home = await world.team()
    context = home.owner.context
    contact_id = await one(home, "A", "B")
    sequence_id = await _sequence_of(home, contact_id)
    removed, _ = await steps_of(context, sequence_id)
    made(await sequences.remove_step(context, removed.id))
    [foreign] = await steps_of(context, await a_sequence(context, "X"))
    happened = [Happened(event, contact_id, step_id=id_) for id_ in (removed.id, foreign.id, 0)]
    outcomes = await recorded(home.system.context, happened)
    assert all(Status.ACTIVE in outcome.after for outcome in outcomes)
    assert set(codes(outcomes[1])) == {"EARLIER_SEQUENCE"}
    stay = (await the_record(context, contact_id)).enrolment
    assert stay is not None
    assert (stay.steps_left, stay.completed) == (1, [])
    assert stay.emails_received == (2 if event is SENT else 0)  # the other sequence's is not received in this
    await assert_sound(world.database, home.team_id)


async def test_a_thousand_events_of_one_contact_are_counted_each(world: World) -> None:
    home = await world.team()
    contact_id = await one(home, "A", "B")
    await events.record(home.system.context, [Happened(SENT, contact_id)] * 1_000)
    stay = (await the_record(home.owner.context, contact_id)).enrolment
    assert stay is not None
    assert stay.emails_received == 1_000
    made(await enrolments.remove(home.owner.context, [contact_id]))
    await assert_sound(world.database, home.team_id)
