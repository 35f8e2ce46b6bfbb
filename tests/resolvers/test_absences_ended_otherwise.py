"""An absence that ends in any other way is not ended a second time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from resolvers import absences, enrolments, statuses
from resolvers.events import Happened
from rules.events import Event
from rules.facts import RepliesHandling
from rules.statuses import Status
from tests.resolvers.away import (
    AUTOMATIC,
    away,
    stay_of,
)
from tests.resolvers.making import (
    a_sequence,
    happens,
    log_of,
    recorded,
)
from tests.resolvers.soundness import assert_sound
from tests.world import Home, World, made

S = Status


async def by_hand(home: Home, contact_id: int) -> None:
    made(await statuses.set_status(home.owner.context, contact_id, remove=[S.OUT_OF_OFFICE]))


async def opted_out_by_hand(home: Home, contact_id: int) -> None:
    made(await statuses.set_status(home.mate.context, contact_id, add=[S.OPTED_OUT]))


async def bounced_by_hand(home: Home, contact_id: int) -> None:
    made(await statuses.set_status(home.owner.context, contact_id, add=[S.BOUNCED]))


async def removed(home: Home, contact_id: int) -> None:
    made(await enrolments.remove(home.owner.context, [contact_id]))


async def moved(home: Home, contact_id: int) -> None:
    made(
        await enrolments.move(
            home.owner.context,
            await a_sequence(home.owner.context, "A", out_of_office=AUTOMATIC),
            [contact_id],
        )
    )


def by(event: Event) -> Way:
    async def happen(home: Home, contact_id: int) -> None:
        outcome = await happens(home.system.context, contact_id, event)
        assert S.OUT_OF_OFFICE not in outcome.after

    return happen


Way = Callable[[Home, int], Awaitable[None]]
WAYS: list[Way] = [by_hand, opted_out_by_hand, bounced_by_hand, removed, moved]
WAYS += [
    by(Event.REPLY_RECEIVED),
    by(Event.EMAIL_BOUNCED),
    by(Event.OPT_OUT_CLICKED),
    by(Event.COMPLAINT_RECEIVED),
    by(Event.DO_NOT_CONTACT_SET),
]


@pytest.mark.parametrize("handling", list(RepliesHandling))
@pytest.mark.parametrize("end", WAYS)
async def test_what_ended_in_another_way_is_not_ended_again(
    world: World, end: Way, handling: RepliesHandling
) -> None:
    home = await world.team()
    [contact_id] = await away(home, settings={"replies_handling": handling})
    await end(home, contact_id)
    async with world.database.read(home.team_id) as session:
        found = await session.execute(text("select count(*) from enrolment where away_until is not null"))
        assert found.scalar_one() == 0
    before = await log_of(home.owner.context, contact_id)
    far = datetime.now(UTC) + timedelta(days=1_000)
    assert await absences.end(home.system.context, far) == {"ended": 0, "ignored": 0}
    assert len(await log_of(home.owner.context, contact_id)) == len(before)
    await assert_sound(world.database, home.team_id)


async def test_a_second_absence_in_one_batch_has_its_own_end(world: World) -> None:
    home = await world.team()
    [contact_id] = await away(home, settings={"replies_handling": RepliesHandling.CONTINUE})
    contact = home.owner.context
    await by_hand(home, contact_id)
    again, day = Event.OUT_OF_OFFICE_RECEIVED, datetime.now(UTC).date() + timedelta(days=9)
    happened = [Happened(again, contact_id), Happened(Event.COMPLAINT_RECEIVED, contact_id)]
    await recorded(home.system.context, happened)
    assert (await stay_of(contact, contact_id)).away_until is None
    made(await statuses.set_status(contact, contact_id, remove=[S.OPTED_OUT], add=[S.ACTIVE]))
    await recorded(home.system.context, [Happened(again, contact_id, returns_on=day)])
    assert (await stay_of(contact, contact_id)).away_until == datetime(
        day.year, day.month, day.day, tzinfo=UTC
    )
