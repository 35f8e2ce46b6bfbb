"""The schema's text: committed as it is, described throughout, and by one set of conventions."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLUnionType,
    is_introspection_type,
    is_non_null_type,
    is_specified_scalar_type,
)

from schema.api import build, export_sdl
from server.guards import Schema
from tests.schema.test_bad_input_text import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMITTED = Path(__file__).parents[2] / "schema" / "schema.graphql"

PLAIN_REASONS = {
    "NotInSequence",
    "Permanent",
    "AlreadySet",
    "NotSet",
    "NoEmailReceived",
    "NoStepsLeft",
    "ContactNotFound",
}
OURS = [
    kind
    for kind in SCHEMA.type_map.values()
    if not is_introspection_type(kind) and not is_specified_scalar_type(kind)
]


def test_the_committed_text_is_the_schemas() -> None:
    command = "python -m server export-schema > schema/schema.graphql"
    assert COMMITTED.read_text() == export_sdl(build(Schema)), f"the schema has changed: run `{command}`"


def described() -> Iterator[tuple[str, str | None]]:
    """Yield everything that has a description to have, with it."""
    for kind in OURS:
        yield kind.name, kind.description
        for name, value in {**getattr(kind, "fields", {}), **getattr(kind, "values", {})}.items():
            yield f"{kind.name}.{name}", value.description
            for key, argument in getattr(value, "args", {}).items():
                yield f"{kind.name}.{name}({key})", argument.description


def test_everything_has_a_description() -> None:
    without = [path for path, description in described() if not (description or "").strip()]
    assert not without


def test_descriptions_are_sentences() -> None:
    for path, description in described():
        if path.split(".")[0] in {"Date", "DateTime"}:  # Strawberry's
            continue
        assert description
        assert description[0].isupper() or description[0] in "…`", path
        assert description.rstrip()[-1] in ".…`", path


def of_kind(ending: str) -> list[GraphQLNamedType]:
    return [kind for kind in OURS if kind.name.endswith(ending)]


def test_each_mutation_takes_one_input_and_answers_with_a_union_of_both_outcomes() -> None:
    assert SCHEMA.mutation_type
    for name, field in SCHEMA.mutation_type.fields.items():
        word = name[0].upper() + name[1:]
        assert {key: str(argument.type) for key, argument in field.args.items()} == {"input": f"{word}Input!"}
        assert str(field.type) == f"{word}Result!"
        union = SCHEMA.type_map[f"{word}Result"]
        assert isinstance(union, GraphQLUnionType)
        assert {each.name for each in union.types} == {f"{word}Success", f"{word}Failure"}


def test_each_failure_is_a_failure_and_each_reason_a_reason() -> None:
    failure, reason = SCHEMA.type_map["Failure"], SCHEMA.type_map["Reason"]
    codes = SCHEMA.type_map["ReasonCode"]
    assert isinstance(failure, GraphQLInterfaceType)
    assert isinstance(reason, GraphQLInterfaceType)
    assert isinstance(codes, GraphQLEnumType)
    failures = {kind.name for kind in SCHEMA.get_possible_types(failure)}
    assert {kind.name for kind in of_kind("Failure")} - {"Failure"} <= failures
    reasons = {kind.name for kind in SCHEMA.get_possible_types(reason)}
    # One type for each code, named for it.
    assert reasons == {"".join(word.capitalize() for word in code.split("_")) for code in codes.values}
    assert reasons >= PLAIN_REASONS


def test_what_has_an_id_is_a_node_and_can_be_looked_up() -> None:
    node = SCHEMA.type_map["Node"]
    assert isinstance(node, GraphQLInterfaceType)
    nodes = {kind.name for kind in SCHEMA.get_possible_types(node)}
    with_id = {k.name for k in OURS if isinstance(k, GraphQLObjectType) and "id" in k.fields}
    assert nodes == with_id


def test_connections_are_relays() -> None:
    for connection in of_kind("Connection"):
        name = connection.name.removesuffix("Connection")
        assert isinstance(connection, GraphQLObjectType)
        edge = SCHEMA.type_map[f"{name}Edge"]
        assert isinstance(edge, GraphQLObjectType)
        assert {key: str(field.type) for key, field in connection.fields.items()} == {
            "edges": f"[{name}Edge!]!",
            "nodes": f"[{name}!]!",
            "pageInfo": "PageInfo!",
            "totalCount": "Int!",
        }
        assert {key: str(field.type) for key, field in edge.fields.items()} == {
            "cursor": "String!",
            "node": f"{name}!",
        }


def test_names_and_nullability_follow_the_conventions() -> None:
    for kind in OURS:
        assert re.fullmatch(r"[A-Z][A-Za-z]*", kind.name)
        assert (
            kind.name.endswith("Input")
            == (isinstance(kind, GraphQLInputObjectType) and not kind.name.endswith(("Filter", "Order")))
            or kind.name == "InvalidInput"
        )
        for value in getattr(kind, "values", {}):
            assert re.fullmatch(r"[A-Z][A-Z_]*", value)
        for name, field in getattr(kind, "fields", {}).items():
            assert re.fullmatch(r"[a-z][A-Za-z]*", name)
            text = str(field.type)
            # Members of a list are there; `nodes` alone answers null for what it does not find.
            assert "[" not in text or "!]" in text or text == "[Node]!", f"{kind.name}.{name}"
            if (name.endswith("At") or name == "since") and name != "statusesAt":  # which takes the time
                assert text.rstrip("!") == "DateTime"
            if name == "id":
                assert is_non_null_type(field.type)
            if re.match(r"(has|can|is)[A-Z]", name) and not isinstance(kind, GraphQLInputObjectType):
                assert text == "Boolean!"
