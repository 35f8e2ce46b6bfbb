"""The opt-out link, served: GET asks, for scanners and previews open every link; POST opts out.

A mail program's own button posts `List-Unsubscribe=One-Click` (RFC 8058), without cookies, and wants no
redirect. Any POST counts: whoever has the link may leave.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.requests import ClientDisconnect
from starlette.responses import HTMLResponse
from starlette.routing import Route

from inbound.optout import PATH
from models.engine import DatabaseProblem
from resolvers import optout
from server import body, optout_page
from server.errors import RefusedError
from server.promptly import Bound

if TYPE_CHECKING:
    from starlette.requests import Request

    from inbound.optout import PATH
from models.engine import Database

LARGEST: Final = 10_000
"""Bytes of a form; RFC 8058's has 26, or 150 as multipart."""
SLOWEST: Final = 10.0
"""Seconds until it has arrived."""


def route(database: Database) -> Route:
    """Return the route; it needs no credentials but the link."""
    arriving = Bound(SLOWEST)

    async def serve(request: Request) -> HTMLResponse:
        if request.method == "POST":
            try:
                await body.read(request, LARGEST, arriving)
            except RefusedError as refused:
                return _answer(optout_page.trouble(), refused.status)
            except ClientDisconnect:
                return _answer(optout_page.trouble(), 400)
        try:
            link = await optout.find(database, request.path_params["token"])
            if link and request.method == "POST":
                await optout.opt_out(database, link)
        except (DatabaseProblem, OSError):
            return _answer(optout_page.trouble(), 503)
        if link is None:
            return _answer(optout_page.unknown(), 404)
        page = optout_page.done if request.method == "POST" else optout_page.question
        return _answer(page(link.team.name), 200)

    return Route(PATH + "{token}", serve, methods=["GET", "POST"])


def _answer(page: str, status: int) -> HTMLResponse:
    return HTMLResponse(page, status, optout_page.HEADERS)
