"""Connections: cursors, arguments, page info (GraphQL Cursor Connections Specification)."""

import binascii
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import orjson
import strawberry

from models.paging import Key, Order, Slice, Window
from schema.errors import BadInput

DEFAULT, MOST = 50, 100
_TO_URL: Final = bytes.maketrans(b"+/", b"-_")
_FROM_URL: Final = bytes.maketrans(b"-_", b"+/")
Record = TypeVar("Record")


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    """Where a page stands in its list."""

    list_: strawberry.Private[str]
    order: strawberry.Private[Order[Any]]
    records: strawberry.Private[Sequence[Any]]
    has_next_page: bool = strawberry.field(description="Whether more follow this page.")
    has_previous_page: bool = strawberry.field(description="Whether any precede this page.")

    @strawberry.field(description="The cursor of the first edge.")
    def start_cursor(self) -> str | None:
        """Return the cursor of the first edge."""
        return cursor(self.list_, self.order.key(self.records[0])) if self.records else None

    @strawberry.field(description="The cursor of the last edge.")
    def end_cursor(self) -> str | None:
        """Return the cursor of the last edge."""
        return cursor(self.list_, self.order.key(self.records[-1])) if self.records else None


def cursor(list_name: str, key: Key) -> str:
    """Return the cursor of a record: the list it belongs to, and the record's key in that list's order."""
    written = binascii.b2a_base64(orjson.dumps((list_name, *key)), newline=False)
    return written.translate(_TO_URL).rstrip(b"=").decode()


def _not_one(argument: str) -> BadInput:
    return BadInput(
        f"`{argument}` is not a cursor of this list: take `endCursor` or `startCursor` of the same list,"
        " with the same order."
    )


def _key(list_name: str, order: Order[Any], argument: str, text: str) -> Key:
    """Return the key a cursor stands for; raises `BadInput` if it is not one of this list."""
    kinds = order.kinds
    try:
        written = (text + "=" * (-len(text) % 4)).encode("ascii").translate(_FROM_URL)
        decoded = orjson.loads(binascii.a2b_base64(written, strict_mode=True))
        if not isinstance(decoded, list) or len(decoded) != len(kinds) + 1 or decoded[0] != list_name:
            raise _not_one(argument)
        return tuple(map(_part, kinds, decoded[1:]))
    except (TypeError, ValueError, OverflowError):
        raise _not_one(argument) from None


def _part(kind: type, part: object) -> int | str | datetime:
    if kind is datetime and isinstance(part, str):
        return datetime.fromisoformat(part).astimezone(UTC)
    if kind is int and isinstance(part, int) and not isinstance(part, bool) and abs(part) < 2**63:
        return part
    if kind is str and isinstance(part, str) and "\0" not in part:
        part.encode()  # a lone surrogate is a ValueError
        return part
    raise TypeError


def window(
    list_name: str,
    order: Order[Any],
    *,
    first: int | None,
    after: str | None,
    last: int | None,
    before: str | None,
) -> Window:
    """Return the asked-for part of a list; raises `BadInput` where the arguments make no sense."""
    if first is not None and last is not None:
        raise BadInput("Give `first` or `last`, not both: a page is read forwards or backwards.")
    for argument, size in (("first", first), ("last", last)):
        if size is not None and not 0 <= size <= MOST:
            raise BadInput(f"`{argument}` must be from 0 to {MOST}; it is {size}.")
    return Window(
        size=DEFAULT if first is None and last is None else (first if last is None else last) or 0,
        after=None if after is None else _key(list_name, order, "after", after),
        before=None if before is None else _key(list_name, order, "before", before),
        backwards=last is not None,
    )


def page_info(list_name: str, order: Order[Record], found: Slice[Record]) -> PageInfo:
    """Return where a page stands in its list."""
    return PageInfo(
        list_=list_name,
        order=order,
        records=found.records,
        has_next_page=found.has_next,
        has_previous_page=found.has_previous,
    )
