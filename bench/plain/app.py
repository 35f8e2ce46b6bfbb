"""The endpoint: Strawberry's own view, with a session and DataLoaders for each request."""

from __future__ import annotations

from typing import Any

import strawberry
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, ValidationCache

from bench.plain.loaders import Context
from bench.plain.mutation import Mutation
from bench.plain.query import Query
from bench.plain.types import SetStatusFailure, SetStatusSuccess


def create_app(engine: AsyncEngine, team_id: int, member_id: int, key: str) -> ASGIApp:
    """Return the application; one key lets in, as in the Node servers."""
    schema = strawberry.Schema(
        Query,
        Mutation,
        types=[SetStatusSuccess, SetStatusFailure],
        extensions=[ParserCache, ValidationCache],
    )
    sessions = async_sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)

    class View(GraphQL[Context, None]):
        async def get_context(self, request: Any, response: Any) -> Context:
            del request, response
            return Context(sessions, team_id, member_id)

    view, authorization = View(schema, graphql_ide=None), (b"authorization", f"Bearer {key}".encode())

    async def endpoint(scope: Scope, receive: Receive, send: Send) -> None:
        allowed = authorization in scope["headers"]
        await (view if allowed else Response(status_code=401))(scope, receive, send)

    return endpoint
