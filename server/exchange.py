"""One request and its answer, or one websocket: what the log and the answer tell of it."""

from __future__ import annotations

from contextvars import ContextVar
from random import getrandbits
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

if TYPE_CHECKING:
    from starlette.types import Scope

    Headers: TypeAlias = list[tuple[bytes, bytes]]

HEADER: Final = b"x-request-id"

WHOLE: Final = "http.whole"
"""The extension of ASGI under which our protocol offers `Whole`."""


class Whole(Protocol):
    """A request and its answer in one piece each, without the messages that ASGI makes of them.

    Which are made for streams: as messages, the body is waited for though it is there, and of an answer each
    header is looked at with regular expressions, and head and body are written apart.
    """

    def body(self) -> bytes | None:
        """Return the request's body if all of it has arrived; whoever asks for it is its only reader."""
        ...

    def answer(self, status: int, headers: Headers, body: bytes) -> bool:
        """Answer; returns whether it could be done: not while the client takes nothing."""
        ...


class Exchange:
    """A request: its id, the prefix of the key it came with, and what was answered so far."""

    __slots__ = ("id", "key_prefix", "size", "status")

    def __init__(self, request_id: str = "") -> None:
        self.id = request_id or f"{getrandbits(128):032x}"
        self.key_prefix: str | None = None
        self.status = 0
        self.size = 0

    @property
    def header(self) -> tuple[bytes, bytes]:
        """Return the header that tells the id."""
        return HEADER, self.id.encode("ascii")


CURRENT: Final[ContextVar[Exchange | None]] = ContextVar("exchange", default=None)
"""The exchange in which we are."""


def request_id() -> str | None:
    """Return the id of the request that is being answered; None outside of requests."""
    exchange = CURRENT.get()
    return exchange.id if exchange else None


def entered(scope: Scope) -> Exchange:
    """Return the exchange that the access log began with this scope, or begin one."""
    state = scope.setdefault("state", {})
    exchange: Exchange | None = state.get("exchange")
    if exchange is None:
        exchange = state["exchange"] = Exchange()
        CURRENT.set(exchange)
    return exchange
