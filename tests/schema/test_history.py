"""A contact's past: its set at any time, how long each status lasted, and its log, filtered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from resolvers import enrolments, reading, statuses
from rules.events import Event
from rules.statuses import Status
from schema.ids import to_id
from tests.resolvers.making import a_sequence, enrolled, happens, log_of
from tests.world import Home, made

if TYPE_CHECKING:
    from tests.world import World

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def lived(world: World) -> tuple[Home, int]:
    """Make a contact to which something happened every hour from `START` on: seven lines."""
    home = await world.team()
    context = home.owner.context
    here, there = await a_sequence(context, "A", "B"), await a_sequence(context, "A", "B")
    [contact_id] = await enrolled(context, here)  # 0: created; 1: enrolled, Active
    made(await statuses.set_status(context, contact_id, add=[Status.PAUSED]))  # 2
    made(await statuses.set_status(context, contact_id, add=[Status.ACTIVE]))  # 3
    made(await enrolments.move(context, there, [contact_id]))  # 4: Active
    await happens(home.system.context, contact_id, Event.EMAIL_SENT)  # 5: Active, Contacted
    made(await statuses.set_status(context, contact_id, add=[Status.PAUSED]))  # 6
    lines = await log_of(context, contact_id)
    async with world.database.write(None) as session:
        await session.execute(text("set local role none"))
        await session.execute(text("set local session_replication_role = replica"))
        for number, line in enumerate(lines):
            moved = {"at": START + number * HOUR, "team": home.team_id, "id": line.id}
            await session.execute(
                text("update activity set recorded_at = :at where team_id = :team and id = :id"), moved
            )
    return home, contact_id


AT = "query ($id: ID!, $time: DateTime!) { contact(id: $id) { statusesAt(time: $time) } }"


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (-0.1, None),
        (0, []),
        (0.9, []),
        (1, ["ACTIVE"]),
        (2.5, ["PAUSED"]),
        (3, ["ACTIVE"]),
        (4.5, ["ACTIVE"]),
        (5, ["ACTIVE", "CONTACTED"]),
        (6.5, ["PAUSED", "CONTACTED"]),
        (10_000, ["PAUSED", "CONTACTED"]),
    ],
)
async def test_the_set_at_a_time_is_what_we_knew_then(
    world: World, hours: float, expected: list[str] | None
) -> None:
    home, contact_id = await lived(world)
    time = (START + hours * HOUR).isoformat()
    found = await world.ask(home.owner, AT, id=to_id("Contact", contact_id), time=time)
    assert found["contact"]["statusesAt"] == expected


@pytest.mark.parametrize("time", ["2026-03-01T12:00:00", "0001-01-01T00:00:00+14:00"])
async def test_a_time_says_its_offset_and_is_one(world: World, time: str) -> None:
    home, contact_id = await lived(world)
    given = {"id": to_id("Contact", contact_id), "time": time}
    answer = (await world.post(AT, given, key=home.owner.key)).json()
    assert answer["errors"][0]["extensions"]["code"] == "BAD_INPUT"


async def seconds(world: World, home: Home, contact_id: int, *, ever: bool) -> dict[str, int]:
    query = (
        "query ($id: ID!, $e: Boolean!) { contact(id: $id) { timeInStatus(ever: $e) { status seconds } } }"
    )
    found = await world.ask(home.owner, query, id=to_id("Contact", contact_id), e=ever)
    return {each["status"]: each["seconds"] for each in found["contact"]["timeInStatus"]}


async def test_how_long_each_status_lasted_is_counted_by_the_stay_or_by_the_life(world: World) -> None:
    home, contact_id = await lived(world)
    stay = await seconds(world, home, contact_id, ever=False)
    life = await seconds(world, home, contact_id, ever=True)
    assert list(stay) == ["ACTIVE", "PAUSED", "CONTACTED"]
    assert stay["ACTIVE"] == 2 * 3600
    assert life["ACTIVE"] == 4 * 3600
    # Those that it has go on: Contacted for an hour longer than Paused.
    now = (datetime.now(UTC) - START - 6 * HOUR).total_seconds()
    assert now - 600 < stay["PAUSED"] <= now
    assert 3600 <= stay["CONTACTED"] - stay["PAUSED"] <= 3601
    assert 3600 <= life["PAUSED"] - stay["PAUSED"] <= 3700


async def test_who_is_in_no_sequence_has_no_stay_to_count(world: World) -> None:
    home, contact_id = await lived(world)
    made(await enrolments.remove(home.owner.context, [contact_id]))
    assert await seconds(world, home, contact_id, ever=False) == {}
    assert (await seconds(world, home, contact_id, ever=True))["ACTIVE"] == 4 * 3600


LOG = """query ($id: ID!, $filter: ActivityFilter, $first: Int, $after: String) { contact(id: $id) {
  activity(filter: $filter, first: $first, after: $after) {
    totalCount nodes { id } pageInfo { hasNextPage endCursor } } } }"""


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        ({}, [6, 5, 4, 3, 2, 1, 0]),
        ({"kinds": ["CREATED", "MOVED"]}, [4, 0]),
        ({"kinds": []}, []),
        ({"bySystem": True}, [5]),
        ({"bySystem": False}, [6, 4, 3, 2, 1, 0]),
        ({"memberId": "owner"}, [6, 4, 3, 2, 1, 0]),
        ({"memberId": "mate"}, []),
        ({"memberId": "no id"}, []),
        ({"statuses": ["PAUSED"]}, [6, 3, 2]),
        ({"statuses": ["CONTACTED"], "bySystem": True}, [5]),
        ({"statuses": ["CONTACTED"], "bySystem": False}, []),
    ],
)
async def test_the_log_is_filtered_by_kind_actor_and_status(
    world: World, wanted: dict[str, Any], places: list[int]
) -> None:
    home, contact_id = await lived(world)
    named = {"owner": home.owner.id, "mate": home.mate.id}
    asked = {
        key: named.get(value, value) if isinstance(value, str) else value for key, value in wanted.items()
    }
    lines = [to_id("Activity", line.id) for line in await log_of(home.owner.context, contact_id)]
    found: list[str] = []
    after = None
    while True:
        given = {"id": to_id("Contact", contact_id), "filter": asked, "first": 2, "after": after}
        page = (await world.ask(home.owner, LOG, **given))["contact"]["activity"]
        assert page["totalCount"] == len(places)
        found += [node["id"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert found == [lines[place] for place in places]


async def test_a_list_of_contacts_is_asked_in_one_statement(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    ids = await enrolled(context, await a_sequence(context, "A"), 50)
    with world.database.count() as statements:
        sets = await reading.statuses_at(context, ids, datetime.now(UTC) + HOUR)
        times = await reading.time_in_status(context, ids, ever=True)
    assert len([each for each in statements if "activity" in each]) == 2
    assert sets == {contact_id: frozenset({Status.ACTIVE}) for contact_id in ids}
    assert {tuple(each) for each in times.values()} == {(Status.ACTIVE,)}
