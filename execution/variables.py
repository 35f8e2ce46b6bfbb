"""Variables: from what the request brings to what the schema makes of it, with the types looked up once."""

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from graphql import GraphQLError, GraphQLSchema, OperationDefinitionNode, is_non_null_type
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource
from graphql.pyutils import Undefined
from graphql.utilities.coerce_input_value import coerce_default_value, coerce_input_literal

from execution.outcomes import Bail, Unsupported
from execution.readers import reader

IMMUTABLE = (str, int, float, bool, type(None), datetime, date, time, Decimal, UUID, Enum)
"""What can be given to every request without one of them seeing what another did to it."""

_NOTHING: Any = object()


class Variables:
    """The variables of one operation."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        self._signatures: list[GraphQLVariableSignature] = []
        for node in operation.variable_definitions or ():
            signature = get_variable_signature(schema, node)
            if isinstance(signature, GraphQLError):
                raise Unsupported(signature.message)
            self._signatures.append(signature)
        self._readers = [
            (each.name, reader(each.type), _default(each), is_non_null_type(each.type))
            for each in self._signatures
        ]

    def coerced(self, inputs: dict[str, Any]) -> dict[str, Any]:
        """Read the variables of a request; raises `Bail`, or what a scalar raises, if one cannot be read."""
        found: dict[str, Any] = {}
        for name, read, default, required in self._readers:
            value = inputs.get(name, _NOTHING)
            if value is _NOTHING:
                if default is not None:
                    found[name] = default()
                elif required:
                    raise Bail
            else:
                found[name] = read(value)
        return found

    def sourced(self, inputs: dict[str, Any], coerced: dict[str, Any]) -> VariableValues:
        """Return them as graphql-core's own reading of variables does."""
        sources = {
            each.name: VariableValueSource(each, inputs.get(each.name, Undefined))
            for each in self._signatures
        }
        return VariableValues(sources, coerced)


def _default(signature: GraphQLVariableSignature) -> Callable[[], Any] | None:
    if signature.default is None:
        return None
    constant = coerce_default_value(signature)
    if isinstance(constant, IMMUTABLE):
        return lambda: constant
    literal = signature.default.literal
    assert literal is not None  # noqa: S101 -- a document's defaults are literals
    return lambda: coerce_input_literal(literal, signature.type)
