"""Our own schema over real data: what an operation on it is run with, and the calls of its resolvers."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import wraps
from typing import Any

import strawberry
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

from resolvers import bulk_token, reading
from resolvers.bulk_token import Promise
from resolvers.context import Context
from rules.statuses import Status
from schema.api import build
from schema.context import RequestContext
from server.guards import Schema
from server.limits import Limits

CALLS: ContextVar[list[str] | None] = ContextVar("calls", default=None)
"""The log of the run, if somebody wants one."""

LIMITS = Limits(
    depth=25, fields=3_000, aliases=1_000, directives=1_000, cost=3_000_000, tokens=20_000, roots=60
)
"""Wider than the product's: what is generated should run."""


@contextmanager
def logged() -> Iterator[strawberry.Schema]:
    """Give our schema; until the end its resolvers write into the log of the run that calls them.

    And no time passes: one run is a moment later than the other. Nor is anything drawn: the token of a
    preview is another one each time, and tells the second it was made in.
    """
    schema = build(Schema, limits=LIMITS)
    before: list[tuple[Any, Any]] = []
    seen: set[int] = set()
    counted, reading.time_in_status = reading.time_in_status, _no_time_in_status
    drawn, bulk_token.token = bulk_token.token, _same_token
    dated, bulk_token.expires_at = bulk_token.expires_at, _same_time
    try:
        for type_ in schema._schema.type_map.values():
            for field in (getattr(type_, "fields", None) or {}).values():
                found = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
                if isinstance(found, StrawberryField) and found.base_resolver:
                    resolver = found.base_resolver
                    if id(resolver) not in seen:
                        seen.add(id(resolver))
                        # What Strawberry finds out about a function it finds out here, about the real one.
                        _ = (
                            found.is_async,
                            resolver.arguments,
                            resolver.reserved_parameters,
                            found.arguments,
                        )
                        before.append((resolver, resolver.wrapped_func))
                        resolver.wrapped_func = _telling(f"{type_.name}.{found.name}", resolver.wrapped_func)
        yield schema
    finally:
        reading.time_in_status = counted
        bulk_token.token, bulk_token.expires_at = drawn, dated
        for resolver, function in before:
            resolver.wrapped_func = function


async def _no_time_in_status(
    context: Context, contact_ids: Collection[int], *, ever: bool
) -> dict[int, dict[Status, int]]:
    return {number: {Status.ACTIVE: int(ever)} for number in contact_ids}


def _same_token(secret: str, promise: Promise) -> str:
    del secret, promise
    return "token"


def _same_time(secret: str, token: str) -> datetime:
    del secret, token
    return datetime(2026, 1, 31, 9, tzinfo=UTC)


def _telling(name: str, function: Any) -> Callable[..., Any]:
    def tell(given: dict[str, Any]) -> None:
        calls = CALLS.get()
        if calls is not None:
            info = given.pop("info", None)
            where = info.path.as_list() if info else ""
            calls.append(f"{name} {where} {given!r}")

    if inspect.iscoroutinefunction(function):

        @wraps(function)
        async def later(*values: Any, **given: Any) -> Any:
            tell(dict(given))
            return await function(*values, **given)

        return later

    @wraps(function)
    def at_once(*values: Any, **given: Any) -> Any:
        tell(dict(given))
        return function(*values, **given)

    return at_once


def context(of: Context) -> RequestContext:
    """Return the context of one run, with loaders of its own."""
    return RequestContext(of)
