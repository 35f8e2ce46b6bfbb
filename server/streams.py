"""Subscriptions: where ours differ from Strawberry's server-sent events and graphql-transport-ws."""

import asyncio
from typing import TYPE_CHECKING, Any, Final

from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.http.streaming import SSETransport
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler

from server.endings import SLOW

if TYPE_CHECKING:
    from server.view import View

PROTOCOLS: Final = (GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL)
"""Not among them: graphql-ws, the protocol that graphql-transport-ws replaced in 2020."""


class Events(SSETransport):
    """Server-sent events whose lines end in LF, as urql expects; the standard allows LF, CR LF and CR."""

    def encode_event(self, event: str, data: str | None = None) -> str:
        """Write one event; the data must be one line."""
        return super().encode_event(event, data).replace("\r\n", "\n")

    def encode_comment(self, comment: str) -> str:
        """Write a comment, which keeps the connection alive."""
        return super().encode_comment(comment).replace("\r\n", "\n")


class Socket(BaseGraphQLTransportWSHandler[Any, Any]):
    """The protocol's handler, with each message's shape checked before it is used, and with our endings."""

    view: "View"

    async def handle(self) -> None:
        """Serve the socket until the client leaves, or there is a reason to close it."""
        self._slow = asyncio.Event()
        served, ended = asyncio.create_task(super().handle()), asyncio.create_task(self._close_in_time())
        try:
            await asyncio.wait({served, ended}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            served.cancel()
            ended.cancel()
            outcome, _ = await asyncio.gather(served, ended, return_exceptions=True)
        if isinstance(outcome, Exception):
            raise outcome

    async def _close_in_time(self) -> None:
        slow = asyncio.create_task(self._slow.wait())
        ending = asyncio.ensure_future(self.view.ending(self.context))
        try:
            await asyncio.wait({slow, ending}, return_when=asyncio.FIRST_COMPLETED)
            why = SLOW if slow.done() else ending.result()
            # Nobody may be reading: then it is not told, and the connection goes without a word.
            async with asyncio.timeout(self.view.timeouts.farewell):
                await self.websocket.close(why.close, why.message)
        finally:
            slow.cancel()
            ending.cancel()

    async def handle_task_exception(self, error: Exception) -> None:
        """Log what went wrong in an operation; that its client left, or was left, is nothing wrong."""
        if not isinstance(error, WebSocketDisconnected):
            await super().handle_task_exception(error)

    async def send_message(self, message: Any) -> None:
        """Send a message, or begin to close the socket if the client does not take it in time."""
        try:
            async with asyncio.timeout(self.view.timeouts.send):
                await super().send_message(message)
        except TimeoutError:
            self._slow.set()
            raise WebSocketDisconnected from None

    async def handle_message(self, message: Any) -> None:
        """Handle a message, or close the socket with 4400 if it is not one of the protocol's."""
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            await self.handle_invalid_message("A message is an object with a type")
        elif message["type"] == "subscribe" and not _is_subscribe(message):
            await self.handle_invalid_message("Subscribe needs an id and a payload with a query")
        elif message["type"] == "complete" and not isinstance(message.get("id"), str):
            await self.handle_invalid_message("Complete needs an id")
        else:
            if message["type"] == "subscribe" and hasattr(self.context, "renew"):
                self.context.renew()
            await super().handle_message(message)  # type: ignore[arg-type]


def _is_subscribe(message: dict[str, Any]) -> bool:
    payload = message.get("payload")
    return (
        isinstance(message.get("id"), str)
        and isinstance(payload, dict)
        and isinstance(payload.get("query"), str)
        and isinstance(payload.get("variables"), dict | None)
        and isinstance(payload.get("operationName"), str | None)
    )
