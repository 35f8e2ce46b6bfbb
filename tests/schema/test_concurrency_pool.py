"""No connection to spare, or a lock that does not come: callers are told to try again, and it is no bug."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from models.engine import Database
from rules.statuses import Status
from schema.ids import to_id
from server.app import create_app
from server.settings import Settings
from tests.schema.oracle import Now
from tests.schema.test_every_cell_setup import Cell, house, place, raw, stored
from tests.server.endpoint import served
from tests.world import World


async def test_no_connection_to_spare_is_unavailable_and_no_bug(
    world: World, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    home = await world.team()
    small = Database(database_url, pool_size=1, overflow=0, pool_timeout=0.2)
    with served(create_app(Settings(database_url=database_url, worker=False), small)) as url:
        async with (
            httpx.AsyncClient(base_url=url, timeout=30) as client,
            world.database.write(None) as session,
        ):
            await (await raw(session)).execute("lock table contact in access exclusive mode")
            query = "{ contacts(first: 1) { nodes { id } } sequences(first: 1) { nodes { id } } }"
            # The first field holds the only connection and waits for the table; the second finds none.
            asked = asyncio.create_task(World(url, small, client).post(query, key=home.owner.key))
            await asyncio.sleep(0.8)
            await session.rollback()
            answer = (await asked).json()
    [error] = answer["errors"]
    assert error["path"] == ["sequences"]
    assert error["extensions"]["code"] == "UNAVAILABLE"
    assert error["extensions"]["requestId"]
    assert "All connections" not in error["message"], "the database's name is not the caller's business"
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


@pytest.mark.parametrize("limit", ["lock_timeout", "statement_timeout"])
async def test_a_contact_that_another_keeps_locked_is_unavailable_and_no_bug(
    world: World, database_url: str, caplog: pytest.LogCaptureFixture, limit: str
) -> None:
    home = await house(world)
    [contact_id] = await place(world, home, [Cell(frozenset({Status.ACTIVE}), Now(), "owner")])
    given = {"contactId": to_id("Contact", contact_id), "add": ["PAUSED"]}
    set_status = "mutation ($input: SetStatusInput!) { setStatus(input: $input) { __typename } }"
    hasty = Database(database_url, **{limit: 0.5})  # type: ignore[arg-type]
    with served(create_app(Settings(database_url=database_url, worker=False), hasty)) as url:
        async with (
            httpx.AsyncClient(base_url=url, timeout=30) as client,
            world.database.write(home.home.team_id) as session,
        ):
            await (await raw(session)).execute("select from contact where id = $1 for update", contact_id)
            asked = World(url, hasty, client).post(set_status, {"input": given}, key=home.home.owner.key)
            [error] = (await asked).json()["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["setStatus"], "UNAVAILABLE")
    assert (await stored(world, home))[contact_id].version == 1
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
