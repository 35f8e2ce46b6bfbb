"""How operations were executed: in the answers' header where that is asked for, and counted at `/metrics`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from execution import Executor
from models.directory import Directory
from server import metrics
from tests.resolvers.making import a_sequence, enrolled
from tests.server import toy
from tests.server.endpoint import served

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.world import World

import httpx
import pytest_asyncio
from starlette.applications import Starlette


@pytest_asyncio.fixture
async def counted() -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application of its own, with the toy's API and its metrics."""
    executor = Executor(toy.schema)
    app = Starlette(routes=[*toy.routes(executor), metrics.route(executor, Directory())])
    with served(app) as address:
        async with httpx.AsyncClient(base_url=address, headers={"Authorization": "Bearer toy"}) as client:
            yield client


def count(text: str, name: str) -> float:
    """Return a sample of the exposition."""
    found = re.search(rf"^contact_status_{re.escape(name)} (\S+)$", text, re.MULTILINE)
    assert found, text
    return float(found[1])


async def test_each_outcome_is_told_and_counted(counted: httpx.AsyncClient) -> None:
    for query, told in (
        ("{ contact { id } }", "compiled"),
        ("{ contact { id } }", "compiled"),
        ("{ __schema { queryType { name } } }", "fallback"),
        ("{ fails }", "fallback"),
        ("{ nope }", "refused"),
    ):
        answer = await counted.post("/graphql", json={"query": query})
        assert answer.headers["x-execution"] == told, query
    got = await counted.get("/graphql", params={"query": "{ contact { id } }"})
    assert "x-execution" not in got.headers, "what comes by GET is not compiled"
    response = await counted.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert count(response.text, 'operations_total{execution="compiled"}') == 2
    assert count(response.text, 'operations_total{execution="fallback"}') == 2
    assert count(response.text, 'operations_total{execution="refused"}') == 1
    assert count(response.text, "compilations_total") == 2


@pytest.mark.parametrize("name", ["operations_total", "compilations_total", "process_resident_memory_bytes"])
async def test_the_application_has_metrics_and_tells_nobody_else(world: World, name: str) -> None:
    home = await world.team()
    answer = await world.post("{ viewer { team { name } } }", key=home.owner.key)
    assert "x-execution" not in answer.headers
    response = await world.client.get("/metrics")
    assert response.status_code == 200
    assert name in response.text


async def test_what_contacts_name_is_counted_as_read_and_then_as_kept(world: World) -> None:
    home = await world.team()
    await enrolled(home.owner.context, await a_sequence(home.owner.context, "A"))
    counts = []
    for _ in range(3):
        await world.post("{ contacts { nodes { sequence { name } } } }", key=home.owner.key)
        text = (await world.client.get("/metrics")).text
        counts.append([count(text, f'names_total{{from="{where}"}}') for where in ("read", "kept")])
    (read, kept), second, third = counts
    assert second == [read, kept + 1]
    assert third == [read, kept + 2]
