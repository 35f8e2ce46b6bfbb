"""Following: whoever lags reads for itself, a ring wakes, and a ring that is lost costs nothing but time."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING

import pytest

from models.bell import Bell
from models.feed import ChangeFilter, Entry
from resolvers import following, statuses
from resolvers.following import Feeds
from rules.statuses import Status
from tests.resolvers.following import PATIENCE, feed_of, shown
from tests.resolvers.making import a_sequence, enrolled
from tests.world import made

if TYPE_CHECKING:
    from tests.world import Home, World


async def pause(home: Home, *ids: int) -> None:
    for contact_id in ids:
        made(await statuses.set_status(home.owner.context, contact_id, add=[Status.PAUSED]))


async def next_of(home: Home, feeds: Feeds, ids: list[int]) -> Entry:
    """Follow from where the feed ends, change contacts once it was looked at, return what is heard first."""
    await shown(home.owner.context)
    [*_, last] = await feed_of(home.owner.context)
    place = (last.stamp, last.id)
    async with aclosing(feeds.follow(home.owner.context, ChangeFilter(), place)) as entries:
        heard = asyncio.ensure_future(anext(entries))
        await asyncio.sleep(0.3)  # where that is not enough, it is found without being waited for
        await pause(home, *ids)
        return await asyncio.wait_for(heard, PATIENCE)


async def test_who_falls_behind_what_is_kept_misses_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "KEPT", 3)
    monkeypatch.setattr(following, "PAGE", 2)
    home = await world.team()
    ids = await enrolled(home.owner.context, await a_sequence(home.owner.context, "A"), 10)
    await shown(home.owner.context)
    seen: list[int] = []
    feeds = Feeds(world.database)
    async with aclosing(feeds.follow(home.owner.context, ChangeFilter(), (0, 0))) as entries:
        async for entry in entries:
            seen.append(entry.line.id)
            if len(seen) == 1:  # stands still while much happens
                await pause(home, *ids)
                await shown(home.owner.context)
                await asyncio.sleep(0.2)
            if len(seen) == 20:
                break
    assert seen == [line.id for line in await feed_of(home.owner.context)]


async def test_a_ring_wakes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "LOOK", 10_000)
    home = await world.team()
    ids = await enrolled(home.owner.context, await a_sequence(home.owner.context, "A"), 2)
    assert (await next_of(home, Feeds(world.database), ids)).line.contact_id in ids


async def test_without_a_ring_the_feed_is_looked_at_anyway(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "LOOK", 0.1)
    monkeypatch.setattr(world.database.bell, "ring", lambda _team: None)
    home = await world.team()
    ids = await enrolled(home.owner.context, await a_sequence(home.owner.context, "A"), 2)
    assert (await next_of(home, Feeds(world.database), ids)).line.contact_id in ids


async def test_a_team_that_nobody_follows_any_more_is_not_read(world: World) -> None:
    home = await world.team()
    ids = await enrolled(home.owner.context, await a_sequence(home.owner.context, "A"), 2)
    feeds = Feeds(world.database)
    await next_of(home, feeds, ids)
    assert feeds._teams == {}


async def test_a_bell_that_lost_its_connection_is_heard_again(world: World) -> None:
    near, far = Bell(world.database.connect), Bell(world.database.connect)
    heard: asyncio.Queue[int] = asyncio.Queue()
    await near.listen(heard.put_nowait)
    far.ring(10**15)
    while await asyncio.wait_for(heard.get(), PATIENCE) != 10**15:  # others ring as well
        pass
    assert near._connection
    near._connection.terminate()
    await near.listen(heard.put_nowait)
    far.ring(10**15 + 1)
    while await asyncio.wait_for(heard.get(), PATIENCE) != 10**15 + 1:
        pass
    await near.close()
    await far.close()
