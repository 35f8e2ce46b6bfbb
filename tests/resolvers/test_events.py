"""What happened, counted and made into statuses: section 5 of the specification, line by line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from resolvers import events, statuses
from resolvers.events import Happened
from rules.events import Event
from rules.facts import Channel, OutOfOfficeProcessing, RepliesHandling
from rules.statuses import Status
from tests.resolvers.making import (
    codes,
    happens,
    log_of,
    one,
    recorded,
    statuses_of,
    the_contacts,
    the_record,
)
from tests.resolvers.soundness import assert_sound
from tests.world import World, made

S = Status
SENT = Event.EMAIL_SENT


LINES: list[tuple[tuple[Event, ...], dict[str, Any], set[Status], list[str]]] = [
    ((SENT,), {}, {S.ACTIVE, S.CONTACTED}, ["STEPS_LEFT"]),
    ((SENT, Event.EMAIL_BOUNCED), {}, {S.BOUNCED, S.CONTACTED}, []),
    ((Event.EMAIL_BOUNCED,), {}, {S.ACTIVE}, ["REPLIES_NOT_TRACKED"]),
    ((SENT, Event.EMAIL_OPENED), {}, {S.ACTIVE, S.CONTACTED, S.OPENED}, []),
    ((Event.EMAIL_OPENED,), {}, {S.ACTIVE}, ["NO_EMAIL_RECEIVED"]),
    ((SENT, Event.EMAIL_OPENED), {"track_opens": False}, {S.ACTIVE, S.CONTACTED}, ["OPENS_NOT_TRACKED"]),
    ((SENT, Event.LINK_CLICKED), {}, {S.ACTIVE, S.CONTACTED, S.CLICKED}, []),
    ((SENT, Event.LINK_CLICKED), {"track_clicks": False}, {S.ACTIVE, S.CONTACTED}, ["CLICKS_NOT_TRACKED"]),
    ((SENT, Event.REPLY_RECEIVED), {}, {S.FINISHED, S.CONTACTED, S.REPLIED}, []),
    (
        (SENT, Event.REPLY_RECEIVED),
        {"replies_handling": RepliesHandling.CONTINUE},
        {S.ACTIVE, S.CONTACTED, S.REPLIED},
        [],
    ),
    ((SENT, Event.AUTO_REPLY_RECEIVED), {}, {S.FINISHED, S.CONTACTED, S.AUTO_REPLIED}, []),
    ((SENT, Event.OUT_OF_OFFICE_RECEIVED), {}, {S.OUT_OF_OFFICE, S.CONTACTED}, []),
    (
        (SENT, Event.OUT_OF_OFFICE_RECEIVED, Event.REPLY_RECEIVED),
        {},
        {S.FINISHED, S.CONTACTED, S.REPLIED},
        [],
    ),
    ((SENT, Event.OUT_OF_OFFICE_RECEIVED, Event.EMAIL_BOUNCED), {}, {S.BOUNCED, S.CONTACTED}, []),
    ((Event.OPT_OUT_CLICKED,), {}, {S.OPTED_OUT}, []),
    ((SENT, Event.COMPLAINT_RECEIVED), {}, {S.OPTED_OUT, S.CONTACTED}, []),
    ((Event.DO_NOT_CONTACT_SET,), {}, {S.OPTED_OUT}, []),
    ((Event.DO_NOT_CONTACT_SET,), {"text_opt_out": False}, {S.ACTIVE}, ["TEXT_OPT_OUT_OFF"]),
    ((Event.STEP_REACHED,), {}, {S.ACTIVE, S.TO_CALL}, []),
    ((Event.STEP_REACHED, Event.CALL_MADE), {}, {S.ACTIVE, S.CALLED}, []),
    ((Event.SMS_SENT,), {}, {S.ACTIVE}, ["STEPS_LEFT"]),
    (
        (SENT, Event.OUT_OF_OFFICE_RECEIVED, Event.OUT_OF_OFFICE_OVER),
        {"out_of_office": OutOfOfficeProcessing.AUTOMATIC},
        {S.ACTIVE, S.CONTACTED},
        [],
    ),
    (
        (SENT, Event.OUT_OF_OFFICE_RECEIVED, Event.OUT_OF_OFFICE_OVER),
        {},
        {S.OUT_OF_OFFICE, S.CONTACTED},
        ["NO_TRANSITION"],
    ),
    ((Event.OPT_OUT_CLICKED, Event.COMPLAINT_RECEIVED), {}, {S.OPTED_OUT}, ["ALREADY_SET"]),
]


@pytest.mark.parametrize(("happened", "settings", "expected", "last"), LINES)
async def test_each_event_does_what_the_specification_says(
    world: World,
    happened: tuple[Event, ...],
    settings: dict[str, Any],
    expected: set[Status],
    last: list[str],
) -> None:
    home = await world.team()
    contact_id = await one(home, "A", "B", **settings)
    outcomes = await recorded(home.system.context, [Happened(event, contact_id) for event in happened])
    assert (set(outcomes[-1].after), codes(outcomes[-1])) == (expected, last)
    assert await statuses_of(home.owner.context, [contact_id]) == [expected]
    lines = await log_of(home.owner.context, contact_id)
    assert [line.cause for line in lines if line.cause] == list(happened)  # each stands in the log
    assert {line.member_id for line in lines if line.cause} == {None}
    await assert_sound(world.database, home.team_id)


async def test_a_contact_in_no_sequence_can_opt_out_and_nothing_else(world: World) -> None:
    home = await world.team()
    [contact_id] = await the_contacts(home.owner.context, 1)
    for event in Event:
        outcome = await happens(home.system.context, contact_id, event)
        if event in {Event.OPT_OUT_CLICKED, Event.COMPLAINT_RECEIVED, Event.DO_NOT_CONTACT_SET}:
            assert outcome.after == {S.OPTED_OUT}
            made(await statuses.set_status(home.owner.context, contact_id, remove=[S.OPTED_OUT]))
        else:
            assert outcome.after == frozenset()
    await assert_sound(world.database, home.team_id)


async def test_an_event_of_a_contact_nobody_knows_has_no_outcome_and_the_others_have(world: World) -> None:
    home, other = await world.team(), await world.team()
    contact_id, theirs = await one(home, "A"), await one(other, "A")
    happened = [Happened(Event.OPT_OUT_CLICKED, id_) for id_ in (0, theirs, contact_id)]
    outcomes = await events.record(home.system.context, happened)
    assert [codes(each.problems) for each in outcomes if isinstance(each, events.Rejected)] == [
        ["CONTACT_NOT_FOUND"],
        ["CONTACT_NOT_FOUND"],
    ]
    assert isinstance(outcomes[2], events.Outcome)
    assert outcomes[2].after == {S.OPTED_OUT}
    assert await statuses_of(other.owner.context, [theirs]) == [{S.ACTIVE}]


async def test_events_of_a_batch_are_decided_in_the_order_given(world: World) -> None:
    home = await world.team()
    first, second = await one(home, "A", "B"), await one(home, "A", "B")
    given = [(Event.EMAIL_OPENED, first), (SENT, second), (SENT, first), (Event.EMAIL_OPENED, second)]
    outcomes = await recorded(home.system.context, [Happened(*each) for each in given])
    expected = [["NO_EMAIL_RECEIVED"], ["STEPS_LEFT"], ["STEPS_LEFT"], []]
    assert [codes(outcome) for outcome in outcomes] == expected
    lines = await log_of(home.owner.context, second)
    assert [line.cause for line in lines if line.cause] == [SENT, Event.EMAIL_OPENED]
    await assert_sound(world.database, home.team_id)


async def test_the_log_keeps_when_it_happened_by_which_channel_and_what_was_noted(world: World) -> None:
    home = await world.team()
    contact_id = await one(home, "A", "B")
    at = datetime(2020, 2, 29, 12, tzinfo=UTC)
    happened = [
        Happened(Event.SMS_SENT, contact_id, at=at),
        Happened(Event.REPLY_RECEIVED, contact_id, channel=Channel.SMS, note="Yes, call me"),
        Happened(Event.REPLY_RECEIVED, contact_id, at=at, note="Second thoughts"),
    ]
    _, replied, again = await recorded(home.system.context, happened)
    assert (codes(replied), codes(again)) == ([], ["ALREADY_SET"])
    contact = (await the_record(home.owner.context, contact_id)).contact
    assert contact.replied_by is Channel.SMS  # S39
    sent, reply, second = (await log_of(home.owner.context, contact_id))[-3:]
    assert (sent.happened_at, second.happened_at) == (at, at)
    assert sent.recorded_at > at
    assert abs(reply.happened_at - reply.recorded_at) < timedelta(seconds=5)
    assert (reply.channel, second.channel) == (Channel.SMS, Channel.EMAIL)
    assert (reply.note, second.note) == ("Yes, call me", "Second thoughts")
    await assert_sound(world.database, home.team_id)


async def test_whoever_reports_an_event_it_is_the_systems_doing(world: World) -> None:
    home = await world.team()
    contact_id = await one(home, "A", "B")
    outcome = await happens(home.mate.context, contact_id, SENT)
    assert outcome.after == {S.ACTIVE, S.CONTACTED}
    *_, line = await log_of(home.owner.context, contact_id)
    assert line.member_id is None
