"""uvicorn's protocol with what we changed of it, over a bare socket."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn

from server.exchange import WHOLE
from server.protocol import BoundedProtocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

IDLE = 0.3
POST = "POST /{path} HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n{more}\r\n{body}"


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Say back what was posted, in one piece where that is offered; /slow takes longer than one may idle."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await receive()
        return
    whole = scope.get("extensions", {}).get(WHOLE)
    body = whole.body() if whole else None
    way = b"whole"
    if body is None:
        body, way = (await receive())["body"], b"messages"
    if scope["path"] == "/slow":
        await asyncio.sleep(2 * IDLE)
    headers = [(b"x-way", way), (b"content-length", b"%d" % len(body))]
    if whole is None or not whole.answer(200, headers, body):
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    config = uvicorn.Config(
        app,
        http=BoundedProtocol,
        log_config=None,
        lifespan="off",
        timeout_keep_alive=IDLE,  # type: ignore[arg-type]
        port=0,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 -- uvicorn tells it this way
        await asyncio.sleep(0.01)
    reader, writer = await asyncio.open_connection(*server.servers[0].sockets[0].getsockname()[:2])
    yield reader, writer
    writer.close()
    server.should_exit = True
    await serving


def post(body: str, path: str = "", more: str = "") -> bytes:
    return POST.format(path=path, size=len(body), more=more, body=body).encode()


async def answer(reader: asyncio.StreamReader) -> tuple[str, str]:
    """Return the head and the body of one answer."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    size = int(head.lower().split("content-length: ")[1].split("\r\n")[0])
    return head, (await reader.readexactly(size)).decode()


async def test_what_was_sent_ahead_is_answered_in_order() -> None:
    async with connected() as (reader, writer):
        writer.write(post("one", "slow") + post("two") + post("three"))
        found = [await answer(reader) for _ in range(3)]
    assert [body for _, body in found] == ["one", "two", "three"]
    assert all("x-way: whole" in head and "date: " in head for head, _ in found)


async def test_a_body_that_comes_later_is_waited_for() -> None:
    async with connected() as (reader, writer):
        writer.write(post("later")[:-5])
        await asyncio.sleep(0.05)
        writer.write(b"later")
        head, body = await answer(reader)
    assert body == "later"
    assert "x-way: messages" in head


async def test_who_waits_to_be_asked_for_the_body_is_asked() -> None:
    async with connected() as (reader, writer):
        writer.write(post("asked", more="Expect: 100-continue\r\n")[:-5])
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(b"asked")
        assert (await answer(reader))[1] == "asked"


async def test_a_connection_is_closed_when_the_client_says_so() -> None:
    async with connected() as (reader, writer):
        writer.write(post("last", more="Connection: close\r\n"))
        head, _ = await answer(reader)
        assert "connection: close" in head
        assert await reader.read() == b""


async def test_an_idle_connection_is_closed_and_a_busy_one_is_not() -> None:
    async with connected() as (reader, writer):
        for path in ("", "slow", ""):
            writer.write(post("on", path))
            assert (await answer(reader))[1] == "on"
            await asyncio.sleep(IDLE / 2)
        async with asyncio.timeout(10 * IDLE):
            assert await reader.read() == b""


async def test_a_websocket_may_idle_longer() -> None:
    upgrade = (
        "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    async with connected() as (reader, writer):
        writer.write(post("first"))
        await answer(reader)
        writer.write(upgrade.encode())
        assert b"101" in await reader.readuntil(b"\r\n\r\n")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 3 * IDLE)
