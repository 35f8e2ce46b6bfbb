"""A receiver of webhooks for tests: a real server, which answers as it is told and remembers what it got."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any

from standardwebhooks import Webhook
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from models.engine import Database
from outbound.addresses import Outgoing
from resolvers.deliveries import Pace
from server.deliverer import Deliverer
from tests.server.endpoint import served

HERE = Outgoing((ip_network("127.0.0.0/8"),), http=True)
QUICK = Pace(timeout=0.25, first=0.02, longest=0.05, look_every=0.05)
HANG = 0
"""Told to answer so, it does not answer."""


@dataclass
class Got:
    """One request, and what it was answered."""

    headers: dict[str, str]
    body: bytes
    answered: int

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def verified(self, secret: str) -> Any:
        """Return the message, as the receivers' own library reads it."""
        return Webhook(secret).verify(self.body, self.headers)


@dataclass
class Receiver:
    """Answers each request with what `answer` says, and keeps it."""

    answer: Callable[[], int] = lambda: 200
    got: list[Got] = field(default_factory=list)
    trapped: int = 0
    url: str = ""

    async def hook(self, request: Request) -> Response:
        code = self.answer()
        self.got.append(Got(dict(request.headers), await request.body(), code))
        if code == HANG:
            await asyncio.sleep(QUICK.timeout * 2)
        if code == 302:
            return RedirectResponse(self.url.replace("/hook", "/trap"), 302)
        return Response("x" * 10_000, status_code=code or 200)

    async def trap(self, _request: Request) -> Response:
        self.trapped += 1
        return Response()

    @property
    def accepted(self) -> list[Got]:
        """Return what it answered 2xx, in the order in which it came."""
        return [each for each in self.got if 200 <= each.answered < 300]


@contextmanager
def receiving(answer: Callable[[], int] = lambda: 200) -> Iterator[Receiver]:
    """Run a receiver."""
    receiver = Receiver(answer)
    routes = [
        Route(path, end, methods=["POST", "GET"])
        for path, end in (("/hook", receiver.hook), ("/trap", receiver.trap))
    ]
    with served(Starlette(routes=routes)) as address:
        receiver.url = f"{address}/hook"
        yield receiver


def at_random(seed: int) -> Callable[[], int]:
    """Answer 200, 500, a redirect, or nothing, by chance."""
    chance = random.Random(seed)  # noqa: S311 - the same each time
    return lambda: chance.choice([200, 200, 200, 500, 302, HANG])


@asynccontextmanager
async def delivering(
    url: str, outgoing: Outgoing = HERE, pace: Pace = QUICK, *, drain_timeout: float = 5
) -> AsyncIterator[Deliverer]:
    """Run a deliverer as a process would, over a pool of its own."""
    pool = Database(url)
    deliverer = Deliverer(pool, outgoing, drain_timeout=drain_timeout, pace=pace)
    running = asyncio.create_task(deliverer.run())
    try:
        yield deliverer
    finally:
        deliverer.stop()
        await running
        await pool.close()
