"""What an orchestrator asks: whether the process is alive, and whether it should be sent requests.

`/livez` says yes for as long as the process can answer at all, also while it drains or its database is away:
a restart would help with neither. `/readyz` says no, and why, whenever a request would fail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from starlette.responses import Response
from starlette.routing import Route

from models.engine import DatabaseProblem, DatabaseTooOld, DatabaseUnavailable, NotMigrated
from server.process import drain

if TYPE_CHECKING:
    from starlette.requests import Request

    from models.engine import Database

_CODES = {
    NotMigrated: "not_migrated",
    DatabaseTooOld: "database_too_old",
    DatabaseUnavailable: "database_unavailable",
}


def routes(database: Database) -> list[Route]:
    """Return the two routes; they need no credentials, so a reason names no host."""

    async def livez(_request: Request) -> Response:
        return _answer(200, status="alive")

    async def readyz(_request: Request) -> Response:
        if drain.begun:
            return _answer(503, status="unready", reason="draining")
        try:
            await database.check()
        except DatabaseProblem as problem:
            return _answer(503, status="unready", reason=_CODES.get(type(problem), "database"))
        except Exception:  # noqa: BLE001 - whatever it is, requests would meet it too
            return _answer(503, status="unready", reason="database")
        return _answer(200, status="ready")

    return [Route("/livez", livez), Route("/readyz", readyz)]


def _answer(code: int, **body: str) -> Response:
    """Answer with JSON that no cache keeps."""
    headers = {"cache-control": "no-store"}
    return Response(orjson.dumps(body), code, headers, media_type="application/json")
