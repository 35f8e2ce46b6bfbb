"""When every connection is in use, callers are told to try again: it is no bug, nor logged as one."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from models.engine import Database
from server.app import create_app
from server.settings import Settings
from tests.schema.test_every_cell_setup import raw
from tests.server.endpoint import served
from tests.world import World


async def test_no_connection_to_spare_is_unavailable_and_no_bug(
    world: World, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    home = await world.team()
    small = Database(database_url, pool_size=1, overflow=0, pool_timeout=0.2)
    with served(create_app(Settings(database_url=database_url), small)) as url:
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
