"""Text that comes in: the one character that PostgreSQL cannot store is refused, whatever brings it.

graphql-core reads every string and id through its two scalars, from variables and from literals, by HTTP and
by websocket. So the check is theirs: exact, no second walk over the request, nothing can go around it.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from graphql import GraphQLID, GraphQLScalarType, GraphQLString

from schema.errors import BadInput

Read = TypeVar("Read", bound=Callable[..., Any])


def _storable(read: Read) -> Read:
    def checked(*given: Any) -> Any:
        text = read(*given)
        if "\0" in text:
            raise BadInput("Text must not contain the character U+0000: it cannot be stored. Leave it out.")
        return text

    return checked  # type: ignore[return-value]


def refuse_nul(*scalars: GraphQLScalarType) -> None:
    """Make scalars refuse U+0000. They are graphql-core's own, which Strawberry lets nobody replace."""
    for scalar in scalars:
        scalar.coerce_input_value = _storable(scalar.coerce_input_value)
        if scalar.coerce_input_literal:
            scalar.coerce_input_literal = _storable(scalar.coerce_input_literal)


refuse_nul(GraphQLString, GraphQLID)
