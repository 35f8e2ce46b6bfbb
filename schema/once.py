"""What every mutation's input has: the key by which a request that is sent again is known."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any, Final, TypeVar

import orjson
import strawberry
from strawberry import UNSET

from models.tables import Scope
from resolvers.context import Context
from resolvers.once import Request
from resolvers.once import once as done_once
from resolvers.problems import Failure
from schema.context import Info, allow

Outcome = TypeVar("Outcome")

ABOUT_THE_REQUEST: Final = frozenset({"idempotency_key", "dry_run"})
"""What is said about the request; everything else is what it asks for."""


@strawberry.input
class Repeatable:
    """What can be sent again without being done again."""

    idempotency_key: str | None = strawberry.field(
        default=None,
        description="A name you give this request, such as a UUID, at most 200 characters: sent again with"
        " it within 24 hours, it is not done again but gets the first answer. Another input with it is"
        " refused: IDEMPOTENCY_KEY_REUSED.",
    )


@strawberry.input
class Rehearsable(Repeatable):
    """What can be tried without being done."""

    # May be null: editors take a field that may not for required, whatever its default.
    dry_run: bool | None = strawberry.field(
        default=False,
        description="Answer as if it were done, and store nothing: neither a line of the log, so that"
        " `activity` is null, nor the idempotency key.",
    )


async def once(
    info: Info,
    input: Repeatable,  # noqa: A002 - the API's name
    case: Callable[[Context], Awaitable[Outcome]],
    *scopes: Scope,
) -> Outcome | Failure:
    """Do a use case if the key has one of the scopes: once, whoever sends it again; or only try it."""
    context = allow(info, *scopes)
    if getattr(input, "dry_run", False):
        async with context.rehearsal() as rehearsed:
            return await case(rehearsed)
    if input.idempotency_key is None:
        return await case(context)
    return await done_once(context, Request(input.idempotency_key, fingerprint(input)), case)


def fingerprint(input: Repeatable) -> bytes:  # noqa: A002 - the API's name
    """Return what tells this request from others: a hash of its kind and of all that it asks for."""
    asked = [type(input).__name__, _plain(input)]
    return hashlib.sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).digest()


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if is_dataclass(value):
        given = {each.name: getattr(value, each.name) for each in fields(value)}
        asked = {name: each for name, each in given.items() if name not in ABOUT_THE_REQUEST}
        return {name: _plain(each) for name, each in asked.items() if each is not UNSET}
    return value
