"""node and nodes: each type by its id, and null for all that is no id of anything."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from schema.ids import to_id
from tests.schema.test_isolation_cases import KINDS, UNKNOWN, Things, operation, things
from tests.world import Home

if TYPE_CHECKING:
    from tests.world import World

NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def home(world: World) -> Home:
    return await world.team()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def mine(home: Home) -> Things:
    return await things(home.owner.context, "mine")


@pytest.mark.parametrize("kind", KINDS)
async def test_each_type_is_found_by_its_id(world: World, home: Home, mine: Things, kind: str) -> None:
    found = (await world.ask(home.owner, operation("query", "node"), id=mine.ids[kind]))["node"]
    assert (found["__typename"], found["id"]) == (kind, mine.ids[kind])


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


NO_IDS = [
    "",
    " ",
    "x",
    "1",
    "-1",
    "====",
    "é",
    "a" * 10_000,
    encoded("Contact"),
    encoded("Contact:"),
    encoded("Contact:0"),
    encoded("Contact:-1"),
    encoded("Contact:+1"),
    encoded("Contact:01"),
    encoded("Contact: 1"),
    encoded("Contact:1 "),
    encoded("Contact:1\n"),
    encoded("Contact:1.5"),
    encoded("Contact:1e3"),
    encoded("Contact:\u0661"),
    encoded(f"Contact:{2**63}"),
    encoded(f"Contact:{'9' * 5_000}"),
    encoded("contact:1"),
    encoded("Reason:1"),
    encoded("Viewer:1"),
    encoded("__Type:1"),
    encoded("Contact:1:1"),
    base64.urlsafe_b64encode(b"Contact:\xff").decode(),
    to_id("Nothing", 1),
    *(to_id(kind, UNKNOWN) for kind in KINDS),
    *(to_id(kind, 2**63 - 1) for kind in KINDS),
]


@pytest.mark.parametrize("id_", NO_IDS, ids=lambda value: ascii(value)[:40])
async def test_what_is_no_id_of_anything_finds_nothing(world: World, home: Home, id_: str) -> None:
    assert await world.ask(home.owner, NODE, id=id_) == {"node": None}
    query = "query ($id: ID!) { sequence(id: $id) { id } contact(id: $id) { id } }"
    assert await world.ask(home.owner, query, id=id_) == {"sequence": None, "contact": None}


@pytest.mark.parametrize("kind", KINDS)
async def test_an_id_of_another_type_finds_nothing(world: World, home: Home, mine: Things, kind: str) -> None:
    query = "query ($id: ID!) { sequence(id: $id) { id } contact(id: $id) { id } }"
    found = await world.ask(home.owner, query, id=mine.ids[kind])
    assert (found["sequence"] is not None) == (kind == "Sequence")
    assert (found["contact"] is not None) == (kind == "Contact")


async def test_an_id_is_of_one_spelling_or_none(world: World, home: Home, mine: Things) -> None:
    for kind in KINDS:
        [node] = (await world.ask(home.owner, NODES, ids=[mine.ids[kind]]))["nodes"]
        padded = mine.ids[kind] + "=" * (-len(mine.ids[kind]) % 4)
        [again] = (await world.ask(home.owner, NODES, ids=[padded]))["nodes"]
        assert again in (node, None)


async def test_nodes_keep_the_order_with_nulls_and_repeats(world: World, home: Home, mine: Things) -> None:
    own = list(mine.ids.values())
    ids = [own[0], "x", own[3], to_id("Contact", UNKNOWN), *reversed(own), own[0], ""]
    found = (await world.ask(home.owner, NODES, ids=ids))["nodes"]
    assert [node and node["id"] for node in found] == [id_ if id_ in own else None for id_ in ids]
    assert (await world.ask(home.owner, NODES, ids=[]))["nodes"] == []


async def test_a_hundred_ids_at_most(world: World, home: Home, mine: Things) -> None:
    ids = [mine.ids["Contact"]] * 100
    assert len((await world.ask(home.owner, NODES, ids=ids))["nodes"]) == 100
    answer = (await world.post(NODES, {"ids": ["x", *ids]}, key=home.owner.key)).json()
    [error] = answer["errors"]
    assert error["extensions"] == {"code": "BAD_INPUT"}
    assert "100" in error["message"]
    assert "101" in error["message"]


@pytest.mark.parametrize("arguments", ["", '(id: "x", email: "y")', "(id: null)", "(id: null, email: null)"])
async def test_a_contact_is_asked_for_by_one_of_two(world: World, home: Home, arguments: str) -> None:
    answer = (await world.post(f"{{ contact{arguments} {{ id }} }}", key=home.owner.key)).json()
    [error] = answer["errors"]
    assert error["extensions"] == {"code": "BAD_INPUT"}
    assert "`id` or `email`" in error["message"]


async def test_a_contact_is_found_by_its_address_whatever_its_case(
    world: World, home: Home, mine: Things
) -> None:
    query = "query ($email: String) { contact(email: $email) { id } }"
    for email, found in ((mine.email, True), (mine.email.upper(), True), ("", False), ("mine@%", False)):
        answer = await world.ask(home.owner, query, email=email)
        assert answer == {"contact": {"id": mine.ids["Contact"]} if found else None}
