"""What an invalid request is answered with: an entry in `errors` with a code. Refusals are data."""

from graphql import GraphQLError


class BadInput(GraphQLError):
    """An argument that cannot be used: the message says which, and what to write instead."""

    def __init__(self, message: str) -> None:
        super().__init__(message, extensions={"code": "BAD_INPUT"})


class Forbidden(GraphQLError):
    """The key lacks the scope that the field asks for."""

    def __init__(self, scope: str) -> None:
        message = f"This key may not do that: it lacks the scope “{scope}”. Ask for a key that has it."
        super().__init__(message, extensions={"code": "FORBIDDEN"})
