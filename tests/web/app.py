"""A stand-in for the server: the page as it is served, and answers that are always the same."""

from pathlib import Path
from typing import Any

from graphql import build_schema, graphql
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from server import graphiql

KEY = "cs_demo_<&key"

_SCHEMA = build_schema((Path(__file__).parent / "schema.graphql").read_text())
_OWNER = {"__typename": "Member", "id": "m1", "name": "Ada Lovelace"}
_BOUNCED = {
    "id": "c2",
    "email": "grace@example.com",
    "statuses": ["BOUNCED", "CONTACTED"],
    "canReceiveEmail": False,
    "sequence": {"id": "s1", "name": "Spring offer"},
    "owner": _OWNER,
    "version": 4,
}
_WAY_OUT = [{"kind": "REMOVE", "status": "BOUNCED"}, {"kind": "ADD", "status": "ACTIVE"}]
_REASON = {
    "__typename": "Incompatible",
    "code": "INCOMPATIBLE",
    "message": "The contact is Bounced: that must be taken off first.",
    "change": {"kind": "ADD", "status": "ACTIVE"},
    "stage": "BOUNCED",
}
_ROOT = {
    "contacts": {"totalCount": 1, "nodes": [_BOUNCED], "pageInfo": {"hasNextPage": False, "endCursor": None}},
    "contact": _BOUNCED | {"statusDetails": [], "transitions": [], "activity": {"nodes": []}},
    "setStatus": {
        "__typename": "SetStatusFailure",
        "contact": _BOUNCED,
        "reasons": [_REASON],
        "wayOut": _WAY_OUT,
    },
}


async def _graphql(request: Request) -> Response:
    if request.method == "GET":
        key = None if "no-key" in request.query_params else KEY
        html = graphiql.page(key=key, contact_id="c1", refused_contact_id="c2")
        return HTMLResponse(html, headers=graphiql.HEADERS)
    if request.headers.get("Authorization") != f"Bearer {KEY}":
        return JSONResponse({"errors": [{"message": "Who are you?"}]}, status_code=401)
    body: dict[str, Any] = await request.json()
    result = await graphql(
        _SCHEMA, body["query"], _ROOT, None, body.get("variables"), body.get("operationName")
    )
    return JSONResponse(result.formatted)


app = Starlette(routes=[Route("/graphql", _graphql, methods=["GET", "POST"]), graphiql.ASSETS])
