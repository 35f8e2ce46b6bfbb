"""From a result to an HTTP response: GraphQL over HTTP, section "Response"."""

from typing import Any, Final

import orjson
from starlette.types import Receive, Scope, Send
from strawberry.http import GraphQLHTTPResponse
from strawberry.types import ExecutionResult

from server.errors import MASKED, RefusedError
from server.exchange import WHOLE, Exchange, Whole, request_id
from server.negotiation import Media


class Written:
    """An answer that is written already: its status, its headers and its body."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    def given(self, scope: Scope, exchange: Exchange) -> bool:
        """Answer in one piece, and return true, if the server takes that."""
        whole: Whole | None = scope.get("extensions", {}).get(WHOLE)
        if whole is None:
            return False
        size = len(self.body)
        headers = [*self.headers, (b"content-length", b"%d" % size), exchange.header]
        if not whole.answer(self.status, headers, self.body):
            return False
        exchange.status, exchange.size = self.status, size
        return True

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer as Starlette's responses do."""
        headers = [*self.headers, (b"content-length", b"%d" % len(self.body))]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


_HEADERS: Final = {
    media: [
        (b"content-type", f"{media}; charset=utf-8".encode()),
        (b"cache-control", b"private, no-store"),
        (b"vary", b"Accept, Authorization"),
    ]
    for media in (Media.JSON, Media.GRAPHQL)
}


def with_result(result: ExecutionResult, media: Media) -> Written:
    """Write a result with the status the media type asks for.

    An error without a path was found before the execution: then there is no `data`, and the status is 400 for
    those who accept the newer type, 200 for the others. A bug of ours there is a 500 for both.
    """
    if result.data is not None and not result.errors and not result.extensions:
        return Written(200, _HEADERS[media], orjson.dumps({"data": result.data}))
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


def with_refusal(refused: RefusedError, media: Media | None) -> Written:
    """Write why the request as a whole was refused, in JSON whatever the caller accepts."""
    extensions: dict[str, Any] = {"code": refused.code}
    if refused.status >= 500:
        extensions["requestId"] = request_id()
    answer: GraphQLHTTPResponse = {"errors": [{"message": refused.message, "extensions": extensions}]}
    written = _write(answer, media, refused.status)
    more = [(name.lower().encode(), value.encode()) for name, value in refused.headers.items()]
    return Written(written.status, [*written.headers, *more], written.body)


def with_bug(media: Media | None) -> Written:
    """Write that something failed, and the request id."""
    return with_refusal(RefusedError(500, "INTERNAL", MASKED), media)


def _write(answer: GraphQLHTTPResponse, media: Media | None, status: int) -> Written:
    headers = _HEADERS.get(media or Media.JSON, _HEADERS[Media.JSON])
    return Written(status, headers, orjson.dumps(answer))
