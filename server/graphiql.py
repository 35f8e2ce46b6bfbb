"""GraphiQL at `GET /graphql`, from our own files: no request leaves the host.

The files under `web/dist` are built from `web/` by `npm run build` and committed, so running the server
needs no Node.js. An answer is `HTMLResponse(page(key=...), headers=HEADERS)`, and `ASSETS` is a route of
the same application.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from os import PathLike, stat_result
from pathlib import Path
from string import Template
from typing import Final

from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_WEB = Path(__file__).parent.parent / "web"
_ASSETS_PATH = "/graphql/assets"

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",  # no inline script: the page's settings are JSON, which browsers do not run
    "worker-src": "'self'",
    "connect-src": "'self'",  # the API and its web socket
    # Monaco, the editor inside GraphiQL, writes <style> elements while it runs and cannot give them a nonce.
    "style-src": "'self' 'unsafe-inline'",
    # GraphiQL's style sheet carries its fonts and a few icons as data.
    "font-src": "'self' data:",
    "img-src": "'self' data:",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
_CSP = "; ".join(f"{directive} {sources}" for directive, sources in _POLICY.items())

HEADERS: Final = {
    "Content-Security-Policy": _CSP,
    "Cache-Control": "no-store",  # the page may carry a key
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept",  # the same address answers queries
    "X-Content-Type-Options": "nosniff",
}
"""What must be sent with `page()`."""


def page(*, key: str | None, contact_id: str | None = None, refused_contact_id: str | None = None) -> str:
    """Give the page: GraphiQL with the examples of `web/examples` as its tabs.

    `key` is filled in as the API key; without one a line tells where to write it. `contact_id` is a contact
    that the key's member may pause, `refused_contact_id` one that bounced, so that Active is refused with a
    way out; without them the examples' variables tell what to write.
    """
    contacts = {"<id of a contact>": contact_id, "<id of a contact who bounced>": refused_contact_id}
    settings: dict[str, object] = {
        "headers": json.dumps({"Authorization": f"Bearer {key or '<your API key>'}"}, indent=2),
        "tabs": [
            {"query": query, "variables": _filled_in(variables, contacts)} for query, variables in _examples()
        ],
    }
    # The browser keeps its own tabs while this stays the same, and takes ours when it changes.
    settings["revision"] = sha256(json.dumps(settings).encode()).hexdigest()
    # Nothing in the JSON may end the <script> that it stands in.
    config = json.dumps(settings).replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")
    return _template().substitute(_files(), config=config)


def _filled_in(variables: str, contacts: Mapping[str, str | None]) -> str:
    for placeholder, contact_id in contacts.items():
        if contact_id is not None:
            variables = variables.replace(json.dumps(placeholder), json.dumps(contact_id))
    return variables


@cache
def _examples() -> tuple[tuple[str, str], ...]:
    queries = sorted((_WEB / "examples").glob("*.graphql"))
    return tuple(
        (query.read_text().strip(), query.with_suffix(".json").read_text().strip()) for query in queries
    )


@cache
def _template() -> Template:
    return Template((_WEB / "page.html").read_text())


@cache
def _files() -> dict[str, str]:
    manifest: dict[str, str] = json.loads((_WEB / "dist" / "manifest.json").read_text())
    return {name: f"{_ASSETS_PATH}/{file}" for name, file in manifest.items()}


class _Assets(StaticFiles):
    """The built files. A name that carries its content's hash is kept by browsers for ever."""

    def file_response(
        self, full_path: str | PathLike[str], stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        hashed = re.search(r"-[A-Z0-9]{8}\.\w+$", str(full_path))
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if hashed else "no-cache"
        response.headers["Content-Security-Policy"] = _CSP  # a worker obeys its own file's policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


ASSETS: Final = Mount(_ASSETS_PATH, app=_Assets(directory=_WEB / "dist"), name="graphiql-assets")
"""The route of the page's files. It stands before a mount of `/graphql` itself."""
