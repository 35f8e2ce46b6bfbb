"""Values of input types are read as graphql-core reads them: JSON of any sort, and what is no JSON."""

from __future__ import annotations

from typing import Any

import pytest
import strawberry
from graphql import (
    GraphQLBoolean,
    GraphQLDefaultInput,
    GraphQLEnumType,
    GraphQLFloat,
    GraphQLID,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLString,
    is_enum_type,
    is_input_object_type,
    is_input_type,
    is_list_type,
    is_non_null_type,
)
from graphql.execution.values import input_is_nested_too_deeply
from graphql.language.parser import MAX_NESTING_DEPTH
from graphql.pyutils import Undefined
from graphql.utilities import coerce_input_value
from hypothesis import given
from hypothesis import strategies as st

from execution.outcomes import Bail, Unsupported
from execution.readers import reader
from schema import api
from tests.execution import toy

COLOUR = GraphQLEnumType("Colour", {"RED": 0, "GREEN": "green", "BLUE": None})
POINT: GraphQLInputObjectType = GraphQLInputObjectType(
    "Point",
    lambda: {
        "x": GraphQLInputField(GraphQLNonNull(GraphQLInt)),
        "theY": GraphQLInputField(GraphQLFloat, out_name="the_y", default=GraphQLDefaultInput(1.5)),
        "colours": GraphQLInputField(
            GraphQLNonNull(GraphQLList(GraphQLNonNull(COLOUR))), default=GraphQLDefaultInput(["RED"])
        ),
        "rows": GraphQLInputField(GraphQLList(GraphQLList(GraphQLID))),
        "next": GraphQLInputField(POINT),
        "made": GraphQLInputField(MADE),
    },
)
MADE: GraphQLInputObjectType = GraphQLInputObjectType(
    "Made",
    {"yes": GraphQLInputField(GraphQLBoolean), "name": GraphQLInputField(GraphQLString)},
    out_type=lambda found: tuple(found.items()),
)
ONE = GraphQLInputObjectType(
    "One", {"a": GraphQLInputField(GraphQLInt), "b": GraphQLInputField(POINT)}, is_one_of=True
)
ANYTHING = GraphQLScalarType("Anything", coerce_input_value=lambda value: Undefined if value == 7 else value)


def input_types(schema: strawberry.Schema) -> list[GraphQLInputType]:
    """Return the input types of a schema, each of them also in a list that must be there."""
    found = [each for each in schema._schema.type_map.values() if is_input_type(each)]
    return [*found, *(GraphQLNonNull(GraphQLList(each)) for each in found)]


TYPES = [
    *(POINT, GraphQLNonNull(POINT), GraphQLList(POINT), MADE, ONE, COLOUR, ANYTHING, GraphQLList(ANYTHING)),
    *input_types(api.build(strawberry.Schema)),
    *input_types(toy.schema),
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=3), inside, max_size=3),
    max_leaves=5,
)


@st.composite
def values(draw: st.DrawFn, type_: GraphQLInputType, depth: int = 0) -> Any:
    """Draw a value of the type that is mostly valid: here and there something else, or nothing, is in it."""
    if draw(st.integers(0, 24)) == 0:
        return draw(JSON)
    if is_non_null_type(type_):
        return draw(values(type_.of_type, depth))
    if draw(st.integers(0, 9)) == 0:
        return None
    if is_list_type(type_):
        one = values(type_.of_type, depth + 1)
        return draw(one if depth > 3 or draw(st.integers(0, 3)) == 0 else st.lists(one, max_size=3))
    if not is_input_object_type(type_):
        scalars = ["2026-01-02T03:04:05Z", "text", "\0", 1, 7, 1.5, True]
        return draw(st.sampled_from(sorted(type_.values) if is_enum_type(type_) else scalars))
    named = [name for name in type_.fields if draw(st.integers(0, 3 + depth)) < 3]
    named = named[:1] if type_.is_one_of and draw(st.booleans()) else named
    return {
        name: draw(values(type_.fields[name].type, depth + 1))
        for name in draw(st.permutations(named))
        if depth < 4
    } | draw(st.sampled_from([{}] * 20 + [{"unknown": 1}]))


def read(type_: GraphQLInputType, value: Any) -> Any:
    """Return what the reader makes of a value; Undefined if it leaves that to the reference."""
    try:
        return reader(type_)(value)
    except Exception:  # noqa: BLE001 -- a scalar may raise anything
        return Undefined


def assert_read_alike(type_: GraphQLInputType, value: Any) -> Any:
    """Hold the reader to what graphql-core makes of a value, kinds and order of keys too."""
    ours, theirs = read(type_, value), coerce_input_value(value, type_)
    assert repr(ours) == repr(theirs), (type_, value)
    return ours


@given(data=st.data(), type_=st.sampled_from(TYPES))
def test_values_are_read_as_graphql_core_reads_them(data: st.DataObject, type_: GraphQLInputType) -> None:
    assert_read_alike(type_, data.draw(values(type_)))


@pytest.mark.parametrize(
    ("type_", "value", "found"),
    [
        (POINT, {"x": 1}, {"x": 1, "the_y": 1.5, "colours": [0]}),
        (POINT, {"colours": "GREEN", "x": 1}, {"x": 1, "the_y": 1.5, "colours": ["green"]}),
        (POINT, {"x": 1, "theY": None, "colours": ["BLUE"]}, {"x": 1, "the_y": None, "colours": [None]}),
        (POINT, {"x": 1, "colours": None}, Undefined),
        (POINT, {"x": 1, "colours": ["PINK"]}, Undefined),
        (POINT, {"x": 1, "colours": [0]}, Undefined),
        (POINT, {"x": None}, Undefined),
        (POINT, {"theY": 1}, Undefined),
        (POINT, {"x": 1, "z": 1}, Undefined),
        (POINT, [], Undefined),
        (MADE, {"yes": True, "name": "a"}, (("yes", True), ("name", "a"))),
        (ONE, {"a": 1}, {"a": 1}),
        (ONE, {"a": None}, Undefined),
        (ONE, {"a": 1, "b": None}, Undefined),
        (ONE, {}, Undefined),
        (GraphQLList(ANYTHING), {"any": 1}, [{"any": 1}]),
        (GraphQLList(ANYTHING), [1, None, 7], Undefined),
        (GraphQLList(GraphQLNonNull(ANYTHING)), [1, None], Undefined),
    ],
)
def test_each_case_is_read_as_graphql_core_reads_it(type_: GraphQLInputType, value: Any, found: Any) -> None:
    assert assert_read_alike(type_, value) == found


@pytest.mark.parametrize("over", [0, 1])
def test_what_is_nested_too_deeply_is_left_to_the_reference(over: int) -> None:
    value: dict[str, Any] = {"x": 0}
    for number in range(MAX_NESTING_DEPTH - 2 + over):  # two more: the list, and the fields of the innermost
        value = {"x": number, "next": value}
    deep = GraphQLList(POINT)
    assert input_is_nested_too_deeply([value], deep) is bool(over)
    assert (read(deep, [value]) is Undefined) is bool(over)


@pytest.mark.parametrize("value", [iter([1]), (1, 2), {1, 2}, range(3)])
def test_what_is_no_json_is_left_to_the_reference_untouched(value: Any) -> None:
    with pytest.raises(Bail):
        reader(GraphQLList(GraphQLInt))(value)
    assert list(value)


@pytest.mark.parametrize("type_", [GraphQLInt, GraphQLNonNull(ANYTHING), ANYTHING, GraphQLList(ANYTHING)])
def test_what_python_callers_leave_undefined_is_left_to_the_reference(type_: GraphQLInputType) -> None:
    with pytest.raises(Bail):
        reader(type_)(Undefined)
    with pytest.raises(Bail):
        reader(ONE)({"a": 1, "b": Undefined})


def test_a_default_that_is_none_of_the_type_is_left_to_the_reference() -> None:
    field = GraphQLInputField(GraphQLInt, default=GraphQLDefaultInput("many"))
    with pytest.raises(Unsupported):
        reader(GraphQLInputObjectType("Odd", {"a": field}))
