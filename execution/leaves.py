"""Scalars and enums: expressions that leave a value as it is, or change it, without a call where they can.

Each first asks for the exact class of the value, for which we know what the reference would do; all others
are given to the reference's own function.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from enum import Enum
from typing import Any
from uuid import UUID

from graphql import GraphQLBoolean, GraphQLEnumType, GraphQLFloat, GraphQLID, GraphQLInt, GraphQLString
from graphql.pyutils import Undefined
from graphql.type import GraphQLLeafType, scalars
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema_converter import CustomGraphQLEnumType, GraphQLCoreConverter
from strawberry.schema.types import base_scalars

from execution.outcomes import Bail

Constant = Callable[[Any], str]
"""Gives an object a name that the generated code can use."""

ASKED = "<asked>"
"""Stands in an expression for what reads the value, which may set the variable at the same time."""

# Written as they are, if the scalar is the one we know: its serialiser is the reference's.
_KEPT: dict[GraphQLLeafType, tuple[Any, str]] = {
    GraphQLString: (scalars.serialize_string, "str"),
    GraphQLID: (scalars.serialize_id, "str"),
    GraphQLBoolean: (scalars.serialize_boolean, "bool"),
    GraphQLInt: (scalars.serialize_int, "int and -2147483648 <= {v} <= 2147483647"),
    GraphQLFloat: (scalars.serialize_float, "float and {v} - {v} == 0.0"),
}

# Left to orjson, which writes the same text as the reference for these.
_NATIVE = {
    "DateTime": (
        base_scalars.DateTimeDefinition,
        datetime,
        " and ({v}.tzinfo is {utc} or {v}.tzinfo is None)",
    ),
    "Date": (base_scalars.DateDefinition, date, ""),
    "Time": (base_scalars.TimeDefinition, time, " and {v}.tzinfo is None"),
    "UUID": (base_scalars.UUIDDefinition, UUID, ""),
}


def leaf(type_: GraphQLLeafType, v: str, constant: Constant, *, nullable: bool, native: bool) -> str:
    """Return an expression for the value in the variable `v`; `ASKED` in it is where `v` is read first."""
    serialise = constant(serialiser(type_, nullable=nullable))
    other = f"{serialise}({v})"
    or_null = f" or {v} is None" if nullable else ""
    if isinstance(type_, GraphQLEnumType):
        names = _names(type_)
        if names is None:
            return f"{serialise}({ASKED})"
        member, by_name = constant(names[0]), constant(names[1])
        null = f"None if {v} is None else " if nullable else ""
        return f"({by_name}[{v}._name_] if {ASKED}.__class__ is {member} else {null}{other})"
    if not is_written_as_known(type_, native=native):
        return f"{serialise}({ASKED})"
    if kept := _KEPT.get(type_):
        test = kept[1].format(v=v)
    else:
        _, class_, also = _NATIVE[type_.name]
        test = f"{constant(class_)}{also.format(v=v, utc=constant(UTC))}"
    return f"({v} if {ASKED}.__class__ is {test}{or_null} else {other})"


def is_written_as_known(type_: GraphQLLeafType, *, native: bool) -> bool:
    """Tell whether a scalar writes its values as Strawberry's own of that name does, which we know."""
    if type_ in _KEPT:
        return type_.coerce_output_value is _KEPT[type_][0]
    known = _NATIVE.get(type_.name)
    definition = type_.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    return bool(native and known and definition is known[0])


def serialiser(type_: GraphQLLeafType, *, nullable: bool) -> Callable[[Any], Any]:
    """Return a function that does what the reference does with any value, and bails where it would not."""
    serialise = type_.coerce_output_value

    def serialised(value: Any) -> Any:
        if value is None or value is Undefined:
            if nullable:
                return None
            raise Bail
        if isinstance(value, Exception) or optimized_is_awaitable(value):
            raise Bail
        written = serialise(value)
        if written is None or written is Undefined:
            raise Bail
        return written

    return serialised


def _names(type_: GraphQLEnumType) -> tuple[type[Enum], dict[str, str]] | None:
    """Return the class and its members as the reference writes them, by name: hashing members is slow."""
    if type(type_) is not CustomGraphQLEnumType:
        return None
    class_: Any = type_.wrapped_cls
    return class_, {member.name: type_.coerce_output_value(member) for member in class_}
