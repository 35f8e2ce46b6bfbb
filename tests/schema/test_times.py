"""Times are written in ISO 8601, to the microsecond: in a page, alone, and in what a change answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from schema.ids import to_id
from tests.resolvers.making import a_sequence, enrolled

if TYPE_CHECKING:
    from tests.world import World

PAGE = "{ contacts { nodes { updatedAt createdAt } } }"
WITH_A_RESOLVER = "{ contacts { nodes { updatedAt createdAt repliesTracked } } }"
ONE = "query ($id: ID!) { contact(id: $id) { updatedAt createdAt } }"

CHANGED = """mutation ($input: SetStatusInput!) { setStatus(input: $input) {
  ... on SetStatusSuccess { contact { createdAt updatedAt } } } }"""


@pytest.mark.parametrize("microsecond", [0, 1, 10, 1200, 100_000, 120_000, 123_456, 999_999])
async def test_a_time_is_written_to_the_microsecond(world: World, microsecond: int) -> None:
    home = await world.team()
    context = home.owner.context
    [contact_id] = await enrolled(context, await a_sequence(context, "Hello"), 1)
    at = datetime(2026, 1, 31, 9, 5, 7, microsecond, tzinfo=UTC)
    statement = "update contact set updated_at = $1, created_at = $1 where id = $2"
    await context.database.writer.write(home.team_id, statement, at, contact_id)
    expected = {"updatedAt": at.isoformat(), "createdAt": at.isoformat()}
    for query in (PAGE, WITH_A_RESOLVER):
        [node] = (await world.ask(home.owner, query))["contacts"]["nodes"]
        assert {name: node[name] for name in expected} == expected
    alone = await world.ask(home.owner, ONE, id=to_id("Contact", contact_id))
    assert alone["contact"] == expected
    change = {"contactId": to_id("Contact", contact_id), "add": ["PAUSED"]}
    for again in (change, change | {"idempotencyKey": "once"}):
        changed = (await world.ask(home.owner, CHANGED, input=again))["setStatus"]["contact"]
        assert changed["createdAt"] == at.isoformat()
        assert datetime.fromisoformat(changed["updatedAt"]) > at
        await world.ask(home.owner, CHANGED, input=change | {"add": ["ACTIVE"]})
