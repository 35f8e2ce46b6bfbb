"""Streams that the server ends: of who does not read, of whose key has ended, and when it restarts."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.server.streaming import hear, say

if TYPE_CHECKING:
    from tests.server.endpoint import Endpoint

EVENTS = {"Accept": "text/event-stream"}
PROTOCOLS = [Subprotocol("graphql-transport-ws")]


async def test_a_socket_whose_client_does_not_read_is_closed(
    endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    async with connect(endpoint.socket, subprotocols=PROTOCOLS, proxy=None, max_queue=1) as socket:
        await say(socket, type="connection_init")
        await say(socket, type="subscribe", id="1", payload={"query": "subscription { flood }"})
        with pytest.raises(ConnectionClosed):
            await read_slowly(socket)
    assert socket.close_code == 4408
    assert "cursor" in (socket.close_reason or "")
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def read_slowly(socket: ClientConnection) -> None:
    """Take a little, then nothing for longer than one may, until the connection is closed."""
    while True:
        for _ in range(20):
            await socket.recv()
        await asyncio.sleep(1)


async def test_a_stream_of_events_whose_client_does_not_read_ends_with_an_error(
    endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    last = ""
    body = {"query": "subscription { flood }"}
    async with (
        httpx.AsyncClient(headers=endpoint.headers | EVENTS, timeout=60) as client,
        client.stream("POST", endpoint.url, json=body) as response,
    ):
        number = 0
        async for line in response.aiter_lines():
            number += 1
            if number % 60 == 0:
                await asyncio.sleep(1)
            last = line if line.startswith("data: {") else last
    [error] = json.loads(last.removeprefix("data: "))["errors"]
    assert error["extensions"]["code"] == "SLOW_CONSUMER"
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_a_socket_is_closed_when_its_key_ends(endpoint: Endpoint) -> None:
    headers = {"Authorization": "Bearer revoked"}
    async with connect(
        endpoint.socket, subprotocols=PROTOCOLS, additional_headers=headers, proxy=None
    ) as socket:
        await say(socket, type="connection_init")
        assert (await hear(socket))["type"] == "connection_ack"
        await say(socket, type="subscribe", id="1", payload={"query": "subscription { silence }"})
        await socket.wait_closed()
    assert socket.close_code == 4401


async def test_a_stream_of_events_ends_when_its_key_does(endpoint: Endpoint) -> None:
    headers = {"Authorization": "Bearer revoked"} | EVENTS
    async with httpx.AsyncClient(headers=headers, timeout=60) as client:
        response = await client.post(endpoint.url, json={"query": "subscription { silence }"})
    assert '"code":"UNAUTHENTICATED"' in response.text
    assert response.text.endswith("event: complete\ndata: \n\n")
