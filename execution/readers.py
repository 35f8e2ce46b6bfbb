"""Values of input types: from what a request brings to what the schema makes of it, as graphql-core does.

Everything about a type is looked up once. What is invalid, or not as JSON brings it, raises `Bail` or what a
scalar raises: the reference says what is wrong with it, or takes it after all.
"""

from collections.abc import Callable
from math import inf
from typing import Any, NamedTuple, TypeAlias

from graphql import (
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    assert_leaf_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
    is_required_input_field,
)
from graphql.execution.values import input_is_nested_too_deeply
from graphql.language.parser import MAX_NESTING_DEPTH
from graphql.pyutils import Undefined, is_iterable
from graphql.utilities.coerce_input_value import coerce_default_value
from strawberry.schema.schema_converter import CustomGraphQLEnumType

from execution.outcomes import Bail, Unsupported

Read: TypeAlias = Callable[[Any], Any]


class Field(NamedTuple):
    """How one field of an input object is read; `default` is Undefined if it has none."""

    name: str
    out_name: str
    read: Read
    required: bool
    default: Any


def reader(type_: GraphQLInputType) -> Read:
    """Return a function that reads values of the type; raises `Unsupported` if a default in it is invalid."""
    read = _reader(type_, {})
    if _height(type_, {}) <= MAX_NESTING_DEPTH:
        return read

    def shallow(value: Any) -> Any:
        if input_is_nested_too_deeply(value, type_):
            raise Bail
        return read(value)

    return shallow


def _reader(type_: GraphQLInputType, known: dict[str, Read]) -> Read:
    required = is_non_null_type(type_)
    bare = type_.of_type if is_non_null_type(type_) else type_
    read = _bare(bare, known)

    def nullable(value: Any) -> Any:
        if value is None and not required:
            return None
        if value is None or value is Undefined:
            raise Bail
        return read(value)

    return nullable


def _bare(type_: GraphQLInputType, known: dict[str, Read]) -> Read:
    """Return what reads values that are there."""
    if is_list_type(type_):
        return _list(_reader(type_.of_type, known))
    if is_input_object_type(type_):
        return known.get(type_.name) or _object(type_, known)
    leaf = assert_leaf_type(type_)
    return _enum(leaf) if isinstance(leaf, GraphQLEnumType) else _scalar(leaf.coerce_input_value)


def _list(read: Read) -> Read:
    def several(value: Any) -> list[Any]:
        if isinstance(value, list):
            return [read(each) for each in value]
        if is_iterable(value):
            raise Bail  # it may be there to be read once
        return [read(value)]

    return several


def _object(type_: GraphQLInputObjectType, known: dict[str, Read]) -> Read:
    fields: list[Field] = []
    one_of, made = type_.is_one_of, type_.out_type
    as_it_is = made is GraphQLInputObjectType.out_type

    def read_object(value: Any) -> Any:
        if not isinstance(value, dict):
            raise Bail
        found, given = {}, 0
        for name, out_name, read, required, default in fields:
            each = value.get(name, Undefined)
            if each is not Undefined:
                given += 1
                found[out_name] = read(each)
            elif required:
                raise Bail
            elif default is not Undefined:
                found[out_name] = default
        if given != len(value):
            raise Bail  # there is one that the type does not have
        if one_of and (given != 1 or len(found) != 1 or None in found.values()):
            raise Bail
        return found if as_it_is else made(found)

    known[type_.name] = read_object  # before its fields: it may contain itself
    fields += [_field(name, field, known) for name, field in type_.fields.items()]
    return read_object


def _field(name: str, field: GraphQLInputField, known: dict[str, Read]) -> Field:
    try:
        default = coerce_default_value(field)  # which graphql-core too makes once
    except TypeError as error:
        raise Unsupported(str(error)) from error
    out_name, read = field.out_name or name, _reader(field.type, known)
    return Field(name, out_name, read, is_required_input_field(field), default)


def _enum(type_: GraphQLEnumType) -> Read:
    read_name = type_.coerce_input_value
    if type(type_) not in {GraphQLEnumType, CustomGraphQLEnumType}:
        return _scalar(read_name)
    values = {name: read_name(name) for name in type_.values}

    def value_of(name: Any) -> Any:
        if not isinstance(name, str) or name not in values:
            raise Bail
        return values[name]

    return value_of


def _scalar(read: Read) -> Read:
    def defined(value: Any) -> Any:
        found = read(value)
        if found is Undefined:
            raise Bail
        return found

    return defined


def _height(type_: GraphQLInputType, known: dict[str, float]) -> float:
    """Return how deep a value of the type can be nested: without end, if a type contains itself."""
    if is_non_null_type(type_):
        type_ = type_.of_type
    if is_list_type(type_):
        return 1 + _height(type_.of_type, known)
    if not is_input_object_type(type_):
        return 0
    if type_.name not in known:
        known[type_.name] = inf  # to whoever comes back to it from below
        known[type_.name] = 1 + max(_height(field.type, known) for field in type_.fields.values())
    return known[type_.name]
