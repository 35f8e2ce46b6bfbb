"""HTTP: what is read, what is refused with which status, and in which media type the answer comes."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.server.endpoint import Endpoint

QUERY = {"query": "{ __typename }"}
JSON = "application/json; charset=utf-8"
GRAPHQL = "application/graphql-response+json; charset=utf-8"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def code(response: httpx.Response) -> str:
    """The code of the only error of an answer that is nothing but that error, in GraphQL's shape."""
    answer: dict[str, Any] = response.json()
    assert list(answer) == ["errors"]
    (error,) = answer["errors"]
    assert error["message"]
    found: str = error["extensions"]["code"]
    return found


@pytest.mark.parametrize(
    "body",
    [
        b"5",
        b"null",
        b'"x"',
        b"true",
        b"[]",
        b"{}",
        b"",
        b"{",
        b'{"query": "{ __typename }"} {}',
        json.dumps([QUERY, QUERY]).encode(),
        b'{"query": "\xff"}',
        b'{"query": "\\ud800"}',
        '{"query": "{ __typename }"}'.encode("utf-16"),
        b'{"query": NaN}',
        b'{"variables":' + b"[" * 40_000 + b"]" * 40_000 + b"}",
        b'{"a":' * 15_000 + b"1" + b"}" * 15_000,
        b'{"query": " "}',
        b'{"query": 5}',
        b'{"query": ["{ __typename }"]}',
        b'{"query": "{ __typename }", "variables": []}',
        b'{"query": "{ __typename }", "variables": "{}"}',
        b'{"query": "{ __typename }", "extensions": 0}',
        b'{"query": "{ __typename }", "operationName": 5}',
        b'{"query": "{ __typename }", "operationName": "Missing"}',
    ],
)
@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json", "*/*"])
async def test_what_is_not_one_operation_in_json_is_refused(
    client: httpx.AsyncClient, body: bytes, accept: str
) -> None:
    headers = {"Content-Type": "application/json", "Accept": accept}
    response = await client.post("/graphql", content=body, headers=headers)
    assert (response.status_code, code(response)) == (400, "BAD_REQUEST")
    assert response.headers["content-type"] == (GRAPHQL if "graphql" in accept else JSON)


async def test_deeply_nested_variables_are_read_and_refused_by_their_type(client: httpx.AsyncClient) -> None:
    deep = "[" * 900 + "]" * 900
    query = "query($a: Int) { __typename @skip(if: false) @include(if: $a) }"
    body = f'{{"query": "{query}", "variables": {{"a": {deep}}}}}'
    response = await client.post("/graphql", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 200
    assert response.json()["errors"]


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "text/json",
        "application/json; charset=utf-16",
        "text/plain; application/json",
    ],
)
async def test_other_content_types_are_refused(client: httpx.AsyncClient, content_type: str | None) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type}
    response = await client.post("/graphql", content=json.dumps(QUERY), headers=headers)
    assert (response.status_code, code(response)) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize(
    "content_type", ["application/json", "Application/JSON", 'application/json;charset="UTF-8"']
)
async def test_json_is_read_however_it_is_spelled(client: httpx.AsyncClient, content_type: str) -> None:
    response = await client.post(
        "/graphql", content=json.dumps(QUERY), headers={"Content-Type": content_type}
    )
    assert response.json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("application/json", JSON),
        ("application/graphql-response+json", GRAPHQL),
        ("application/graphql-response+json, application/json;q=0.9", GRAPHQL),
        ("application/json, application/graphql-response+json", GRAPHQL),
        ("application/graphql-response+json;q=0.5, application/json", JSON),
        ("APPLICATION/GRAPHQL-RESPONSE+JSON; charset=utf-8", GRAPHQL),
        ("application/graphql-response+json;q=0, */*", JSON),
        ("application/graphql-response+json, application/json, text/event-stream, multipart/mixed", GRAPHQL),
        ("text/event-stream, application/json", JSON),
        ("text/event-stream, */*;q=0.1", JSON),
        ("multipart/mixed;deferSpec=20220824, application/json", JSON),
    ],
)
async def test_the_answer_has_a_media_type_the_caller_accepts(
    endpoint: Endpoint, accept: str | None, content_type: str
) -> None:
    request = httpx.Request("POST", endpoint.url, json=QUERY, headers=endpoint.headers)
    if accept is not None:
        request.headers["Accept"] = accept
    async with httpx.AsyncClient() as client:
        response = await client.send(request)
    assert (response.status_code, response.headers["content-type"]) == (200, content_type)
    assert response.json() == {"data": {"__typename": "Query"}}
    assert response.headers["cache-control"] == "private, no-store"
    assert "Accept" in response.headers["vary"]


@pytest.mark.parametrize(
    "accept", ["image/png", "text/html", "application/json;q=0", "application/json;q=much"]
)
async def test_who_accepts_nothing_we_have_is_told_what_we_have(
    client: httpx.AsyncClient, accept: str
) -> None:
    response = await client.post("/graphql", json=QUERY, headers={"Accept": accept})
    assert (response.status_code, code(response)) == (406, "NOT_ACCEPTABLE")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ missing }", "GRAPHQL_VALIDATION_FAILED"),
        ("query($a: Int!) { __typename @skip(if: false) @include(if: $a) }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ a: __typename " * 300 + "}" * 300, "GRAPHQL_PARSE_FAILED"),
    ],
)
async def test_the_newer_media_type_tells_a_refused_query_by_its_status(
    client: httpx.AsyncClient, query: str, expected: str
) -> None:
    for accept, status in (("application/graphql-response+json", 400), ("application/json", 200)):
        response = await client.post("/graphql", json={"query": query}, headers={"Accept": accept})
        assert response.status_code == status
        assert "data" not in response.json()
        assert response.json()["errors"][0]["extensions"]["code"] == expected


async def test_a_name_chooses_the_operation(client: httpx.AsyncClient) -> None:
    query = "query A { a: __typename } query B { b: __typename }"
    response = await client.post("/graphql", json={"query": query, "operationName": "B"})
    assert response.json() == {"data": {"b": "Query"}}


class TestGet:
    async def test_a_query_is_answered(self, client: httpx.AsyncClient) -> None:
        response = await client.get("/graphql", params=QUERY)
        assert response.json() == {"data": {"__typename": "Query"}}

    async def test_variables_are_json(self, client: httpx.AsyncClient) -> None:
        query = "query($a: Boolean!) { __typename @include(if: $a) }"
        response = await client.get(
            "/graphql", params={"query": query, "variables": '{"a": true}', "extensions": ""}
        )
        assert response.json() == {"data": {"__typename": "Query"}}

    @pytest.mark.parametrize("variables", ["{", "[]", "5", '"x"'])
    async def test_other_variables_are_refused(self, client: httpx.AsyncClient, variables: str) -> None:
        response = await client.get("/graphql", params=QUERY | {"variables": variables})
        assert (response.status_code, code(response)) == (400, "BAD_REQUEST")

    @pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
    async def test_a_mutation_is_not_allowed(self, client: httpx.AsyncClient, accept: str) -> None:
        response = await client.get(
            "/graphql", params={"query": "mutation { __typename }"}, headers={"Accept": accept}
        )
        assert (response.status_code, code(response)) == (405, "METHOD_NOT_ALLOWED")
        assert response.headers["allow"] == "POST"

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"Accept": "application/graphql-response+json"},  # any page may send this one without asking
            {"Content-Type": "text/plain"},
            {"Origin": "https://elsewhere.example", "Cookie": "session=1"},
        ],
    )
    async def test_a_page_elsewhere_cannot_cause_a_query(
        self, endpoint: Endpoint, headers: dict[str, str]
    ) -> None:
        async with httpx.AsyncClient() as client:
            response = await client.get(endpoint.url, params=QUERY, headers=headers)
        assert (response.status_code, code(response)) == (400, "CSRF")

    @pytest.mark.parametrize(
        "headers",
        [
            {"X-Requested-With": "fetch"},
            {"Apollo-Require-Preflight": "true"},
            {"GraphQL-Require-Preflight": "1"},
            {"Content-Type": "application/json"},
        ],
    )
    async def test_a_header_that_needs_a_preflight_is_enough(
        self, endpoint: Endpoint, headers: dict[str, str]
    ) -> None:
        async with httpx.AsyncClient() as client:
            response = await client.get(endpoint.url, params=QUERY, headers=headers)
        assert response.status_code == 401  # past the guard, but nobody

    async def test_a_browser_that_asks_nothing_gets_the_page(self, endpoint: Endpoint) -> None:
        async with httpx.AsyncClient() as client:
            response = await client.get(endpoint.url, headers={"Accept": BROWSER})
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/html")

    async def test_a_program_that_asks_nothing_does_not(self, client: httpx.AsyncClient) -> None:
        response = await client.get("/graphql", headers={"Accept": "*/*"})
        assert (response.status_code, code(response)) == (400, "BAD_REQUEST")

    async def test_a_browser_that_asks_a_query_gets_json(self, client: httpx.AsyncClient) -> None:
        response = await client.get("/graphql", params=QUERY, headers={"Accept": BROWSER})
        assert response.headers["content-type"] == JSON


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
async def test_other_methods_are_not_allowed(client: httpx.AsyncClient, method: str) -> None:
    response = await client.request(method, "/graphql")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, POST"


class TestBody:
    async def raw(self, endpoint: Endpoint, head: str, *pieces: bytes) -> bytes:
        """Send a POST piece by piece, and give the answer, which must come without the rest of the body."""
        url = httpx.URL(endpoint.url)
        reader, writer = await asyncio.open_connection(url.host, url.port)
        headers = "".join(f"{name}: {value}\r\n" for name, value in endpoint.headers.items())
        start = f"POST {url.path} HTTP/1.1\r\nHost: {url.host}\r\nContent-Type: application/json\r\n"
        writer.write(f"{start}{headers}{head}\r\n\r\n".encode())
        for piece in pieces:
            writer.write(piece)
        answer = await asyncio.wait_for(reader.readuntil(b"}]}"), 5)
        writer.close()
        await writer.wait_closed()
        return answer

    async def test_a_body_said_to_be_long_is_refused_before_it_is_sent(self, endpoint: Endpoint) -> None:
        answer = await self.raw(endpoint, "Content-Length: 20000000")
        assert answer.startswith(b"HTTP/1.1 413 ")
        assert b'"code":"BODY_TOO_LARGE"' in answer

    async def test_a_body_of_unsaid_length_is_refused_once_it_is_too_long(self, endpoint: Endpoint) -> None:
        piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        answer = await self.raw(endpoint, "Transfer-Encoding: chunked", *[piece] * 17)  # and no end
        assert answer.startswith(b"HTTP/1.1 413 ")

    async def test_a_body_that_does_not_come_is_not_waited_for(self, endpoint: Endpoint) -> None:
        answer = await self.raw(endpoint, "Content-Length: 50", b"{")
        assert answer.startswith(b"HTTP/1.1 408 ")

    async def test_twenty_megabytes_are_refused_and_the_connection_lives(
        self, client: httpx.AsyncClient
    ) -> None:
        async def pieces() -> AsyncIterator[bytes]:
            for _ in range(20):
                yield b" " * 1_000_000

        headers = {"Content-Type": "application/json"}
        response = await client.post("/graphql", content=pieces(), headers=headers)
        assert (response.status_code, code(response)) == (413, "BODY_TOO_LARGE")
        assert (await client.post("/graphql", json=QUERY)).status_code == 200

    async def test_a_client_that_leaves_in_the_middle_harms_nobody(
        self, endpoint: Endpoint, client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        url = httpx.URL(endpoint.url)
        _, writer = await asyncio.open_connection(url.host, url.port)
        writer.write(
            b"POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            b"Content-Length: 9\r\n\r\n{"
        )
        await writer.drain()
        await asyncio.sleep(0.1)
        writer.close()
        await asyncio.sleep(0.1)
        assert (await client.post("/graphql", json=QUERY)).status_code == 200
        assert [record for record in caplog.records if record.levelname == "ERROR"] == []
