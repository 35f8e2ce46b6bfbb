"""What a caller is told when something fails, and what only the log is told.

A caller's own mistake comes back as it is, with a code; a bug comes back as one sentence and a request id,
and goes to the log with its traceback. A GraphQLError raised by `schema/` is always a caller's mistake.
"""

import logging
from collections.abc import Iterable, Mapping
from typing import Any, Final

from graphql import GraphQLError, GraphQLSyntaxError
from graphql.validation.validate import ValidationAbortedError
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionContext

from models.engine import DatabaseUnavailable
from server.exchange import request_id

_log = logging.getLogger(__name__)

MASKED: Final = "Something went wrong on our side. Our log has it under the request id: tell us the id."

UNAVAILABLE: Final = "The database does not answer. Try again in a moment."

_REQUEST_MISTAKES: Final = (CannotGetOperationTypeError, InvalidOperationTypeError, MissingQueryError)
"""Raised by Strawberry for a request that names no operation, or one not allowed here: no GraphQLErrors."""


_UNCHECKED: Final = GraphQLError(
    "The query repeats too many fields under one name, or nests too many fragments, to be checked. Split it.",
    extensions={"code": "QUERY_TOO_LARGE"},
)

_COMPLETION: Final = ("graphql.type.", "graphql.execution.execut")
"""The modules of graphql-core that check what resolvers return; arguments are checked in others."""


class UserInputError(GraphQLError):
    """A caller's bad argument, such as `first: -1` or a cursor from elsewhere: the code is BAD_INPUT."""

    def __init__(self, message: str, **extensions: Any) -> None:
        super().__init__(message, extensions={"code": "BAD_INPUT", **extensions})


class RefusedError(Exception):
    """The request as a whole is refused; raise it from the view's `get_context`, for instance with 401.

    The view answers with the status, the headers and one GraphQL error; a websocket is closed with 4401 for
    401, otherwise 4403.
    """

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})


def _raised_in(error: BaseException) -> str:
    """Name the module in which an exception was raised."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return str(trace.tb_frame.f_globals.get("__name__", "")) if trace else ""


def is_bug(error: GraphQLError) -> bool:
    """Tell whether an error is ours: another exception than a GraphQLError, while a field was computed.

    Or a GraphQLError by graphql-core because what a resolver returned does not fit the schema: its message
    shows the value.

    A value that a scalar cannot read has such an exception as its cause too, but is found at a place in the
    query and before any field has a path; what has neither is from our own code around the execution.
    """
    original = error.original_error
    if original is None or isinstance(original, _REQUEST_MISTAKES):
        return False
    if isinstance(original, GraphQLError):
        return error.path is not None and _raised_in(original).startswith(_COMPLETION)
    return error.path is not None or not error.nodes


def mask(error: GraphQLError) -> GraphQLError:
    """Give what the caller sees of a bug: where in the query it was, and the request id."""
    extensions = {"code": "INTERNAL", "requestId": request_id()}
    return GraphQLError(MASKED, error.nodes, error.source, error.positions, error.path, extensions=extensions)


def unavailable(error: GraphQLError) -> GraphQLError:
    """Give what the caller sees when the database is away or has no connection to spare: to try again."""
    extensions = {"code": "UNAVAILABLE", "requestId": request_id()}
    return GraphQLError(
        UNAVAILABLE, error.nodes, error.source, error.positions, error.path, extensions=extensions
    )


def log_bug(error: BaseException, **where: Any) -> None:
    """Log an exception with its traceback and the request id. Not the query: it may hold personal data."""
    fields = {"request_id": request_id(), **where}
    _log.error("A request failed: %s", type(error).__name__, exc_info=error, extra=fields)


def _default_code(error: GraphQLError) -> str | None:
    if isinstance(error, GraphQLSyntaxError):
        return "QUERY_TOO_LONG" if "tokens. Parsing aborted" in error.message else "GRAPHQL_PARSE_FAILED"
    return None if error.path else "GRAPHQL_VALIDATION_FAILED"


def for_caller(errors: Iterable[GraphQLError], operation: str | None = None) -> list[GraphQLError]:
    """Turn errors into those the caller may see: bugs logged and masked, mistakes with a code."""
    seen = []
    for error in errors:
        if isinstance(error, ValidationAbortedError) and error.message == "Validation aborted.":
            error = _UNCHECKED  # noqa: PLW2901 -- graphql-core does not say why
        if isinstance(error.original_error, DatabaseUnavailable):
            fields = {"request_id": request_id(), "operation": operation}
            _log.warning("A request found no database: %s", error.original_error, extra=fields)
            seen.append(unavailable(error))
        elif is_bug(error):
            log_bug(error.original_error or error, path=error.path, operation=operation)
            seen.append(mask(error))
        else:
            if "code" not in (error.extensions or {}) and (code := _default_code(error)):
                error.extensions = {**(error.extensions or {}), "code": code}
            _log.debug("A request was mistaken", extra={"code": (error.extensions or {}).get("code")})
            seen.append(error)
    return seen


def process_errors(errors: list[GraphQLError], context: ExecutionContext | None = None) -> None:
    """Do the same in place: what Strawberry's `Schema.process_errors` is to be overridden with.

    Every way to execute calls it with the list it will send, also for each event of a subscription.
    """
    operation = context.operation_name if context and context.graphql_document else None
    errors[:] = for_caller(errors, operation)
