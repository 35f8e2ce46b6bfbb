"""Arguments: what a resolver is called with, which is what the reference would call it with.

Constants are read once, variables are taken as they are, anything else is read by graphql-core for each call.
What a resolver could change, such as lists and input objects, is made anew for each call.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from graphql import FieldNode, GraphQLArgument, GraphQLField, ValueNode, VariableNode, is_required_argument
from graphql.execution.values import coerce_argument, get_argument_values
from graphql.language import Visitor, visit
from strawberry import Schema
from strawberry.types.field import StrawberryField

from execution.inputs import Convert, converter
from execution.outcomes import Bail
from execution.run import Run
from execution.variables import IMMUTABLE

Arguments = Callable[[Run], dict[str, Any]]

_NOTHING: Any = object()


class Plan(NamedTuple):
    """How one parameter of a resolver comes to its value: from a variable, or the same each time."""

    parameter: str
    convert: Convert | None
    variable: str | None
    constant: Any
    """What is given if there is no variable, or it has no value; `_NOTHING` leaves the parameter out."""
    required: bool

    def written(self, constant: Callable[[Any], str]) -> str | None:
        """Return the source of the keyword argument, empty if there is none; None if only a run can tell."""
        if self.variable is None:
            if self.constant is _NOTHING or (self.constant is None and self.required):
                return None if self.required else ""
            value = constant(self.constant)
        elif self.constant is _NOTHING and not self.required:
            return None
        else:
            default = "None" if self.constant is _NOTHING else constant(self.constant)
            value = f"c.variables.get({self.variable!r}, {default})"
            if self.required:
                value = f"(r if (r := {value}) is not None else {constant(_bail)}())"
        convert = self.convert if self.variable or self.constant is not None else None
        return f"{self.parameter}={constant(convert)}({value})" if convert else f"{self.parameter}={value}"


def arguments(
    schema: Schema,
    field: StrawberryField,
    definition: GraphQLField,
    node: FieldNode,
    constant: Callable[[Any], str],
) -> list[str]:
    """Return the source of a resolver's keyword arguments, in which `c` is the run."""
    plans = []
    for argument in field.arguments:
        name = schema.config.name_converter.from_argument(argument)
        convert = converter(schema, argument.type)
        plan = _plan(argument.python_name, convert, name, definition.args[name], node)
        if plan is None:
            return [f"**{constant(_read_each_time(schema, field, definition, node))}(c)"]
        plans.append(plan)
    written = [each.written(constant) for each in plans]
    if None in written:
        return [f"**{constant(_planned(plans))}(c)"]
    return [each for each in written if each]


def coerced(definition: GraphQLField, node: FieldNode) -> Arguments:
    """Return a function that reads the arguments as graphql-core does, for GraphQL's own resolver."""

    def read(run: Run) -> dict[str, Any]:
        return get_argument_values(definition, node, run.values())

    return read


def _plan(
    parameter: str, convert: Convert | None, name: str, definition: GraphQLArgument, node: FieldNode
) -> Plan | None:
    """Plan one argument; None if its value has to be read each time."""
    required = is_required_argument(definition)
    given = next((each for each in node.arguments or () if each.name.value == name), None)
    value = given.value if given else None
    variable = value.name.value if isinstance(value, VariableNode) else None
    constant = _NOTHING
    if variable is None or not required:
        if variable is None and value is not None and _has_variables(value):
            return None
        read: dict[str, Any] = {}
        coerce_argument(read, node, name, definition, None if variable else given, None, None)
        constant = next(iter(read.values()), _NOTHING)
        if convert is None and constant is not _NOTHING and not isinstance(constant, IMMUTABLE):
            return None
    return Plan(parameter, convert, variable, constant, str(definition.type).endswith("!"))


def _bail() -> None:
    raise Bail


def _planned(plans: list[Plan]) -> Arguments:
    def read(run: Run) -> dict[str, Any]:
        variables, found = run.variables, {}
        for parameter, convert, variable, constant, required in plans:
            value = constant if variable is None else variables.get(variable, constant)
            if value is _NOTHING:
                if required:
                    raise Bail
                continue
            if value is None and required:
                raise Bail
            found[parameter] = value if convert is None else convert(value)
        return found

    return read


def _read_each_time(
    schema: Schema, field: StrawberryField, definition: GraphQLField, node: FieldNode
) -> Arguments:
    name_of = schema.config.name_converter.from_argument
    plans = [(each.python_name, name_of(each), converter(schema, each.type)) for each in field.arguments]

    def read(run: Run) -> dict[str, Any]:
        values = get_argument_values(definition, node, run.values())
        return {
            parameter: values[name] if convert is None else convert(values[name])
            for parameter, name, convert in plans
            if name in values
        }

    return read


class _Finds(Visitor):
    found = False

    def enter_variable(self, *_: Any) -> None:
        self.found = True


def _has_variables(value: ValueNode) -> bool:
    finds = _Finds()
    visit(value, finds)
    return finds.found
