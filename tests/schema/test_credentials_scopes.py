"""What a key may do: each field of query and mutation, for keys that read, write, or record events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from graphql import GraphQLField, get_named_type, is_leaf_type, is_required_argument

from models.tables import Scope
from resolvers import accounts
from tests.schema.test_bad_input_text import SCHEMA, sample
from tests.world import Home, made

if TYPE_CHECKING:
    from tests.world import World

BOTH_WAYS = True

FOR_ANY_KEY = {"viewer", "statusRules"}
"""Says who one is, and what is public: no data of the team's beyond its name."""
FOR_EVENTS = {"upsertContacts", "recordEvents", "sendable"}
"""What the team's system may do (api.md, "Who calls")."""

FOR_WRITERS = {"previewBulkChange"}
"""Queries that stand before a change: what they answer is of use to nobody else."""

UPSERT = """mutation ($email: String!, $owner: ID) {
  upsertContacts(input: {contacts: [{email: $email, ownerId: $owner}]}) {
    ... on UpsertContactsSuccess { results { __typename
      ... on ContactUpserted { created contact { id owner { id } activity { nodes { by { __typename } } } } }
      ... on ContactRefused { reasons { code ... on InvalidInput { field } } } } } } }"""


def fields() -> list[tuple[str, str]]:
    """Return every field of the query and the mutation."""
    assert SCHEMA.query_type
    assert SCHEMA.mutation_type
    queries = [("query", name) for name in SCHEMA.query_type.fields]
    return queries + [("mutation", name) for name in SCHEMA.mutation_type.fields]


def operation(kind: str, name: str) -> tuple[str, dict[str, Any]]:
    """Return an operation of one field with what its arguments require, and its variables."""
    root = SCHEMA.query_type if kind == "query" else SCHEMA.mutation_type
    assert root
    field: GraphQLField = root.fields[name]
    needed = {key: arg for key, arg in field.args.items() if is_required_argument(arg)}
    declared = ", ".join(f"${key}: {arg.type}" for key, arg in needed.items())
    given = ", ".join(f"{key}: ${key}" for key in needed)
    selection = "" if is_leaf_type(get_named_type(field.type)) else " { __typename }"
    text = (
        f"{kind}{f' ({declared})' if needed else ''} {{ {name}{f'({given})' if needed else ''}{selection} }}"
    )
    values = {key: sample(arg.type) for key, arg in needed.items()}
    return text, {**values, "id": "x"} if "id" in needed else values


async def key_with(home: Home, *scopes: Scope) -> str:
    """Make a key of the owner's with these scopes alone."""
    database, member_id = home.owner.context.database, home.owner.member_id
    given = await accounts.create_key(database, home.team_id, member_id=member_id, scopes=scopes)
    secret: str = made(given).key
    return secret


async def codes(world: World, kind: str, name: str, key: str) -> list[str]:
    """Call one field, and return the codes of the errors."""
    query, variables = operation(kind, name)
    if name == "contact":  # asks for one of two
        query = '{ contact(email: "x") { __typename } }'
    response = await world.post(query, variables, key=key)
    assert response.status_code == 200, response.text
    return [error["extensions"]["code"] for error in response.json().get("errors", ())]


@pytest.mark.parametrize(("kind", "name"), fields())
async def test_each_field_asks_for_its_scope(world: World, kind: str, name: str) -> None:
    home = await world.team()
    reads = kind == "query" and name not in FOR_WRITERS
    everything = [] if reads else ["FORBIDDEN"]
    assert await codes(world, kind, name, await key_with(home, Scope.READ)) == everything
    others = name == "recordEvents" or (reads and name not in FOR_ANY_KEY)
    for_writers = ["FORBIDDEN"] if others else []
    assert await codes(world, kind, name, await key_with(home, Scope.WRITE)) == for_writers
    for_the_system = [] if name in FOR_ANY_KEY | FOR_EVENTS else ["FORBIDDEN"]
    assert await codes(world, kind, name, home.system.key) == for_the_system


async def test_a_refusal_names_the_scope_that_is_missing(world: World) -> None:
    home = await world.team()
    query, variables = operation("mutation", "setStatus")
    answer = (await world.post(query, variables, key=await key_with(home, Scope.READ))).json()
    assert "“write”" in answer["errors"][0]["message"]
    assert answer["errors"][0]["path"] == ["setStatus"]


async def test_a_key_cannot_be_given_another_kinds_scopes(world: World) -> None:
    home = await world.team()
    database, member_id = home.owner.context.database, home.owner.member_id
    for whose, scope in ((member_id, Scope.EVENTS), (None, Scope.READ), (None, Scope.WRITE)):
        refused = await accounts.create_key(database, home.team_id, member_id=whose, scopes=[scope])
        assert isinstance(refused, list), scope


async def test_the_system_upserts_for_a_member_and_must_say_for_whom(world: World) -> None:
    home = await world.team()
    answer = await world.ask(home.system, UPSERT, email="sys@example.com", owner=home.mate.id)
    [result] = answer["upsertContacts"]["results"]
    assert result["created"]
    assert result["contact"]["owner"]["id"] == home.mate.id
    assert result["contact"]["activity"]["nodes"] == [{"by": {"__typename": "System"}}]
    answer = await world.ask(home.system, UPSERT, email="nobody@example.com", owner=None)
    [result] = answer["upsertContacts"]["results"]
    assert result["reasons"] == [{"code": "INVALID_INPUT", "field": "contacts.0.ownerId"}]
