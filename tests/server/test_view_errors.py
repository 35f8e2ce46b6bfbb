"""Errors: bugs are masked and logged with a traceback, mistakes are told and not logged as errors."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

import pytest

from server.errors import MASKED, UserInputError
from tests.server import toy

if TYPE_CHECKING:
    import httpx


def logged(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.parametrize(
    ("query", "data"),
    [
        ("{ fails }", {"fails": None}),
        ("{ failsHard }", None),
        ("{ notANumber }", {"notANumber": None}),
        ("{ notAList }", {"notAList": None}),
        ("{ null }", None),
    ],
)
@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
async def test_a_bug_is_masked_and_logged(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, query: str, data: object, accept: str
) -> None:
    response = await client.post("/graphql", json={"query": query}, headers={"Accept": accept})
    assert response.status_code == 200
    assert toy.SECRET not in response.text
    assert response.json()["data"] == data
    (error,) = response.json()["errors"]
    assert error["message"] == MASKED
    assert error["path"] == [query.strip("{ }")]
    assert error["locations"] == [{"line": 1, "column": 3}]
    assert error["extensions"]["code"] == "INTERNAL"
    (record,) = logged(caplog)
    assert record.levelname == "ERROR"
    assert record.__dict__["request_id"] == error["extensions"]["requestId"] != ""
    assert record.exc_info
    assert record.exc_info[2] is not None


async def test_the_log_has_what_the_caller_is_not_told(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    await client.post("/graphql", json={"query": "query Name { fails }"})
    (record,) = logged(caplog)
    assert record.exc_info
    assert str(record.exc_info[1]) == toy.SECRET
    assert (record.__dict__["operation"], record.__dict__["path"]) == ("Name", ["fails"])
    assert "query" not in record.getMessage()


async def test_the_request_id_is_that_of_the_request(client: httpx.AsyncClient) -> None:
    answer = (await client.post("/graphql", json={"query": "{ requestId fails }"})).json()
    assert answer["errors"][0]["extensions"]["requestId"] == answer["data"]["requestId"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ missing }", "GRAPHQL_VALIDATION_FAILED"),
        ('{ contacts(after: "x") { totalCount } }', "BAD_INPUT"),
        ('{ at(time: "yesterday") }', "GRAPHQL_VALIDATION_FAILED"),
        ("{ contact " + "{ same " * 15 + "{ id }" + "}" * 16, "QUERY_TOO_DEEP"),
    ],
)
async def test_a_mistake_is_told_and_not_logged(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, query: str, code: str
) -> None:
    response = await client.post("/graphql", json={"query": query})
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == code
    assert error["message"] != MASKED
    assert logged(caplog) == []


async def test_a_variable_that_a_scalar_cannot_read_is_a_mistake(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    query = {"query": "query($t: DateTime!) { at(time: $t) }", "variables": {"t": "yesterday"}}
    response = await client.post(
        "/graphql", json=query, headers={"Accept": "application/graphql-response+json"}
    )
    assert response.status_code == 400
    (error,) = response.json()["errors"]
    assert error["message"].startswith("Variable '$t' has invalid value")
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert logged(caplog) == []


async def test_a_variable_that_is_null_where_it_may_not_be_is_a_mistake(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    query = "query($s: Float = 0) { sleeps(seconds: $s) }"
    response = await client.post("/graphql", json={"query": query, "variables": {"s": None}})
    (error,) = response.json()["errors"]
    assert error["message"].startswith("Argument 'seconds' has invalid value")
    assert logged(caplog) == []


def test_an_input_error_has_its_code() -> None:
    error = UserInputError("`first` is at most 100.", argument="first")
    assert error.extensions == {"code": "BAD_INPUT", "argument": "first"}


async def test_no_credentials_are_refused_as_a_whole(client: httpx.AsyncClient) -> None:
    response = await client.post("/graphql", json={"query": "{ fails }"}, headers={"Authorization": "none"})
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.json() == {
        "errors": [{"message": "No such key.", "extensions": {"code": "UNAUTHENTICATED"}}]
    }


async def test_a_bug_before_the_execution_is_masked_and_logged(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    response = await client.post(
        "/graphql", json={"query": "{ fails }"}, headers={"Authorization": "Bearer broken"}
    )
    assert response.status_code == 500
    (error,) = response.json()["errors"]
    assert error["message"] == MASKED
    (record,) = logged(caplog)
    assert record.__dict__["request_id"] == error["extensions"]["requestId"]
    assert record.exc_info


@pytest.mark.parametrize("authorization", ["Bearer toy", "Bearer slow"])
async def test_what_takes_too_long_is_stopped(client: httpx.AsyncClient, authorization: str) -> None:
    start = time.monotonic()
    query = {"query": "{ a: sleeps(seconds: 0) b: sleeps(seconds: 5) }"}
    response = await client.post("/graphql", json=query, headers={"Authorization": authorization})
    assert time.monotonic() - start < 2
    assert response.status_code == 503
    (error,) = response.json()["errors"]
    assert error["message"].startswith("This took longer than 0.5 seconds and was stopped.")
    assert error["extensions"]["code"] == "TIMEOUT"
    assert error["extensions"]["requestId"]


async def test_a_mutation_by_get_does_nothing(client: httpx.AsyncClient) -> None:
    before = len(toy.TOUCHED)
    response = await client.get("/graphql", params={"query": "mutation { touch }"})
    assert response.status_code == 405
    assert len(toy.TOUCHED) == before
    assert (await client.post("/graphql", json={"query": "mutation { touch }"})).json() == {
        "data": {"touch": before + 1}
    }


async def test_a_subscription_needs_a_stream(client: httpx.AsyncClient) -> None:
    response = await client.post("/graphql", json={"query": "subscription { count }"})
    assert response.status_code == 400
    assert "text/event-stream" in response.json()["errors"][0]["message"]
