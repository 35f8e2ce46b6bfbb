"""Input values: from what graphql-core read to what resolvers are given, as Strawberry converts it."""

import dataclasses
from collections.abc import Callable
from typing import Any

from strawberry import UNSET, Schema
from strawberry.relay import GlobalID
from strawberry.scalars import is_scalar
from strawberry.types.arguments import convert_argument
from strawberry.types.base import (
    StrawberryContainer,
    StrawberryList,
    StrawberryMaybe,
    StrawberryOptional,
    get_object_definition,
)
from strawberry.types.enum import StrawberryEnumDefinition, has_enum_definition
from strawberry.types.lazy_type import LazyType

from execution.outcomes import Unsupported

Convert = Callable[[Any], Any]


def converter(schema: Schema, type_: Any) -> Convert | None:
    """Return a function that converts values of an input type; None if they stay as they are.

    Raises `Unsupported` for input types that build themselves: they may ask for the field's `Info`.
    """
    if isinstance(type_, StrawberryOptional) and not isinstance(type_, StrawberryMaybe):
        return converter(schema, type_.of_type)  # a null stays null in each of them
    if _is_leaf(schema, type_):
        return None
    if isinstance(type_, StrawberryList):
        return _list(converter(schema, type_.of_type))
    if isinstance(type_, LazyType):
        return converter(schema, type_.resolve_type())
    _refuse_those_that_build_themselves(type_, set())
    definition = get_object_definition(type_)
    if isinstance(type_, StrawberryMaybe) or definition is None:
        return _as_strawberry_does(schema, type_)
    return _object(schema, type_, definition)


def _is_leaf(schema: Schema, type_: Any) -> bool:
    if type_ is GlobalID:
        return False
    return (
        is_scalar(type_, schema.schema_converter.scalar_registry)
        or isinstance(type_, StrawberryEnumDefinition)
        or has_enum_definition(type_)
    )


def _list(convert: Convert | None) -> Convert:
    def converted(value: Any) -> Any:
        if value is None or value is UNSET:
            return value
        return list(value) if convert is None else [convert(each) for each in value]

    return converted


def _as_strawberry_does(schema: Schema, type_: Any) -> Convert:
    registry, config = schema.schema_converter.scalar_registry, schema.config

    def converted(value: Any) -> Any:
        return convert_argument(value, type_, registry, config)

    return converted


def _object(schema: Schema, type_: Any, definition: Any) -> Convert:
    """Convert to an input class. Types may contain themselves: the fields are looked at when first needed."""
    fields: list[tuple[str, str, Convert | None]] = []
    absent: dict[str, None] = {}

    def look() -> None:
        for field in definition.fields:
            name = schema.config.name_converter.from_field(field)
            convert = converter(schema, field.resolve_type(type_definition=definition))
            fields.append((name, field.python_name, convert))
            missing = field.default_value is dataclasses.MISSING
            if definition.is_input and missing and field.default_factory is dataclasses.MISSING:
                absent[field.python_name] = None

    def converted(value: Any) -> Any:
        if value is None or value is UNSET:
            return value
        if not fields:
            look()
        given: dict[str, Any] = dict(absent)
        for name, parameter, convert in fields:
            if name in value:
                given[parameter] = value[name] if convert is None else convert(value[name])
        return type_(**given)

    return converted


def _refuse_those_that_build_themselves(type_: Any, seen: set[int]) -> None:
    while isinstance(type_, StrawberryContainer | LazyType):
        type_ = type_.resolve_type() if isinstance(type_, LazyType) else type_.of_type
    definition = get_object_definition(type_)
    if definition is None or id(definition) in seen:
        return
    seen.add(id(definition))
    if definition.from_input is not None:
        raise Unsupported(f"{definition.name} builds itself")
    for field in definition.fields:
        _refuse_those_that_build_themselves(field.resolve_type(type_definition=definition), seen)
