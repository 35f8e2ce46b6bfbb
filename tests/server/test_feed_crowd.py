"""The feed across processes: many write at one server, and whoever reads at another misses nothing.

CROWD sets how many changes each of the eight writers makes: `CROWD=5000 pytest -s` on this file.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from tests.resolvers.following import shown
from tests.resolvers.making import a_sequence, enrolled
from tests.resolvers.soundness import assert_sound
from tests.schema.test_changes import page
from tests.server import crowd
from tests.server.streaming import FOLLOW, over_events, over_socket
from tests.server.test_kill import serving
from tests.world import World

if TYPE_CHECKING:
    from models.engine import Database

CHANGES = int(os.environ.get("CROWD", "100"))
WRITERS, CONTACTS = 8, 24


@pytest.mark.timeout(120 + CHANGES)
async def test_each_reader_sees_every_change_once_and_each_contacts_in_order(
    empty_database: Database, empty_database_url: str, tmp_path: Path
) -> None:
    with (
        serving(tmp_path / "one", empty_database_url) as (_, writing),
        serving(tmp_path / "other", empty_database_url) as (_, following),
    ):
        async with httpx.AsyncClient(base_url=following, timeout=60) as client:
            world = World(following, empty_database, client)
            home = await world.team()
            ids = await enrolled(home.owner.context, await a_sequence(home.owner.context, "A"), CONTACTS)
            await shown(home.owner.context)
            start = (await page(world, home.owner))["pageInfo"]["endCursor"]
            begun = time.monotonic()
            wrote, everybody = await crowd.gather(
                home.owner, writing, following, ids, start, writers=WRITERS, changes=CHANGES
            )
            print(crowd.report(wrote, everybody, time.monotonic() - begun))  # noqa: T201
    assert len(wrote.done) == WRITERS * CHANGES
    for seen in everybody:
        assert {change[0] for change in seen.changes} == set(wrote.done), seen.name
        assert len(seen.changes) == len(wrote.done), seen.name
        versions: dict[str, list[int]] = defaultdict(list)
        for _, contact, version in seen.changes:
            versions[contact].append(version)
        for found in versions.values():
            assert found == list(range(3, 3 + len(found))), seen.name
        assert [change[0] for change in seen.changes] == [change[0] for change in everybody[0].changes]
    await assert_sound(empty_database, home.team_id)


async def test_a_server_that_is_told_to_stop_sends_its_followers_elsewhere(
    empty_database: Database, empty_database_url: str, tmp_path: Path
) -> None:
    with serving(tmp_path / "log", empty_database_url) as (process, url):
        async with httpx.AsyncClient(base_url=url, timeout=60) as client:
            home = await World(url, empty_database, client).team()
        contacts = await enrolled(home.owner.context, await a_sequence(home.owner.context, "A"), 1)
        assert contacts
        await shown(home.owner.context)

        async def follow(over: crowd.Over) -> str:
            try:
                async for event in over(url, home.owner.key, FOLLOW, after=None):
                    if "errors" in event:
                        return str(event["errors"][0]["extensions"]["code"])
                    heard[over].set()
            except ConnectionClosed as closed:
                return str(closed.rcvd and closed.rcvd.code)
            return "ended without a word"

        heard = {over_socket: asyncio.Event(), over_events: asyncio.Event()}
        followers = [asyncio.create_task(follow(over)) for over in heard]
        turn = 0
        while not all(event.is_set() for event in heard.values()):
            await crowd.Crowd(home.owner).write(url, contacts, 1, turn)
            turn += 1
        process.terminate()
        assert await asyncio.gather(*followers) == ["1012", "RESTARTING"]
        assert await asyncio.to_thread(process.wait, 30) == 0
