"""Subscriptions: where ours differ from Strawberry's server-sent events and graphql-transport-ws."""

from typing import Any, Final

from strawberry.http.streaming import SSETransport
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler

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
    """The protocol's handler, with the shape of each message checked before it is used."""

    async def handle_message(self, message: Any) -> None:
        """Handle a message, or close the socket with 4400 if it is not one of the protocol's."""
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            await self.handle_invalid_message("A message is an object with a type")
        elif message["type"] == "subscribe" and not _is_subscribe(message):
            await self.handle_invalid_message("Subscribe needs an id and a payload with a query")
        elif message["type"] == "complete" and not isinstance(message.get("id"), str):
            await self.handle_invalid_message("Complete needs an id")
        else:
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
