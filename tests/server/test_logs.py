"""What the log says of a request, and what it must not say."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import httpx
import orjson
import pytest
import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute

from server import logs
from server.access import AccessLog

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request
    from starlette.websockets import WebSocket


async def answer(request: Request) -> PlainTextResponse:
    logging.getLogger("library").warning("from %s", "a library")
    return PlainTextResponse(request.state.exchange.id)


async def fail(_request: Request) -> PlainTextResponse:
    raise ZeroDivisionError


async def talk(socket: WebSocket) -> None:
    await socket.accept()
    await socket.close()


@pytest.fixture
def app(capsys: pytest.CaptureFixture[str]) -> Iterator[Starlette]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    logs.configure("info", "json")
    yield Starlette(
        routes=[
            Route("/answer", answer),
            Route("/livez", answer),
            Route("/o/{token}", answer),
            Route("/fail", fail),
            WebSocketRoute("/talk", talk),
        ],
        middleware=[Middleware(AccessLog)],
    )
    root.handlers[:], root.level = before
    structlog.reset_defaults()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in capsys.readouterr().err.splitlines()]


async def get(app: Starlette, path: str, **headers: str) -> httpx.Response:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.get(path, headers=headers)


async def test_a_request_has_one_line_and_one_id(app: Starlette, capsys: pytest.CaptureFixture[str]) -> None:
    response = await get(app, "/answer?query=secret", authorization="Bearer secret")
    library, line = lines(capsys)
    assert response.text == response.headers["x-request-id"] == line["request_id"] == library["request_id"]
    assert library["event"] == "from a library"
    assert {name: line[name] for name in ("event", "method", "path", "status", "bytes")} == {
        "event": "request",
        "method": "GET",
        "path": "/answer",
        "status": 200,
        "bytes": 32,
    }
    assert "secret" not in orjson.dumps([library, line]).decode()


async def test_an_opt_out_link_cannot_be_followed_from_the_log(
    app: Starlette, capsys: pytest.CaptureFixture[str]
) -> None:
    await get(app, "/o/AQEHASr0eWI")
    _, line = lines(capsys)
    assert line["path"] == "/o/…"


@pytest.mark.parametrize(
    ("given", "taken"),
    [("abc-1.2_3", True), ("x" * 128, True), ("x" * 129, False), ('a"b', False), ("", False)],
)
async def test_only_a_sane_id_is_taken_over(app: Starlette, given: str, taken: bool) -> None:
    response = await get(app, "/answer", **{"X-Request-ID": given})
    assert (response.headers["x-request-id"] == given) is taken


async def test_a_crash_is_a_500(app: Starlette, capsys: pytest.CaptureFixture[str]) -> None:
    await get(app, "/fail")
    (line,) = lines(capsys)
    assert (line["path"], line["status"]) == ("/fail", 500)


async def test_a_good_probe_is_not_news(app: Starlette, capsys: pytest.CaptureFixture[str]) -> None:
    await get(app, "/livez")
    assert [line["event"] for line in lines(capsys)] == ["from a library"]


async def test_a_websocket_has_its_line_when_it_ends(
    app: Starlette, capsys: pytest.CaptureFixture[str]
) -> None:
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/talk", "headers": [], "query_string": b"", "subprotocols": []}
    await app(scope, receive, send)
    (line,) = lines(capsys)
    assert (line["method"], line["status"]) == ("WEBSOCKET", 101)
    assert (b"x-request-id", line["request_id"].encode()) in sent[0]["headers"]


def test_secrets_are_blotted_out_by_name(app: Starlette, capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger("any").warning("refused", authorization="Bearer abc", Password="p", member=7)  # noqa: S106
    (line,) = lines(capsys)
    assert (line["authorization"], line["Password"], line["member"]) == ("…", "…", 7)
