"""From an HTTP request to one GraphQL operation: GraphQL over HTTP, section "Request"."""

from typing import Any, Final

import orjson
from starlette.requests import Request
from strawberry.http import GraphQLRequestData

from server.errors import RefusedError
from server.negotiation import is_json
from server.promptly import Late, within

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


async def read(request: Request, limit: int, seconds: float) -> bytes:
    """Read a body. No more than the limit is kept, whatever the length says or leaves unsaid.

    Raises `RefusedError`: 413 if longer than the limit, 408 if it does not arrive in time;
    `starlette.requests.ClientDisconnect` if the client is gone.
    """

    def too_long() -> RefusedError:
        message = f"The body is larger than {limit:,} bytes. Send it in parts."
        return RefusedError(413, "BODY_TOO_LARGE", message)

    if int(request.headers.get("content-length", "0")) > limit:
        raise too_long()

    async def pieces() -> bytes:
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > limit:
                raise too_long()
        return bytes(body)

    try:
        return await within(seconds, pieces())
    except Late:
        raise RefusedError(408, "TIMEOUT", f"The body did not arrive within {seconds:g} seconds.") from None


async def from_post(request: Request, limit: int, seconds: float) -> GraphQLRequestData:
    """Read a POST.

    Raises `RefusedError`: 415 if it is not JSON, 413 or 408 as `read` does, 400 if it is not one operation;
    `starlette.requests.ClientDisconnect` if the client is gone.
    """
    if not is_json(request.headers.get("content-type", "")):
        raise RefusedError(415, "UNSUPPORTED_MEDIA_TYPE", "Send JSON, with Content-Type: application/json.")
    return operation(parse(await read(request, limit, seconds), "The body"))


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
