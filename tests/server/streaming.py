"""Short words for following a subscription, over a websocket and as server-sent events."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

FOLLOW = """subscription ($after: String, $filter: ChangeFilter) {
  statusChanged(after: $after, filter: $filter) {
    cursor node { id version before after contact { id version } } } }"""
PATIENCE = 60.0


async def say(socket: ClientConnection, **message: Any) -> None:
    await socket.send(json.dumps(message))


async def hear(socket: ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE):
        message: dict[str, Any] = json.loads(await socket.recv())
    return message


@asynccontextmanager
async def opened(url: str, key: str) -> AsyncIterator[ClientConnection]:
    """Open a websocket, with the key in its first message."""
    address, protocol = f"{url.replace('http', 'ws', 1)}/graphql", Subprotocol("graphql-transport-ws")
    async with connect(address, subprotocols=[protocol], proxy=None, max_queue=4) as socket:
        await say(socket, type="connection_init", payload={"Authorization": f"Bearer {key}"})
        assert (await hear(socket))["type"] == "connection_ack"
        try:
            yield socket
        finally:
            socket.transport.abort()  # whoever leaves, leaves without a word


async def over_socket(url: str, key: str, query: str = FOLLOW, **variables: Any) -> AsyncIterator[Any]:
    """Yield what a subscription answers, over a websocket of its own."""
    async with opened(url, key) as socket:
        await say(socket, type="subscribe", id="1", payload={"query": query, "variables": variables})
        # Answered after the subscribe before it was begun: from here on nothing is missed.
        await say(socket, type="ping")
        while True:
            message = await hear(socket)
            if message["type"] == "complete":
                return
            if message["type"] != "pong":
                yield message["payload"]
            if message["type"] == "error":
                return


async def over_events(url: str, key: str, query: str = FOLLOW, **variables: Any) -> AsyncIterator[Any]:
    """Yield what a subscription answers, as server-sent events."""
    headers = {"Accept": "text/event-stream", "Authorization": f"Bearer {key}"}
    body = {"query": query, "variables": variables}
    async with (
        httpx.AsyncClient(timeout=PATIENCE) as client,
        client.stream("POST", f"{url}/graphql", json=body, headers=headers) as response,
    ):
        event = ""
        async for line in response.aiter_lines():
            name, _, text = line.partition(": ")
            if name == "event":
                event = text
            elif name == "data" and event == "next":
                yield json.loads(text)
