"""A small schema of contacts behind the real view: what the tests of the guard rails talk to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import strawberry
from graphql import GraphQLError
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute, Route, WebSocketRoute

from execution import Executor
from server.endings import watch
from server.errors import RefusedError
from server.exchange import request_id
from server.guards import Schema, Timeouts
from server.limits import Limits
from server.negotiation import header
from server.process import Drain
from server.view import View

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Scope

SECRET = "postgresql://user:password@host"  # noqa: S105 -- what must not reach a caller
TIMEOUTS = Timeouts(execution=0.5, body=0.5, connection_init=0.5, send=0.5, recheck=0.1)
LIMITS = Limits(body=100_000)


class BadCursorError(GraphQLError):
    """A mistake as `schema/` reports it: it may not import `server/`."""

    def __init__(self) -> None:
        super().__init__("This cursor is not one of ours.", extensions={"code": "BAD_INPUT"})


@strawberry.type
class Reason:
    code: str = "PERMANENT"
    message: str = "Opted-out stays."


@strawberry.type
class Transition:
    allowed: bool = True

    @strawberry.field
    def reasons(self) -> list[Reason]:
        return [Reason()]


@strawberry.type
class Activity:
    id: strawberry.ID = strawberry.ID("a")

    @strawberry.field
    def contact(self) -> Contact:
        return Contact()


@strawberry.type
class ActivityConnection:
    @strawberry.field
    def nodes(self) -> list[Activity]:
        return [Activity()]


@strawberry.type
class Member:
    id: strawberry.ID = strawberry.ID("m")
    name: str = "Ada"


@strawberry.type
class Sequence:
    id: strawberry.ID = strawberry.ID("s")
    name: str = "Spring"
    owner: Member = field(default_factory=Member)


@strawberry.type
class Contact:
    id: strawberry.ID = strawberry.ID("c")
    email: str = "ada@example.com"
    owner: Member = field(default_factory=Member)
    sequence: Sequence = field(default_factory=Sequence)

    @strawberry.field
    def activity(self, first: int | None = None, last: int | None = None) -> ActivityConnection:
        return ActivityConnection()

    @strawberry.field
    def transitions(self) -> list[Transition]:
        return [Transition()]

    @strawberry.field
    def same(self) -> Contact:
        return self


@strawberry.type
class ContactEdge:
    node: Contact = field(default_factory=Contact)
    cursor: str = "c"


@strawberry.type
class ContactConnection:
    total_count: int = 1

    @strawberry.field
    def edges(self) -> list[ContactEdge]:
        return [ContactEdge()]

    @strawberry.field
    def nodes(self) -> list[Contact]:
        return [Contact()]


@strawberry.type
class Query:
    @strawberry.field
    def contact(self) -> Contact | None:
        return Contact()

    @strawberry.field
    def contacts(
        self, first: int | None = None, last: int | None = None, after: str | None = None
    ) -> ContactConnection:
        if after is not None:
            raise BadCursorError
        return ContactConnection()

    @strawberry.field
    def nodes(self, ids: list[strawberry.ID]) -> list[Contact | None]:
        return [Contact() for _ in ids]

    @strawberry.field
    def fails(self) -> str | None:
        raise RuntimeError(SECRET)

    @strawberry.field
    def fails_hard(self) -> str:
        raise RuntimeError(SECRET)

    @strawberry.field
    def not_a_number(self) -> int | None:
        return SECRET  # type: ignore[return-value]

    @strawberry.field
    def not_a_list(self) -> list[int] | None:
        return 5  # type: ignore[return-value]

    @strawberry.field
    def null(self) -> str:
        return None  # type: ignore[return-value]

    @strawberry.field
    def at(self, time: datetime) -> str:
        return time.isoformat()

    @strawberry.field
    async def sleeps(self, seconds: float) -> float:
        await asyncio.sleep(seconds)
        return seconds

    @strawberry.field
    def request_id(self, info: strawberry.Info[ToyContext]) -> str:
        return info.context.request_id


@strawberry.type
class Mutation:
    @strawberry.mutation
    def touch(self, info: strawberry.Info[ToyContext]) -> int:
        info.context.touched.append(1)
        return len(info.context.touched)


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self, to: int = 2) -> AsyncIterator[int]:
        for number in range(to):
            yield number

    @strawberry.subscription
    async def flood(self) -> AsyncIterator[str]:
        while True:
            yield "x" * 300_000

    @strawberry.subscription
    async def silence(self) -> AsyncIterator[int]:
        await asyncio.get_running_loop().create_future()
        yield 0

    @strawberry.subscription
    async def breaks(self) -> AsyncIterator[int]:
        yield 1
        raise RuntimeError(SECRET)


@dataclass
class ToyContext:
    request_id: str
    touched: list[int]
    revoked: bool = False
    connection_params: dict[str, Any] | None = None


TOUCHED: list[int] = []
schema = Schema(query=Query, mutation=Mutation, subscription=Subscription, limits=LIMITS, timeouts=TIMEOUTS)


async def context(scope: Scope) -> ToyContext:
    credentials = header(scope, b"authorization")
    if credentials == "Bearer broken":
        raise RuntimeError(SECRET)
    if credentials == "Bearer slow":
        await asyncio.sleep(5)
    if credentials not in {"Bearer toy", "Bearer revoked"} and scope["type"] != "websocket":
        raise RefusedError(401, "UNAUTHENTICATED", "No such key.", {"WWW-Authenticate": "Bearer"})
    if credentials == "Bearer wrong":
        raise RefusedError(401, "UNAUTHENTICATED", "No such key.")
    return ToyContext(request_id() or "", TOUCHED, revoked=credentials == "Bearer revoked")


async def valid(context: ToyContext) -> bool:
    return not context.revoked


async def connect(context: ToyContext) -> dict[str, object]:
    return {"hello": (context.connection_params or {}).get("name")}


def page(request: Request) -> HTMLResponse:
    return HTMLResponse("<h1>GraphiQL</h1>")


def app(*, compiled: bool = True) -> Starlette:
    return Starlette(routes=routes(Executor(schema) if compiled else None))


def routes(executor: Executor | None) -> list[BaseRoute]:
    view = View(
        schema,
        get_context=context,
        page=page,
        limits=LIMITS,
        timeouts=TIMEOUTS,
        allowed_origins=("https://friend.example",),
        on_connect=connect,
        executor=executor,
        tells_execution=True,
        ending=watch(Drain(), valid, TIMEOUTS.recheck),
    )
    return [Route("/graphql", view), WebSocketRoute("/graphql", view)]
