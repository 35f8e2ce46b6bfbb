"""From a result to an HTTP response: GraphQL over HTTP, section "Response"."""

from collections.abc import Mapping
from typing import Any, Final

import orjson
from starlette.responses import Response
from strawberry.http import GraphQLHTTPResponse
from strawberry.types import ExecutionResult

from server.errors import MASKED, REQUEST_ID, RefusedError
from server.negotiation import Media


def with_result(result: ExecutionResult, media: Media) -> Response:
    """Write a result with the status the media type asks for.

    An error without a path was found before the execution: then there is no `data`, and the status is 400 for
    those who accept the newer type, 200 for the others. A bug of ours there is a 500 for both.
    """
    answer: GraphQLHTTPResponse = {}
    status = 200
    if result.errors:
        answer["errors"] = [error.formatted for error in result.errors]
    if result.data is None and result.errors and not any(error.path for error in result.errors):
        bug = any((error.extensions or {}).get("code") == "INTERNAL" for error in result.errors)
        status = 500 if bug else 400 if media is Media.GRAPHQL else 200
    else:
        answer["data"] = result.data
    if result.extensions:
        answer["extensions"] = result.extensions
    return _write(answer, media, status)


def with_refusal(refused: RefusedError, media: Media | None) -> Response:
    """Write why the request as a whole was refused, in JSON whatever the caller accepts."""
    extensions: dict[str, Any] = {"code": refused.code}
    if refused.status >= 500:
        extensions["requestId"] = REQUEST_ID.get()
    answer: GraphQLHTTPResponse = {"errors": [{"message": refused.message, "extensions": extensions}]}
    return _write(answer, media, refused.status, refused.headers)


def with_bug(media: Media | None) -> Response:
    """Write that something failed, and the request id."""
    return with_refusal(RefusedError(500, "INTERNAL", MASKED), media)


class _Written(Response):
    """Bytes with headers that are written already: Starlette's own way costs 5 µs."""

    def __init__(self, content: bytes, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        self.body = content
        self.status_code = status
        self.background = None
        self.raw_headers = [*headers, (b"content-length", str(len(content)).encode())]


_HEADERS: Final = {
    media: [
        (b"content-type", f"{media}; charset=utf-8".encode()),
        (b"cache-control", b"private, no-store"),
        (b"vary", b"Accept, Authorization"),
    ]
    for media in (Media.JSON, Media.GRAPHQL)
}


def _write(
    answer: GraphQLHTTPResponse, media: Media | None, status: int, headers: Mapping[str, str] | None = None
) -> Response:
    response = _Written(orjson.dumps(answer), status, _HEADERS.get(media or Media.JSON, _HEADERS[Media.JSON]))
    if headers:
        response.headers.update(headers)
    return response
