"""Subscriptions: server-sent events, and graphql-transport-ws with what may go wrong on it."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin, Subprotocol

from server.errors import MASKED
from tests.server import toy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

    from tests.server.endpoint import Endpoint

EVENTS = {"Accept": "text/event-stream"}


def next_event(payload: object) -> str:
    return f"event: next\ndata: {json.dumps(payload, separators=(',', ':'))}\n\n"


COMPLETE = "event: complete\ndata: \n\n"


class TestEvents:
    @pytest.mark.parametrize("method", ["GET", "POST"])
    async def test_a_subscription_is_a_stream_of_events(self, client: httpx.AsyncClient, method: str) -> None:
        query = {"query": "subscription { count(to: 2) }"}
        where = {"params": query} if method == "GET" else {"json": query}
        response = await client.request(method, "/graphql", headers=EVENTS, **where)  # type: ignore[arg-type]
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        events = [next_event({"data": {"count": number}}) for number in range(2)]
        assert response.text == "".join(events) + COMPLETE

    async def test_a_query_is_a_stream_of_one(self, client: httpx.AsyncClient) -> None:
        response = await client.post("/graphql", json={"query": "{ __typename }"}, headers=EVENTS)
        assert response.text == next_event({"data": {"__typename": "Query"}}) + COMPLETE

    async def test_a_mutation_by_get_is_refused(self, client: httpx.AsyncClient) -> None:
        before = len(toy.TOUCHED)
        response = await client.get("/graphql", params={"query": "mutation { touch }"}, headers=EVENTS)
        assert "mutations are not allowed" in response.text
        assert len(toy.TOUCHED) == before

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ("subscription { breaks }", "INTERNAL"),
            ("{ fails }", "INTERNAL"),
            ("{ missing }", "GRAPHQL_VALIDATION_FAILED"),
            ("{ sleeps(seconds: 5) }", "TIMEOUT"),
        ],
    )
    async def test_errors_are_events(self, client: httpx.AsyncClient, query: str, code: str) -> None:
        response = await client.post("/graphql", json={"query": query}, headers=EVENTS)
        assert toy.SECRET not in response.text
        assert f'"code":"{code}"' in response.text
        assert (MASKED in response.text) == (code == "INTERNAL")

    async def test_no_credentials_are_refused_with_a_status(self, client: httpx.AsyncClient) -> None:
        response = await client.post(
            "/graphql", json={"query": "subscription { count }"}, headers=EVENTS | {"Authorization": "none"}
        )
        assert response.status_code == 401


def transport(endpoint: Endpoint, origin: str | None = None, *protocols: str) -> connect:
    chosen = [Subprotocol(name) for name in protocols or ("graphql-transport-ws",)]
    return connect(
        endpoint.socket, subprotocols=chosen, origin=Origin(origin) if origin else None, proxy=None
    )


async def say(socket: ClientConnection, **message: Any) -> None:
    await socket.send(json.dumps(message))


async def hear(socket: ClientConnection) -> dict[str, Any]:
    text = await socket.recv()
    assert isinstance(text, str)
    message: dict[str, Any] = json.loads(text)
    return message


@pytest.fixture
async def socket(endpoint: Endpoint) -> AsyncIterator[ClientConnection]:
    async with transport(endpoint) as opened:
        await say(opened, type="connection_init", payload={"name": "Ada"})
        assert await hear(opened) == {"type": "connection_ack", "payload": {"hello": "Ada"}}
        yield opened


async def closed(socket: ClientConnection) -> int | None:
    await asyncio.wait_for(socket.wait_closed(), 5)
    return socket.close_code


class TestSocket:
    async def test_a_subscription_is_a_stream_of_messages(self, socket: ClientConnection) -> None:
        await say(socket, type="subscribe", id="1", payload={"query": "subscription { count(to: 1) }"})
        assert await hear(socket) == {"type": "next", "id": "1", "payload": {"data": {"count": 0}}}
        assert await hear(socket) == {"type": "complete", "id": "1"}

    async def test_bugs_are_masked(self, socket: ClientConnection) -> None:
        await say(socket, type="subscribe", id="1", payload={"query": "subscription { breaks }"})
        assert (await hear(socket))["payload"] == {"data": {"breaks": 1}}
        (error,) = (await hear(socket))["payload"]["errors"]
        assert (error["message"], error["extensions"]["code"]) == (MASKED, "INTERNAL")
        assert error["extensions"]["requestId"]

    async def test_limits_hold(self, socket: ClientConnection) -> None:
        query = "{ contact " + "{ same " * 15 + "{ id }" + "}" * 16
        await say(socket, type="subscribe", id="1", payload={"query": query})
        message = await hear(socket)
        assert message["type"] == "error"
        assert message["payload"][0]["extensions"]["code"] == "QUERY_TOO_DEEP"

    async def test_a_query_that_takes_too_long_is_stopped(self, socket: ClientConnection) -> None:
        await say(socket, type="subscribe", id="1", payload={"query": "{ sleeps(seconds: 5) }"})
        message = await hear(socket)
        assert message["type"] == "error"
        assert message["payload"][0]["extensions"]["code"] == "TIMEOUT"

    @pytest.mark.parametrize(
        "text",
        [
            "5",
            "null",
            "[]",
            "{",
            '"x"',
            "[" * 20_000 + "]" * 20_000,
            "{}",
            '{"type": 5}',
            '{"type": "unknown"}',
            '{"type": "subscribe"}',
            '{"type": "subscribe", "id": "1", "payload": 5}',
            '{"type": "subscribe", "id": "1", "payload": {"query": 5}}',
            '{"type": "subscribe", "id": ["1"], "payload": {"query": "{ __typename }"}}',
            '{"type": "subscribe", "id": "1", "payload": {"query": "{ __typename }", "variables": []}}',
            '{"type": "complete"}',
            '{"type": "complete", "id": {}}',
        ],
    )
    async def test_what_is_not_of_the_protocol_closes_it(
        self, socket: ClientConnection, text: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        await socket.send(text)
        assert await closed(socket) == 4400
        assert [record for record in caplog.records if record.levelname == "ERROR"] == []

    async def test_a_message_too_large_closes_it(self, socket: ClientConnection) -> None:
        await socket.send(" " * (toy.LIMITS.body + 1))
        assert await closed(socket) == 1009

    async def test_who_does_not_introduce_itself_is_not_waited_for(self, endpoint: Endpoint) -> None:
        async with transport(endpoint) as opened:
            assert await closed(opened) == 4408

    async def test_the_legacy_protocol_is_not_spoken(self, endpoint: Endpoint) -> None:
        async with transport(endpoint, None, "graphql-ws") as opened:
            assert await closed(opened) == 4406

    async def test_pages_elsewhere_are_refused(self, endpoint: Endpoint) -> None:
        with pytest.raises(InvalidStatus, match="403"):
            async with transport(endpoint, "https://elsewhere.example"):
                pass

    @pytest.mark.parametrize("own", [True, False])
    async def test_our_own_pages_and_friends_are_not(self, endpoint: Endpoint, own: bool) -> None:
        origin = endpoint.url.removesuffix("/graphql") if own else "https://friend.example"
        async with transport(endpoint, origin) as opened:
            await say(opened, type="connection_init")
            assert (await hear(opened))["type"] == "connection_ack"

    @pytest.mark.parametrize(("credentials", "code"), [("Bearer wrong", 4401), ("Bearer broken", 1011)])
    async def test_a_refusal_by_the_context_closes_it(
        self, endpoint: Endpoint, credentials: str, code: int
    ) -> None:
        headers = {"Authorization": credentials}
        protocols = [Subprotocol("graphql-transport-ws")]
        async with connect(
            endpoint.socket, subprotocols=protocols, additional_headers=headers, proxy=None
        ) as opened:
            assert await closed(opened) == code
