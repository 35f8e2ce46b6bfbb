"""The application: the API, its page, and what an orchestrator asks."""

from __future__ import annotations

from contextlib import asynccontextmanager, nullcontext
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.routing import Route
from strawberry.extensions import ParserCache, ValidationCache

from execution import Executor
from resolvers.following import Feeds
from schema.api import build
from server import graphiql, health, metrics, optout
from server.access import AccessLog
from server.amazon import Amazon
from server.cors import Cors
from server.credentials import Credentials
from server.deliverer import Deliverer
from server.endings import watch
from server.guards import Schema, Timeouts
from server.inbound import Inbound
from server.limits import Limits
from server.process import drain
from server.reader import Reader
from server.shortcut import Shortcut
from server.transfer import Transfer
from server.view import View
from server.webhooks import Webhooks
from server.worker import Runs, Worker, working

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp

    from models.engine import Database
    from server.demo import Demo
    from server.settings import Settings


DOCUMENTS = 500
"""How many operations are kept parsed and validated; clients send few different ones, with variables."""

CACHES = (lambda: ParserCache(DOCUMENTS), lambda: ValidationCache(DOCUMENTS))


def create_app(
    settings: Settings,
    database: Database,
    demo: Demo | None = None,
    *,
    compiled: bool = True,
    timeouts: Timeouts | None = None,
    amazon: Amazon | None = None,
) -> ASGIApp:
    """Return the application; it closes the database when it ends.

    With `demo`, its page holds a demo key and answers tell how they were executed. Without `compiled`,
    Strawberry's own execution answers everything. `amazon` fetches what Amazon SNS asks to fetch.
    """
    amazon, reader = amazon or Amazon(), Reader()
    limits, timeouts = Limits(body=settings.max_body), timeouts or Timeouts()
    credentials = Credentials(database, settings.public_url, Feeds(database), settings.outgoing)
    schema = build(Schema, limits=limits, timeouts=timeouts, extensions=CACHES)
    executor = Executor(schema, most=DOCUMENTS)
    view = View(
        schema,
        get_context=credentials.of,
        on_connect=credentials.on_connect,
        ending=watch(drain, credentials.valid, timeouts.recheck),
        page=_page(demo),
        limits=limits,
        timeouts=timeouts,
        allowed_origins=settings.allowed_origins,
        executor=executor if compiled else None,
        tells_execution=demo is not None,
    )

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with working(*at_work(settings, database)) if settings.worker else nullcontext():
            yield
        amazon.close()
        await database.close()

    app: ASGIApp = Starlette(
        routes=[
            Route("/", lambda _request: RedirectResponse("/graphql")),
            graphiql.ASSETS,
            optout.route(database),
            Inbound(credentials, reader).route,
            Webhooks(database, settings.public_url, amazon, reader).route,
            *Transfer(credentials).routes,
            *health.routes(database),
            metrics.route(executor, database.directory),
        ],
        lifespan=lifespan,
    )
    app = Shortcut(app, path="/graphql", to=view)
    if settings.allowed_origins:
        app = Cors(app, settings.allowed_origins)
    return AccessLog(app)


def at_work(settings: Settings, database: Database) -> tuple[Runs, ...]:
    """Return what does, besides serving, what is due: the queue's tasks, and what webhooks are sent."""
    patience = settings.drain_timeout
    return (
        Worker(database, drain_timeout=patience),
        Deliverer(database, settings.outgoing, drain_timeout=patience),
    )


def _page(demo: Demo | None) -> Callable[[Request], Response]:
    """Return what answers a browser: GraphiQL."""

    def page(_request: Request) -> Response:
        filled = demo.filled() if demo else {"key": None}
        return HTMLResponse(graphiql.page(**filled), headers=graphiql.HEADERS)

    return page
