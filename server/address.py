"""Where the world finds this server."""

from starlette.requests import HTTPConnection
from starlette.types import Scope


def address(scope: Scope, public_url: str) -> str:
    """Return PUBLIC_URL or, if that is not set, what the caller called; without a slash at the end."""
    if public_url:
        return public_url
    base = HTTPConnection(scope).base_url
    return str(base.replace(scheme={"ws": "http", "wss": "https"}.get(base.scheme, base.scheme))).rstrip("/")
