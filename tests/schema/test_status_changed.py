"""The subscription: from a cursor or from now on, over both transports, and only what is one's own to see."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import pytest

from models.tables import Scope, Visibility
from resolvers import accounts, statuses
from rules.statuses import Status
from schema.ids import to_id
from tests.resolvers.following import shown
from tests.resolvers.making import a_sequence, enrolled
from tests.schema.test_changes import page
from tests.server.streaming import over_events, over_socket
from tests.world import made

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from tests.world import World

    Over = Callable[..., AsyncIterator[Any]]

both = pytest.mark.parametrize("over", [over_socket, over_events])


async def some(stream: AsyncIterator[Any], number: int) -> list[dict[str, Any]]:
    """Take so many events from a stream, then leave it."""
    found: list[dict[str, Any]] = []
    async with aclosing(stream) as events:  # type: ignore[type-var]
        async for event in events:
            assert "errors" not in event, event
            found.append(event["data"]["statusChanged"])
            if len(found) == number:
                return found
    raise AssertionError(f"the stream ended after {len(found)}")


async def pause(world: World, home: Any, contact_id: int, *, back: bool = False) -> None:
    status = Status.ACTIVE if back else Status.PAUSED
    made(await statuses.set_status(home.owner.context, contact_id, add=[status]))


@both
async def test_it_tells_what_happens_from_now_on(world: World, over: Over) -> None:
    home = await world.team()
    [contact_id] = await enrolled(home.owner.context, await a_sequence(home.owner.context, "A"))
    following = asyncio.create_task(some(over(world.url, home.mate.key), 1))
    back = False
    while not following.done():  # until it has begun to listen, and hears of one
        await pause(world, home, contact_id, back=back)
        back = not back
        await asyncio.wait({following}, timeout=0.3)
    [event] = await following
    whole = await page(world, home.owner)
    assert {"cursor": event["cursor"], "node": {"id": event["node"]["id"]}} in whole["edges"]
    assert event["node"]["contact"]["id"] == to_id("Contact", contact_id)
    assert event["node"]["contact"]["version"] >= event["node"]["version"]


@both
async def test_it_resumes_after_any_cursor_and_goes_on(world: World, over: Over) -> None:
    home = await world.team()
    ids = await enrolled(home.owner.context, await a_sequence(home.owner.context, "A"), 6)
    whole = await some(over(world.url, home.owner.key, after=await beginning(world, home)), 5)
    resumed = asyncio.create_task(some(over(world.url, home.owner.key, after=whole[2]["cursor"]), 4))
    await pause(world, home, ids[0])
    await pause(world, home, ids[1])
    found = await resumed
    assert found[:2] == whole[3:]
    assert [event["node"]["after"] for event in found[2:]] == [["PAUSED"], ["PAUSED"]]


async def beginning(world: World, home: Any) -> str:
    """Return the cursor of the team's first change."""
    await shown(home.owner.context)
    cursor: str = (await page(world, home.owner, first=1))["edges"][0]["cursor"]
    return cursor


async def test_it_filters_and_shows_in_private_mode_ones_own_alone(world: World) -> None:
    home = await world.team(visibility=Visibility.PRIVATE)
    ids = {}
    for person in (home.owner, home.mate):
        ids[person.id] = await enrolled(person.context, await a_sequence(person.context, "A"), 2)
    start = await beginning(world, home)
    wanted = {"kinds": ["STATUSES_CHANGED"], "contactId": to_id("Contact", ids[home.owner.id][1])}
    mine = asyncio.create_task(some(over_socket(world.url, home.owner.key, after=start, filter=wanted), 1))
    theirs = asyncio.create_task(some(over_socket(world.url, home.mate.key, after=start), 3))
    for person in (home.owner, home.mate):
        for contact_id in ids[person.id]:
            made(await statuses.set_status(person.context, contact_id, add=[Status.PAUSED]))
    [event] = await mine
    assert event["node"]["contact"]["id"] == wanted["contactId"]
    seen = {event["node"]["contact"]["id"] for event in await theirs}
    assert seen <= {to_id("Contact", contact_id) for contact_id in ids[home.mate.id]}


@both
@pytest.mark.parametrize(
    ("scopes", "after", "code"), [([], "no cursor", "BAD_INPUT"), ([Scope.WRITE], None, "FORBIDDEN")]
)
async def test_what_cannot_be_followed_is_said_at_once(
    world: World, over: Over, scopes: list[Scope], after: str | None, code: str
) -> None:
    home = await world.team()
    given = await accounts.create_key(
        world.database, home.team_id, member_id=home.owner.member_id, scopes=scopes
    )
    answers = [answer async for answer in over(world.url, made(given).key, after=after)]
    [error] = answers[0] if isinstance(answers[0], list) else answers[0]["errors"]
    assert error["extensions"]["code"] == code
