"""Out of office that an automatic reply put on is over by itself, if the sequence says so (S25)."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from models.tables import ActivityKind, StepKind
from resolvers import absences, events, sequences, statuses
from resolvers.away import back
from resolvers.events import Happened, report
from rules.events import Event
from rules.statuses import Status
from tests.resolvers.away import (
    AUTOMATIC,
    LONG_AGO,
    MANUAL,
    away,
    let_time_pass,
    stay_of,
    waiting,
)
from tests.resolvers.making import (
    a_sequence,
    codes,
    enrolled,
    happens,
    log_of,
    recorded,
    statuses_of,
    the_record,
)
from tests.resolvers.soundness import assert_sound
from tests.world import World, made

S = Status
NOON = datetime(2026, 3, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("returns_on", "at", "expected"),
    [
        (date(2026, 4, 2), NOON, datetime(2026, 4, 2, tzinfo=UTC)),
        (date(2026, 3, 30), NOON, datetime(2026, 3, 31, tzinfo=UTC)),
        (date(2027, 3, 31), NOON, datetime(2027, 3, 31, tzinfo=UTC)),
        (date(2027, 4, 1), NOON, datetime(2026, 4, 6, 12, tzinfo=UTC)),
        (date(2026, 3, 29), NOON, datetime(2026, 4, 6, 12, tzinfo=UTC)),
        (date.min, NOON, datetime(2026, 4, 6, 12, tzinfo=UTC)),
        (date.max, NOON, datetime(2026, 4, 6, 12, tzinfo=UTC)),
        (None, NOON, datetime(2026, 4, 6, 12, tzinfo=UTC)),
        (None, NOON + timedelta(microseconds=1), datetime(2026, 4, 6, 13, tzinfo=UTC)),
        (None, datetime.fromisoformat("2026-03-30T23:30-05:00"), datetime(2026, 4, 7, 5, tzinfo=UTC)),
    ],
)
def test_when_whoever_replied_is_back(returns_on: date | None, at: datetime, expected: datetime) -> None:
    assert back(returns_on, at, 7) == expected


async def test_the_end_is_set_with_the_reply_and_a_task_waits_for_it(world: World) -> None:
    home = await world.team()
    now = datetime.now(UTC)
    day = now.date() + timedelta(days=5)
    [dated] = await away(home, returns_on=day)
    [undated] = await away(home, settings={"days_away": 3})
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    assert (await stay_of(home.owner.context, dated)).away_until == midnight
    after = (await stay_of(home.owner.context, undated)).away_until
    assert after is not None
    assert timedelta(days=3) <= after - now < timedelta(days=3, hours=1, minutes=1)
    assert await waiting(world.database, home.team_id) == sorted([midnight, after])


async def test_nothing_ends_by_itself_what_is_manual_or_put_on_by_hand(world: World) -> None:
    home = await world.team()
    [manual] = await away(home, settings={"out_of_office": MANUAL}, returns_on=date(2020, 1, 1))
    [by_hand] = await enrolled(
        home.owner.context, await a_sequence(home.owner.context, "A", out_of_office=AUTOMATIC)
    )
    made(await statuses.set_status(home.owner.context, by_hand, add=[S.OUT_OF_OFFICE]))
    for contact_id in (manual, by_hand):
        assert (await stay_of(home.owner.context, contact_id)).away_until is None
    assert await waiting(world.database, home.team_id) == []
    far = datetime.now(UTC) + timedelta(days=1_000)
    assert await absences.end(home.system.context, far) == {"ended": 0, "ignored": 0}


async def test_what_is_over_ends_once_and_what_is_not_goes_on(world: World) -> None:
    home = await world.team()
    over = await away(home, 3)
    await let_time_pass(world.database, home.team_id)
    [still] = await away(home)
    now = datetime.now(UTC)
    assert await absences.end(home.system.context, now) == {"ended": 3, "ignored": 0}
    assert await absences.end(home.system.context, now) == {"ended": 0, "ignored": 0}
    ended = [{S.ACTIVE, S.CONTACTED}] * 3
    assert await statuses_of(home.owner.context, [*over, still]) == [*ended, {S.OUT_OF_OFFICE, S.CONTACTED}]
    *_, line = await log_of(home.owner.context, over[0])
    assert (line.cause, line.member_id, line.source) == (Event.OUT_OF_OFFICE_OVER, None, "contact-status")
    assert line.rules[0].startswith("add Active: Out of office becomes Active, by the system")
    assert (await stay_of(home.owner.context, over[0])).away_until is None
    assert (await stay_of(home.owner.context, still)).away_until is not None
    await assert_sound(world.database, home.team_id)


async def test_the_same_contact_may_be_away_and_back_again_and_again(world: World) -> None:
    home = await world.team()
    [contact_id] = await away(home, at=LONG_AGO)
    for _ in range(2):  # the second absence has the very same end
        assert await absences.end(home.system.context, LONG_AGO) == {"ended": 1, "ignored": 0}
        await happens(home.system.context, contact_id, Event.OUT_OF_OFFICE_RECEIVED, at=LONG_AGO)
    assert (await statuses_of(home.owner.context, [contact_id]))[0] == {S.OUT_OF_OFFICE, S.CONTACTED}


async def test_several_at_once_end_each_absence_once(world: World) -> None:
    home = await world.team()
    ids = await away(home, 50, at=LONG_AGO)
    done = await asyncio.gather(*(absences.end(home.system.context, LONG_AGO) for _ in range(4)))
    assert sum(each["ended"] for each in done) == 50
    for contact_id in ids:
        causes = [line.cause for line in await log_of(home.owner.context, contact_id)]
        assert causes.count(Event.OUT_OF_OFFICE_OVER) == 1
    await assert_sound(world.database, home.team_id)


async def test_more_than_a_slice_is_ended_and_who_must_stop_leaves_the_rest(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = await world.team()
    ids = await away(home, 10, at=LONG_AGO)
    monkeypatch.setattr(absences, "SLICE", 4)
    with pytest.raises(absences.Unfinished):
        await absences.end(home.system.context, LONG_AGO, lambda: True)
    found = await statuses_of(home.owner.context, ids)
    assert sum(S.ACTIVE in each for each in found) == 4
    assert await absences.end(home.system.context, LONG_AGO) == {"ended": 6, "ignored": 0}


async def test_who_cannot_go_on_stays_away_and_the_log_says_why(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    [contact_id] = await away(home, at=LONG_AGO)
    sequence_id = (await the_record(context, contact_id)).contact.sequence_id
    made(await sequences.add_step(context, sequence_id, kind=StepKind.EMAIL, subject="?", body="{Pet}"))
    assert await absences.end(home.system.context, LONG_AGO) == {"ended": 0, "ignored": 1}
    *_, line = await log_of(context, contact_id)
    assert (line.kind, line.reasons) == (ActivityKind.EVENT_IGNORED, ["DATA_MISSING"])
    record = await the_record(context, contact_id)
    assert record.contact.statuses == {S.OUT_OF_OFFICE, S.CONTACTED}
    assert record.enrolment and record.enrolment.away_until is None  # noqa: PT018
    assert await absences.end(home.system.context, LONG_AGO) == {"ended": 0, "ignored": 0}


async def test_the_task_is_there_with_the_transaction_or_not_at_all(world: World) -> None:
    home = await world.team()
    sequence_id = await a_sequence(home.owner.context, "A", "B", out_of_office=AUTOMATIC)
    [contact_id] = await enrolled(home.owner.context, sequence_id)
    happened = [Happened(Event.EMAIL_SENT, contact_id), Happened(Event.OUT_OF_OFFICE_RECEIVED, contact_id)]

    async def fail() -> None:
        async with home.system.context.write() as session:
            await events.record_in(session, home.team_id, happened)
            raise KeyError

    with pytest.raises(KeyError):
        await fail()
    assert await waiting(world.database, home.team_id) == []
    await recorded(home.system.context, happened)
    assert len(await waiting(world.database, home.team_id)) == 1


async def test_a_thousand_absences_with_one_end_are_one_task(world: World) -> None:
    home = await world.team()
    day = datetime.now(UTC).date() + timedelta(days=3)
    await away(home, 500, returns_on=day)
    await away(home, 5, returns_on=day)
    assert len(await waiting(world.database, home.team_id)) == 1


async def test_nobody_else_reports_in_our_name(world: World) -> None:
    home = await world.team()
    [contact_id] = await away(home)
    given = Happened(Event.EMAIL_OPENED, contact_id, source="contact-status", id="out-of-office:1:1")
    [answer] = made(await report(home.system.context, [given]))
    assert codes(answer.problems) == ["INVALID_INPUT"]
