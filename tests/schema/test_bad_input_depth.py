"""Deep and large variables are refused in few words, never as a bug."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.world import Home

if TYPE_CHECKING:
    from tests.world import World

SET = "mutation ($v: SetStatusInput!) { setStatus(input: $v) { __typename } }"
UPSERT = "mutation ($v: UpsertContactsInput!) { upsertContacts(input: $v) { __typename } }"
NODES = "query ($v: [ID!]!) { nodes(ids: $v) { id } }"
CONTACTS = "query ($v: ContactFilter) { contacts(filter: $v) { totalCount } }"
MISTAKES = {"BAD_INPUT", "BAD_REQUEST", "GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def home(world: World) -> Home:
    return await world.team()


async def send(world: World, home: Home, query: str, value: str) -> str:
    """Send JSON as it is, and return the answer; it must be a mistake's."""
    headers = {"Authorization": f"Bearer {home.owner.key}", "Content-Type": "application/json"}
    body = f'{{"query": {json.dumps(query)}, "variables": {{"v": {value}}}}}'
    response = await world.client.post("/graphql", content=body, headers=headers)
    assert response.status_code in {200, 400}, response.text[:500]
    found = response.json()["errors"]
    assert {error["extensions"]["code"] for error in found} <= MISTAKES, response.text[:500]
    return response.text


@pytest.mark.parametrize("depth", [10, 100, 300, 600, 900, 1_015, 1_100, 5_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a": ', "}")])
@pytest.mark.parametrize(
    ("query", "place"),
    [
        (NODES, "{}"),
        (NODES, "[{}]"),
        (SET, "{}"),
        (SET, '{{"contactId": {}}}'),
        (SET, '{{"contactId": "x", "add": {}}}'),
        (SET, '{{"contactId": "x", "add": ["PAUSED"], "note": {}}}'),
        (SET, '{{"contactId": "x", "add": ["PAUSED"], "expectedVersion": {}}}'),
        (CONTACTS, "{}"),
        (CONTACTS, '{{"statuses": {{"any": {}}}}}'),
        (CONTACTS, '{{"updatedSince": {}}}'),
        (UPSERT, '{{"contacts": {}}}'),
        (UPSERT, '{{"contacts": [{{"email": "x", "variables": {}}}]}}'),
    ],
)
async def test_deep_variables(  # noqa: PLR0917 - by name
    world: World, home: Home, query: str, place: str, depth: int, opening: str, closing: str
) -> None:
    await send(world, home, query, place.format(opening * depth + "1.5" + closing * depth))


@pytest.mark.parametrize(
    ("query", "value"),
    [
        (SET, json.dumps({"contactId": "x", "add": ["NOPE"] * 100_000})),
        (SET, json.dumps({"contactId": "x", **{f"unknown{number}": 1 for number in range(40_000)}})),
        (UPSERT, json.dumps({"contacts": [{}] * 200_000})),
        (UPSERT, json.dumps({"contacts": [{"email": "\0"}] * 40_000})),
        (NODES, json.dumps([1.5] * 150_000)),
        (NODES, json.dumps([None] * 150_000)),
        (NODES, json.dumps([{"a": "x" * 900_000}])),
    ],
    ids=["enums", "unknown", "empty", "nul", "floats", "nulls", "long"],
)
async def test_a_great_many_mistakes_are_answered_with_a_few(
    world: World, home: Home, query: str, value: str
) -> None:
    assert len(await send(world, home, query, value)) < 2_000_000


@pytest.mark.parametrize("depth", [10, 100, 150, 190, 250, 1_000, 100_000])
async def test_deep_literals(world: World, home: Home, depth: int) -> None:
    for query in (
        f"{{ nodes(ids: {'[' * depth}1.5{']' * depth}) {{ id }} }}",
        f"{{ contacts(filter: {'{a: ' * depth}1{'}' * depth}) {{ totalCount }} }}",
    ):
        answer = (await world.post(query, key=home.owner.key)).json()
        codes = {error["extensions"]["code"] for error in answer["errors"]}
        assert codes <= MISTAKES | {"QUERY_TOO_LONG"}, codes
