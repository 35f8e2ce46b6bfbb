"""From an HTTP request to one GraphQL operation: GraphQL over HTTP, section "Request"."""

from typing import Any, Final

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope
from strawberry.http import GraphQLRequestData
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.graphql import OperationType

from server.errors import RefusedError
from server.exchange import WHOLE, Whole
from server.negotiation import header, is_json
from server.promptly import Bound, Late

_PREFLIGHT: Final = (
    "authorization",
    "x-requested-with",
    "apollo-require-preflight",
    "graphql-require-preflight",
)
"""Headers that a page of another site cannot send without the browser asking us first (CORS)."""


def bad_request(message: str) -> RefusedError:
    """Make the refusal of a request that is not well-formed GraphQL over HTTP."""
    return RefusedError(400, "BAD_REQUEST", message)


def parse(text: bytes | str, what: str) -> Any:
    """Read JSON. orjson refuses bad UTF-8 and nests to 1,024 levels without recursion.

    Raises `RefusedError`, 400, for anything it cannot read.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise bad_request(f"{what} is not JSON: {error}.") from None


def operation(parameters: Any) -> GraphQLRequestData:
    """Check the shape of a request's parameters.

    Raises `RefusedError`, 400, if they are no object or one of them is of the wrong type.
    """
    if isinstance(parameters, list):
        raise bad_request("Send one operation per request: lists of operations are not executed.")
    if not isinstance(parameters, dict):
        raise bad_request('The body must be a JSON object such as {"query": "{ viewer { team { name } } }"}.')
    query = parameters.get("query")
    if not isinstance(query, str) or not query.strip():
        raise bad_request("`query` must be a string with a GraphQL document.")
    name = parameters.get("operationName")
    if name is not None and not isinstance(name, str):
        raise bad_request("`operationName` must be a string or null.")
    variables, extensions = parameters.get("variables"), parameters.get("extensions")
    for key, value in (("variables", variables), ("extensions", extensions)):
        if value is not None and not isinstance(value, dict):
            raise bad_request(f"`{key}` must be an object or null.")
    # An empty name is how some clients say none.
    return GraphQLRequestData(query, variables, name or None, extensions)


async def read(request: Request, limit: int, bound: Bound) -> bytes:
    """Read a body. No more than the limit is kept, whatever the length says or leaves unsaid.

    Raises `RefusedError`: 413 if longer than the limit, 408 if it does not arrive in time;
    `starlette.requests.ClientDisconnect` if the client is gone.
    """
    if int(header(request.scope, b"content-length") or "0") > limit:
        raise _too_long(limit)
    try:
        return await bound.within(_pieces(request.receive, limit))
    except Late:
        message = f"The body did not arrive within {bound.seconds:g} seconds."
        raise RefusedError(408, "TIMEOUT", message) from None


async def _pieces(receive: Receive, limit: int) -> bytes:
    """Read a body's pieces; most have one.

    Many are gathered in place: joining each to what is there would copy a message of 25 MB hundreds of times.
    """
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        piece, more = message.get("body", b""), message.get("more_body", False)
        if len(body) + len(piece) > limit:
            raise _too_long(limit)
        if not body and not more:
            return bytes(piece)
        body += piece
    return bytes(body)


def _too_long(limit: int) -> RefusedError:
    message = f"The body is larger than {limit:,} bytes. Send it in parts."
    return RefusedError(413, "BODY_TOO_LARGE", message)


def arrived(scope: Scope, limit: int) -> GraphQLRequestData | None:
    """Read a POST whose body has arrived, as `from_post` does; None if it has not."""
    whole: Whole | None = scope.get("extensions", {}).get(WHOLE)
    found = whole.body() if whole else None
    if found is None:
        return None
    _expect_json(scope)
    if len(found) > limit:
        raise _too_long(limit)
    return operation(parse(found, "The body"))


async def from_post(request: Request, limit: int, bound: Bound) -> GraphQLRequestData:
    """Read a POST.

    Raises `RefusedError`: 415 if it is not JSON, 413 or 408 as `read` does, 400 if it is not one operation;
    `starlette.requests.ClientDisconnect` if the client is gone.
    """
    _expect_json(request.scope)
    return operation(parse(await read(request, limit, bound), "The body"))


def _expect_json(scope: Scope) -> None:
    if not is_json(header(scope, b"content-type")):
        raise RefusedError(415, "UNSUPPORTED_MEDIA_TYPE", "Send JSON, with Content-Type: application/json.")


def not_here(error: CannotGetOperationTypeError | InvalidOperationTypeError) -> RefusedError:
    """Make the refusal of an operation that is not in the document, or of a kind not asked for this way."""
    if isinstance(error, CannotGetOperationTypeError):
        return bad_request(error.as_http_error_reason())
    if error.operation_type is OperationType.SUBSCRIPTION:
        return bad_request(
            "Subscriptions need a websocket (graphql-transport-ws) or only Accept: text/event-stream."
        )
    return RefusedError(405, "METHOD_NOT_ALLOWED", "Send mutations by POST.", {"Allow": "POST"})


def from_get(request: Request) -> GraphQLRequestData:
    """Read a GET, unless a page of another site may have caused it: links and images can send GETs.

    Such a page could not read the answer and has no credentials (ours are never cookies), but could make us
    work. Raises `RefusedError`, 400.
    """
    headers = request.headers
    if not any(name in headers for name in _PREFLIGHT) and not is_json(headers.get("content-type", "")):
        raise RefusedError(
            400,
            "CSRF",
            "A GET needs an Authorization or X-Requested-With header. Or send a POST.",
        )
    parameters: dict[str, Any] = dict(request.query_params)
    for key in ("variables", "extensions"):
        if key in parameters:
            parameters[key] = parse(parameters[key], f"`{key}`") if parameters[key] else None
    return operation(parameters)
