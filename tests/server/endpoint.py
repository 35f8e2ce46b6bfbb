"""Fixtures: where the API is that the tests of HTTP talk to, on a real uvicorn.

pyproject.toml loads this module as a plugin. Tests that take only `endpoint` or `client` ask for nothing but
`__typename`: given another endpoint they test that one.
"""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import pytest_asyncio
import uvicorn

from server.protocol import BoundedProtocol
from tests.server import toy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator


@dataclass(frozen=True)
class Endpoint:
    """Where an API is, and the headers that let one in."""

    url: str
    headers: dict[str, str]

    @property
    def socket(self) -> str:
        return self.url.replace("http", "ws", 1)


@contextmanager
def served(application: Any) -> Iterator[str]:
    """Run an app on a free port of this machine, in a thread of its own, and give its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(
            application,
            log_config=None,
            http=BoundedProtocol,  # as `server.process` has it
            lifespan="auto",
            ws_max_size=toy.LIMITS.body,
            ws_per_message_deflate=False,
        )
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="session", params=[True, False], ids=["compiled", "reference"])
def endpoint(request: pytest.FixtureRequest) -> Iterator[Endpoint]:
    with served(toy.app(compiled=request.param)) as address:
        yield Endpoint(f"{address}/graphql", {"Authorization": "Bearer toy"})


@pytest_asyncio.fixture(scope="session")
async def client(endpoint: Endpoint) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        base_url=httpx.URL(endpoint.url).join("/"), headers=endpoint.headers, timeout=20
    ) as made:
        yield made
