"""What comes at once is one statement, and nobody suffers from the company."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from typing import Any

import pytest

from models import contact_reads
from models.parts import Parts
from models.together import MOST, Together
from tests.resolvers.making import the_contacts
from tests.world import World

ALL = Parts(("id", "email"))


class Table:
    """What is looked up: every key under 1,000 is there."""

    def __init__(self) -> None:
        self.asked: list[set[int]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def read(self, keys: Collection[int]) -> dict[int, Any]:
        self.asked.append(set(keys))
        await self.gate.wait()
        if 13 in keys:
            raise ConnectionError("gone")
        return {key: (key, f"row {key}") for key in keys if key < 1_000}

    async def write(self, asked: Mapping[int, str]) -> dict[int, Any]:
        return {key: (*row, asked[key]) for key, row in (await self.read(asked)).items()}


async def test_those_of_one_turn_are_one_statement_and_each_gets_its_own() -> None:
    together, table = Together(), Table()
    found = await asyncio.gather(*(together.look_up("a", key, table.read) for key in (1, 2, 2, 5_000)))
    assert found == [(1, "row 1"), (2, "row 2"), (2, "row 2"), None]
    assert table.asked == [{1, 2, 5_000}]
    assert await together.look_up("a", 3, table.read) == (3, "row 3")
    assert table.asked[1:] == [{3}]


async def test_kinds_keep_apart() -> None:
    together, mine, yours = Together(), Table(), Table()
    await asyncio.gather(together.look_up("a", 1, mine.read), together.look_up("b", 2, yours.read))
    assert (mine.asked, yours.asked) == ([{1}], [{2}])


async def test_who_comes_later_is_not_answered_by_an_earlier_statement() -> None:
    together, table = Together(), Table()
    table.gate.clear()
    first = asyncio.create_task(together.look_up("a", 1, table.read))
    await asyncio.sleep(0.001)
    second = asyncio.create_task(together.look_up("a", 1, table.read))
    await asyncio.sleep(0.001)
    table.gate.set()
    await asyncio.gather(first, second)
    assert table.asked == [{1}, {1}]


async def test_those_that_come_while_one_is_under_way_are_the_next_statement(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("models.together.PATIENCE", 60)
    together, table = Together(), Table()
    table.gate.clear()
    begun = [asyncio.create_task(together.look_up("a", 1, table.read))]
    for key in (2, 3, 1):
        await asyncio.sleep(0.001)
        begun.append(asyncio.create_task(together.look_up("a", key, table.read)))
    other = asyncio.create_task(together.look_up("b", 1, table.read))
    await asyncio.sleep(0.001)
    assert table.asked == [{1}, {1}], "of its kind one"
    table.gate.set()
    found = await asyncio.gather(*begun, other)
    assert [row[0] for row in found] == [1, 2, 3, 1, 1]
    assert table.asked[2:] == [{1, 2, 3}]


async def test_one_that_does_not_end_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.together.PATIENCE", 0.02)
    together, stuck, table = Together(), Table(), Table()
    stuck.gate.clear()
    first = asyncio.create_task(together.look_up("a", 1, stuck.read))
    await asyncio.sleep(0.001)
    assert await asyncio.wait_for(together.look_up("a", 2, table.read), 5) == (2, "row 2")
    assert await asyncio.wait_for(together.look_up("a", 3, table.read), 5) == (3, "row 3")
    stuck.gate.set()
    assert await first == (1, "row 1")


@pytest.mark.parametrize("key", [1, 13])
async def test_who_waits_for_one_under_way_and_is_cancelled_holds_nobody_up(key: int) -> None:
    together, table = Together(), Table()
    table.gate.clear()
    first = asyncio.create_task(together.look_up("a", key, table.read))
    await asyncio.sleep(0.001)
    waiting = [asyncio.create_task(together.look_up("a", other, table.read)) for other in (2, 3, 4)]
    await asyncio.sleep(0.001)
    waiting[0].cancel()  # who would have asked for all
    await asyncio.sleep(0.001)
    waiting[1].cancel()  # who is to do it now
    await asyncio.sleep(0.001)
    table.gate.set()
    assert await waiting[2] == (4, "row 4")
    await asyncio.gather(first, return_exceptions=True)  # well or ill, it lets the next go on
    assert together._under_way == {}
    assert together._open == {}


async def test_one_statement_is_asked_for_so_many_keys_at_most() -> None:
    together, table = Together(), Table()
    found = await asyncio.gather(
        *(together.look_up("a", key, table.read) for key in range(100, 100 + 2 * MOST))
    )
    assert [row and row[0] for row in found] == list(range(100, 100 + 2 * MOST))
    assert sorted(map(len, table.asked)) == [MOST, MOST]


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
async def test_who_is_cancelled_takes_nobody_along(turns: int) -> None:
    together, table = Together(), Table()
    tasks = [asyncio.create_task(together.look_up("a", key, table.read)) for key in (1, 2, 3)]
    table.gate.clear()
    for _ in range(turns):
        await asyncio.sleep(0)
    tasks[0].cancel()  # who asks for all
    tasks[1].cancel()
    await asyncio.sleep(0.001)
    table.gate.set()
    assert await tasks[2] == (3, "row 3")
    assert [task.cancelled() for task in tasks] == [True, True, False]
    assert await together.look_up("a", 4, table.read) == (4, "row 4")


async def test_what_goes_wrong_goes_wrong_for_all_of_them_once() -> None:
    together, table = Together(), Table()
    found = await asyncio.gather(
        *(together.look_up("a", key, table.read) for key in (1, 13)), return_exceptions=True
    )
    assert [type(each) for each in found] == [ConnectionError, ConnectionError]
    assert await together.look_up("a", 1, table.read) == (1, "row 1")


async def test_changes_of_one_turn_are_one_statement_and_each_gets_its_own() -> None:
    together, table = Together(), Table()
    asked = [(1, "a"), (2, "b"), (5_000, "c"), (3, "d"), (4, "e")]
    found = await asyncio.gather(*(together.write("a", *each, table.write, 3) for each in asked))
    assert found == [(1, "row 1", "a"), (2, "row 2", "b"), None, (3, "row 3", "d"), (4, "row 4", "e")]
    assert table.asked == [{1, 2, 5_000}, {3, 4}]


async def test_of_two_changes_of_one_key_the_first_is_written() -> None:
    together, table = Together(), Table()
    found = await asyncio.gather(*(together.write("a", 1, given, table.write, 9) for given in "ab"))
    assert found == [(1, "row 1", "a"), None]
    assert await together.write("a", 1, "b", table.write, 9) == (1, "row 1", "b")


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
async def test_who_is_cancelled_stops_no_change_that_others_wait_for(turns: int) -> None:
    together, table = Together(), Table()
    tasks = [asyncio.create_task(together.write("a", key, "", table.write, 9)) for key in (1, 2, 3)]
    table.gate.clear()
    for _ in range(turns):
        await asyncio.sleep(0)
    tasks[0].cancel()
    tasks[1].cancel()
    await asyncio.sleep(0.001)
    table.gate.set()
    assert await tasks[2] == (3, "row 3", "")
    assert [task.cancelled() for task in tasks] == [True, True, False]
    assert len(table.asked) == 1


async def test_a_change_that_goes_wrong_goes_wrong_for_all_of_them_once() -> None:
    together, table = Together(), Table()
    writing = (together.write("a", key, "", table.write, 9) for key in (1, 13))
    found = await asyncio.gather(*writing, return_exceptions=True)
    assert [type(each) for each in found] == [ConnectionError, ConnectionError]
    assert await together.write("a", 1, "", table.write, 9) == (1, "row 1", "")


async def test_requests_of_one_team_share_a_statement_and_those_of_others_have_their_own(
    world: World,
) -> None:
    homes = [await world.team() for _ in range(2)]
    ids = [await the_contacts(home.owner.context, 3) for home in homes]
    pool = world.database.reader
    heard: list[str] = []
    with pool.count(heard):
        asked = [
            contact_reads.by_id(pool, homes[team].owner.context.caller.view, number, ALL)
            for team in (0, 1)
            for number in (*ids[0], *ids[1])
        ]
        found = await asyncio.gather(*asked)
    assert [row and row[0] for row in found] == [*ids[0], *[None] * 6, *ids[1]]
    assert len(heard) == 2
