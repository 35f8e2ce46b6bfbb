"""No text breaks the API: NUL, lone surrogates and lengths, in every string and id that it takes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from graphql import (
    GraphQLEnumType,
    build_schema,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
)
from graphql.type import GraphQLInputObjectType, GraphQLInputType, GraphQLNamedType, get_named_type

from schema.api import build, export_sdl
from server.guards import Schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphql import GraphQLArgument

    from tests.world import Home, World

SCHEMA = build_schema(export_sdl(build(Schema)))
TEXTS = {"String", "ID"}
PLAIN: dict[str, Any] = {
    "String": "x",
    "ID": "x",
    "Int": 1,
    "Boolean": True,
    "DateTime": "2026-01-31T09:00:00Z",
    "Date": "2026-01-31",
}
DEEPEST = 5


def sample(kind: GraphQLInputType) -> Any:
    """Return a well-formed value of a type, with what it requires and nothing else."""
    if is_non_null_type(kind):
        return sample(kind.of_type)
    if is_list_type(kind):
        return [sample(kind.of_type)]
    if isinstance(kind, GraphQLInputObjectType):
        return {
            name: sample(field.type) for name, field in kind.fields.items() if is_non_null_type(field.type)
        }
    named = get_named_type(kind)
    return next(iter(named.values)) if isinstance(named, GraphQLEnumType) else PLAIN[named.name]


def placed(kind: GraphQLInputType, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Yield, for each place in a type that takes text, its path and a value with `TEXT` there."""
    if is_non_null_type(kind):
        yield from placed(kind.of_type, depth)
    elif is_list_type(kind):
        for path, value in placed(kind.of_type, depth):
            yield f".0{path}", [value]
    elif is_input_object_type(kind) and depth < DEEPEST:
        for name, field in kind.fields.items():
            for path, value in placed(field.type, depth + 1):
                yield f".{name}{path}", {**sample(kind), name: value}
    elif get_named_type(kind).name in TEXTS:
        yield "", "TEXT"


def places() -> Iterator[Any]:
    """Yield every place of the API that takes text, as an operation and its variable."""
    for operation, root in (("query", SCHEMA.query_type), ("mutation", SCHEMA.mutation_type)):
        assert root
        for name, field in root.fields.items():
            for argument, taken in field.args.items():
                for path, value in placed(taken.type):
                    yield pytest.param(
                        *asking(operation, name, argument, taken, value), id=f"{name}.{argument}{path}"
                    )
    for inner, argument, on in (
        ("activity", "after", "Contact"),
        ("activity", "before", "Contact"),
        ("preview", "contactId", "Sequence"),
    ):
        kind = "ID!" if argument == "contactId" else "String"
        selection = "body" if inner == "preview" else "nodes { id }"
        nodes = f"nodes {{ {inner}({argument}: $v) {{ {selection} }} }}"
        query = f"query ($v: {kind}) {{ {on.lower()}s(first: 1) {{ {nodes} }} }}"
        yield pytest.param(query, "TEXT", id=f"{on}.{inner}.{argument}")


def asking(operation: str, name: str, argument: str, taken: GraphQLArgument, value: Any) -> tuple[str, Any]:
    """Return an operation that gives one argument of a root field by a variable."""
    root = {"query": SCHEMA.query_type, "mutation": SCHEMA.mutation_type}[operation]
    assert root
    kind: GraphQLNamedType = get_named_type(root.fields[name].type)
    selection = "" if kind.name in PLAIN else " { __typename }"
    others = [key for key, other in root.fields[name].args.items() if is_required_argument(other)]
    besides = "".join(f', {key}: "x"' for key in others if key != argument)
    return f"{operation} ($v: {taken.type}) {{ {name}({argument}: $v{besides}){selection} }}", value


PLACES = list(places())


def with_text(value: Any, text: str) -> bytes:
    """Return a body's variables with a JSON string in the place of `TEXT`, escapes as they are."""
    return json.dumps(value).replace('"TEXT"', f'"{text}"').encode()


def key_for(home: Home, query: str) -> str:
    """Return the key that may send an operation: the system's alone records events."""
    return home.system.key if "recordEvents" in query else home.owner.key


async def send(world: World, key: str, query: str, variables: bytes) -> tuple[int, dict[str, Any]]:
    """Send an operation whose variable is JSON as it is."""
    body = b'{"query": ' + json.dumps(query).encode() + b', "variables": {"v": ' + variables + b"}}"
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    response = await world.client.post("/graphql", content=body, headers=headers)
    return response.status_code, response.json()


def codes(answer: dict[str, Any]) -> set[str]:
    """Return the codes of an answer's errors."""
    return {error.get("extensions", {}).get("code", "none") for error in answer.get("errors", ())}


@pytest.mark.parametrize(("query", "value"), PLACES)
async def test_nul_is_refused_by_name_and_lone_surrogates_as_no_json(
    world: World, query: str, value: Any
) -> None:
    home = await world.team()
    status, answer = await send(world, key_for(home, query), query, with_text(value, "a\\u0000b"))
    assert (status, codes(answer)) == (200, {"BAD_INPUT"}), answer
    assert "U+0000" in answer["errors"][0]["message"]
    for surrogate in ("\\ud800", "\\udc00x", "\\udfff\\ud800"):
        status, answer = await send(world, key_for(home, query), query, with_text(value, surrogate))
        assert (status, codes(answer)) == (400, {"BAD_REQUEST"})


@pytest.mark.parametrize(("query", "value"), PLACES)
async def test_long_and_odd_texts_are_answered(world: World, query: str, value: Any) -> None:
    home = await world.team()
    for text in ("y" * 200_000, "", " ", "\U0001f600\u202e\ufeff", "%_\\'\";--", "\x01\x7f\x85", "../../etc"):
        status, answer = await send(
            world, key_for(home, query), query, with_text(value, json.dumps(text)[1:-1])
        )
        assert status == 200, answer
        assert codes(answer) <= {"BAD_INPUT"}, answer


@pytest.mark.parametrize(
    "text",
    ['"a\\u0000b"', '"\\u{0}"', '"a\\u{000000}"', '"""block \0 string"""', '"\\\\\\u0000"', '"raw \0"'],
)
async def test_nul_is_refused_in_a_querys_own_literals(world: World, text: str) -> None:
    home = await world.team()
    for query in (
        f"{{ contact(email: {text}) {{ id }} }}",
        f"{{ node(id: {text}) {{ id }} }}",
        f"query ($v: String = {text}) {{ contact(email: $v) {{ id }} }}",
        f"{{ contacts(filter: {{search: {text}}}) {{ nodes {{ id }} }} }}",
        f'mutation {{ setStatus(input: {{contactId: "x", note: {text}}}) {{ __typename }} }}',
    ):
        response = await world.post(query, key=home.owner.key)
        answer = response.json()
        assert response.status_code in {200, 400}
        assert codes(answer) <= {"BAD_INPUT", "GRAPHQL_PARSE_FAILED"}, answer
        assert codes(answer), (query, answer)


async def test_an_escaped_backslash_before_u0000_is_no_nul(world: World) -> None:
    home = await world.team()
    response = await world.post('{ contact(email: "\\\\u0000") { id } }', key=home.owner.key)
    assert response.json() == {"data": {"contact": None}}


@pytest.mark.parametrize("text", ['"\\ud800"', '"\\udc00"', '"\\u{d800}"', '"\\u{110000}"'])
async def test_lone_surrogates_in_a_querys_literals_are_a_syntax_error(world: World, text: str) -> None:
    home = await world.team()
    response = await world.post(f"{{ contact(email: {text}) {{ id }} }}", key=home.owner.key)
    assert codes(response.json()) == {"GRAPHQL_PARSE_FAILED"}


async def test_nul_is_refused_in_a_get(world: World) -> None:
    home = await world.team()
    headers = {"Authorization": f"Bearer {home.owner.key}"}
    for parameters in (
        {"query": '{ contact(email: "a\0b") { id } }'},
        {"query": "query ($v: String) { contact(email: $v) { id } }", "variables": '{"v": "a\\u0000b"}'},
    ):
        response = await world.client.get("/graphql", params=parameters, headers=headers)
        assert (response.status_code, codes(response.json())) == (200, {"BAD_INPUT"})
