"""What headers say of a body and of the answer: GraphQL over HTTP, section "Media Types", and graphql-sse."""

from enum import StrEnum
from functools import lru_cache
from typing import Final

from starlette.types import Scope

BY_NAME: Final = "headers by name"
"""What a scope keeps its headers under once they were looked for by name."""


class Media(StrEnum):
    """The media types the API answers in."""

    JSON = "application/json"
    """The old one: the status is 200 even if the query was refused."""
    GRAPHQL = "application/graphql-response+json"
    """The one to prefer: the status tells whether the query was executed."""
    EVENTS = "text/event-stream"
    """Only for those who accept neither of the others: clients list it "just in case" beside JSON."""


def _qualities(accept: str) -> dict[str, float]:
    """Read an Accept header (RFC 9110, 12.5.1): media types and how much they are wanted; 0 is not at all."""
    qualities = {}
    for part in accept.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    quality = float(parameter[2:])
                except ValueError:
                    quality = 0.0
        if name:
            qualities[name] = quality
    return qualities


@lru_cache(maxsize=256)  # a client sends the same one each time; the size bounds what strange ones can fill
def choose(accept: str) -> Media | None:
    """Choose what to answer in, or nothing if the caller accepts nothing we have. No header: JSON.

    JSON is also what those get who accept anything; the newer type must be named.
    """
    if not accept.strip():
        return Media.JSON
    qualities = _qualities(accept)
    any_json = qualities.get("application/*", qualities.get("*/*", 0.0))
    json = qualities.get(Media.JSON, any_json)
    graphql = qualities.get(Media.GRAPHQL, 0.0)
    if graphql > 0 and graphql >= json:
        return Media.GRAPHQL
    if json > 0:
        return Media.JSON
    return Media.EVENTS if qualities.get(Media.EVENTS, 0.0) > 0 else None


@lru_cache(maxsize=256)
def is_json(content_type: str) -> bool:
    """Tell whether a request's body is JSON in UTF-8, the only encoding JSON has (RFC 8259, 8.1)."""
    name, *parameters = (piece.strip() for piece in content_type.lower().split(";"))
    charsets = [p[8:].strip('"') for p in parameters if p.startswith("charset=")]
    return name == Media.JSON and all(charset in {"utf-8", "utf8"} for charset in charsets)


def header(scope: Scope, name: bytes) -> str:
    """Return a request's header, the first of that name; empty if there is none.

    Starlette's headers come to the same, for ten times as much.
    """
    by_name: dict[bytes, bytes] | None = scope.get(BY_NAME)
    if by_name is None:
        by_name = scope[BY_NAME] = dict(reversed(scope["headers"]))
    return str(by_name.get(name, b""), "latin-1")


def wants_page(accept: str) -> bool:
    """Tell whether a browser is looking: it names HTML; programs say */* at most."""
    return _qualities(accept).get("text/html", 0.0) > 0
