"""What uvicorn is told so that a connection cannot take more than its share."""

from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD: Final = 64 * 1024
"""Bytes of a request's line and headers. A URL's query is part of it."""


class HttpProtocol(HttpToolsProtocol):
    """uvicorn's fast HTTP protocol, which by itself collects headers for as long as they come."""

    _in_head = True
    _head = 0

    def data_received(self, data: bytes) -> None:
        """Count what arrives while a head is incomplete; answer 400 and close when it is too long."""
        was_in_head = self._in_head
        super().data_received(data)
        # A piece in which a body ends and a head begins is not counted: it is one piece, so it is small.
        if was_in_head and self._in_head and not self.transport.is_closing():
            self._head += len(data)
            if self._head > MAX_HEAD:
                self.send_400_response("Request head too large.")

    def on_headers_complete(self) -> None:
        """Stop counting: what follows is the body, which the view limits."""
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Count afresh for the next request of the connection."""
        self._in_head = True
        self._head = 0
        super().on_message_complete()


UVICORN: Final[dict[str, Any]] = {
    "http": HttpProtocol,
    "ws_max_size": 1_000_000,  # the limit of a body, for a message; uvicorn's own is 16 MB
    "ws_max_queue": 8,
    "ws_per_message_deflate": False,  # a compressed message is small until it is read
    "limit_concurrency": 1_000,  # connections of one process; beyond them: 503
    "timeout_keep_alive": 30,
    "timeout_graceful_shutdown": 15,  # longer than a query may take
    "server_header": False,
}
"""Arguments for `uvicorn.run` or `uvicorn.Config`."""
