"""What switching the processing of out-of-office replies does to those who are away."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from resolvers import sequences, statuses
from resolvers.events import Happened
from rules.events import Event
from rules.statuses import Status
from tests.resolvers.away import (
    AUTOMATIC,
    MANUAL,
    put_away,
    stay_of,
    waiting,
)
from tests.resolvers.making import (
    a_sequence,
    enrolled,
    happens,
    recorded,
    refused,
)
from tests.world import World, made

S = Status


async def test_switched_to_automatic_those_away_by_a_reply_come_back_and_no_others(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    sequence_id = await a_sequence(context, "A", "B")
    soon, later, person, active = await enrolled(context, sequence_id, 4)
    day = datetime.now(UTC).date() + timedelta(days=9)
    await put_away(home, [soon])
    await put_away(home, [later], returns_on=day)
    await put_away(home, [person])
    made(await statuses.set_status(context, person, remove=[S.OUT_OF_OFFICE]))
    made(await statuses.set_status(context, person, add=[S.OUT_OF_OFFICE]))
    made(await sequences.update(context, sequence_id, {"out_of_office": AUTOMATIC, "days_away": 2}))
    ends = [(await stay_of(context, id_)).away_until for id_ in (soon, later, person, active)]
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    assert ends[1:] == [midnight, None, None]
    assert ends[0] is not None
    assert timedelta(days=2) - timedelta(hours=1) < ends[0] - datetime.now(UTC) < timedelta(days=2, hours=1)
    assert await waiting(world.database, home.team_id) == [ends[0], midnight]
    made(await sequences.update(context, sequence_id, {"days_away": 5}))  # begun absences keep their end
    assert [(await stay_of(context, id_)).away_until for id_ in (soon, later)] == ends[:2]
    made(await sequences.update(context, sequence_id, {"out_of_office": MANUAL}))
    assert [(await stay_of(context, id_)).away_until for id_ in (soon, later)] == [None, None]


async def test_switched_while_replies_come_in_nobody_is_forgotten(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    sequence_id = await a_sequence(context, "A", "B")
    ids = await enrolled(context, sequence_id, 20)
    await recorded(home.system.context, [Happened(Event.EMAIL_SENT, id_) for id_ in ids])
    replies = [happens(home.system.context, id_, Event.OUT_OF_OFFICE_RECEIVED) for id_ in ids]
    await asyncio.gather(
        *replies[:10], sequences.update(context, sequence_id, {"out_of_office": AUTOMATIC}), *replies[10:]
    )
    assert [id_ for id_ in ids if (await stay_of(context, id_)).away_until is None] == []


@pytest.mark.parametrize("days", [0, -1, 366, 2**40])
async def test_days_away_have_bounds(world: World, days: int) -> None:
    context = (await world.team()).owner.context
    assert refused(await sequences.create(context, "Launch", {"days_away": days})) == ["INVALID_INPUT"]
    sequence_id = await a_sequence(context, days_away=365)
    outcome = await sequences.update(context, sequence_id, {"days_away": days})
    assert refused(outcome) == ["INVALID_INPUT"]
