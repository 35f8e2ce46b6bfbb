"""The light pool shows each caller one team, whatever went wrong on a connection before."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator

import asyncpg  # type: ignore[import-untyped]
import pytest
import pytest_asyncio

from models.connection import DatabaseUnavailable
from models.engine import Database
from tests.world import Home, World

SEEN = "select distinct team_id from member"
SLOW = "select pg_sleep(5)"


@pytest_asyncio.fixture
async def small(database_url: str) -> AsyncIterator[Database]:
    """A database with one connection for reading and one for writing."""
    made = Database(database_url, pool_size=1, overflow=0, pool_timeout=0.3, lock_timeout=0.2)
    yield made
    await made.close()


@pytest_asyncio.fixture
async def homes(world: World) -> list[Home]:
    return [await world.team() for _ in range(3)]


async def seen(database: Database, team_id: int | None) -> list[int]:
    return [row[0] for row in await database.reader.read(team_id, SEEN)]


async def test_a_statement_sees_its_team_and_with_none_nothing(small: Database, homes: list[Home]) -> None:
    for home in (*homes, *homes[::-1]):
        assert await seen(small, home.team_id) == [home.team_id]
        assert await seen(small, None) == []


async def test_many_at_once_on_few_connections_see_each_their_own(
    database_url: str, homes: list[Home]
) -> None:
    database, chance = Database(database_url, pool_size=3, overflow=0, pool_timeout=20), random.Random(1)  # noqa: S311
    wanted = [chance.choice([None, *(home.team_id for home in homes)]) for _ in range(300)]
    found = await asyncio.gather(*(seen(database, team_id) for team_id in wanted))
    assert found == [[] if team_id is None else [team_id] for team_id in wanted]
    await database.close()


async def test_a_request_cancelled_at_any_moment_leaves_no_team_behind(
    small: Database, homes: list[Home]
) -> None:
    """After each number of steps a task can take: while the team is named, while the statement runs."""
    for steps in range(30):
        mine, next_one = homes[steps % 3], homes[(steps + 1) % 3]
        task = asyncio.create_task(seen(small, mine.team_id))
        for _ in range(steps):
            await asyncio.sleep(0.0002)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert await seen(small, next_one.team_id) == [next_one.team_id]
        assert await seen(small, None) == []


async def test_a_cancelled_statement_gives_its_turn_back(small: Database, homes: list[Home]) -> None:
    for home in homes:
        task = asyncio.create_task(small.reader.read(home.team_id, SLOW))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await seen(small, homes[0].team_id) == [homes[0].team_id]


async def test_an_error_leaves_no_team_behind(small: Database, homes: list[Home]) -> None:
    for home, other in zip(homes, (*homes[1:], homes[0]), strict=True):
        with pytest.raises(asyncpg.DivisionByZeroError):
            await small.reader.read(home.team_id, "select 1 / (count(*) - count(*)) from member")
        with pytest.raises(asyncpg.PostgresSyntaxError):
            await small.reader.read(home.team_id, "selekt")
        assert await seen(small, other.team_id) == [other.team_id]


async def test_a_reader_cannot_write(small: Database, homes: list[Home]) -> None:
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        await small.reader.read(homes[0].team_id, "update member set name = 'x'")


async def test_a_writer_changes_its_own_team_only(small: Database, homes: list[Home]) -> None:
    mine, theirs = homes[:2]
    changed = await small.writer.write(mine.team_id, "update member set name = 'x' returning team_id")
    assert {row[0] for row in changed} == {mine.team_id}
    names = await small.reader.read(theirs.team_id, "select name from member order by name")
    assert [row[0] for row in names] == ["Max", "Olga"]
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        await small.writer.write(mine.team_id, f"update member set team_id = {theirs.team_id}")


async def test_a_full_pool_and_a_lock_that_does_not_come_are_sentences(
    world: World, small: Database, homes: list[Home]
) -> None:
    slow = asyncio.create_task(small.reader.read(homes[0].team_id, "select pg_sleep(0.6)"))
    await asyncio.sleep(0.05)
    with pytest.raises(DatabaseUnavailable, match=r"All connections to .* are in use"):
        await seen(small, homes[0].team_id)
    await slow
    async with world.database.write(homes[0].team_id) as session:
        raw = (await (await session.connection()).get_raw_connection()).driver_connection
        assert raw
        await raw.execute("select from member for update")
        with pytest.raises(DatabaseUnavailable, match="held a lock for too long"):
            await small.writer.write(homes[0].team_id, "update member set name = 'x'")
    assert await seen(small, homes[0].team_id) == [homes[0].team_id]


async def test_connections_that_postgresql_closed_are_replaced(
    database_url: str, small: Database, homes: list[Home]
) -> None:
    admin = await asyncpg.connect(database_url)
    for home in homes:
        assert await seen(small, home.team_id) == [home.team_id]
        [row] = await small.reader.read(home.team_id, "select pg_backend_pid()")
        await admin.fetchval("select pg_terminate_backend($1, 1000)", row[0])
        assert await seen(small, home.team_id) == [home.team_id]
    [row] = await small.reader.read(None, "select pg_backend_pid()")
    running = asyncio.create_task(small.reader.read(None, SLOW))
    await asyncio.sleep(0.05)
    await admin.fetchval("select pg_terminate_backend($1, 1000)", row[0])
    await asyncio.sleep(0.05)
    running.cancel()  # it is run again, on another connection
    await asyncio.gather(running, return_exceptions=True)
    assert await seen(small, homes[0].team_id) == [homes[0].team_id]
    await admin.close()


async def test_a_connection_of_which_only_the_farewell_has_come_is_replaced(
    small: Database, homes: list[Home]
) -> None:
    home = homes[0]
    assert await seen(small, home.team_id) == [home.team_id]
    fields = b"SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0"
    for link in small.reader._idle:
        link.connection._protocol.data_received(b"E" + (4 + len(fields)).to_bytes(4, "big") + fields)
    assert await seen(small, home.team_id) == [home.team_id]


@pytest_asyncio.fixture
async def scarce(scarce_url: str) -> AsyncIterator[Database]:
    """A database that would open six connections for reading, of a user who is allowed two in all."""
    made = Database(scarce_url, pool_size=6, overflow=0, pool_timeout=20)
    yield made
    await made.close()


async def test_where_postgresql_has_none_to_spare_those_there_are_do(
    scarce: Database, homes: list[Home], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.pool.REST", 0.1)
    wanted = [home.team_id for home in homes] * 20
    found = await asyncio.gather(*(seen(scarce, team_id) for team_id in wanted))
    assert found == [[team_id] for team_id in wanted]
    assert len(scarce.reader._idle) <= 2
    await asyncio.sleep(0.5)  # no turn is lost, and none too many
    assert scarce.reader._turns.free == 6
    running = [asyncio.create_task(scarce.reader.read(None, "select pg_sleep(1.5)")) for _ in range(2)]
    await asyncio.sleep(0.2)
    with pytest.raises(DatabaseUnavailable, match=r"has no connection to spare .* raise its max_connections"):
        await scarce.writer.write(wanted[0], "select 1")
    monkeypatch.setattr(scarce.reader._turns, "timeout", 0.1)
    with pytest.raises(DatabaseUnavailable, match=r"raise its max_connections"):
        await seen(scarce, wanted[0])  # it waits in vain for one of those
    monkeypatch.setattr(scarce.reader._turns, "timeout", 20)
    late = asyncio.create_task(seen(scarce, wanted[0]))
    await asyncio.sleep(0.05)
    late.cancel()  # while it waits for one of those
    await asyncio.gather(*running)
    assert await seen(scarce, wanted[0]) == [wanted[0]]
    await asyncio.sleep(0.5)
    assert scarce.reader._turns.free == 6


async def test_a_statement_is_prepared_once_and_the_oldest_gives_way(
    small: Database, homes: list[Home], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.pool.STATEMENTS", 3)
    prepared = "select count(*) from pg_prepared_statements"
    for number in range(10):
        await small.reader.read(homes[0].team_id, f"select {number}")
    [row] = await small.reader.read(homes[0].team_id, prepared)
    assert row[0] <= 4
