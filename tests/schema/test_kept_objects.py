"""Sequences and members are kept between requests by what they are: a change shows in the next answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from resolvers import sequences
from schema.ids import to_id
from tests.resolvers.making import a_sequence, enrolled
from tests.world import made

if TYPE_CHECKING:
    from tests.world import Home, World

PAGE = "{ contacts { nodes { owner { id name } sequence { id name archived owner { id name email } } } } }"
ONE = "query ($id: ID!) { contact(id: $id) { sequence { id name archived owner { id name email } } } }"


async def shown(world: World, home: Home, contact_id: int) -> Any:
    """Return the sequence as a page shows it, which must be as its contact alone shows it."""
    page = (await world.ask(home.owner, PAGE))["contacts"]["nodes"]
    alone = await world.ask(home.owner, ONE, id=to_id("Contact", contact_id))
    assert [each["sequence"] for each in page] == [alone["contact"]["sequence"]] * len(page)
    return page[0]["sequence"]


async def test_a_change_of_a_sequence_shows_in_the_next_answer(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    sequence_id = await a_sequence(context, "Hello", name="Before")
    ids = await enrolled(context, sequence_id, 3)
    before = await shown(world, home, ids[0])
    assert (before["name"], before["owner"]["name"]) == ("Before", "Olga")
    assert await shown(world, home, ids[0]) == before
    made(await sequences.update(context, sequence_id, {"name": "After"}))
    assert await shown(world, home, ids[0]) == before | {"name": "After"}
    made(await sequences.update(context, sequence_id, {"archived": True, "owner_id": home.mate.member_id}))
    after = await shown(world, home, ids[0])
    assert (after["name"], after["archived"], after["owner"]["name"]) == ("After", True, "Max")


async def test_what_is_alike_in_two_teams_is_each_teams_own(world: World) -> None:
    found = []
    for _ in range(2):
        home = await world.team()
        sequence_id = await a_sequence(home.owner.context, "Hello", name="Alike")
        [contact_id] = await enrolled(home.owner.context, sequence_id, 1)
        sequence = await shown(world, home, contact_id)
        assert sequence["id"] == to_id("Sequence", sequence_id)
        assert sequence["owner"]["id"] == to_id("Member", home.owner.member_id or 0)
        found.append(sequence)
    assert found[0]["name"] == found[1]["name"]
