"""Keyset pagination: a window of a list between two keys, forwards or backwards, stable while rows change."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, NamedTuple, TypeAlias, TypeVar

from sqlalchemy import BigInteger, ColumnElement, DateTime, Select, Text, bindparam, func, tuple_

Record = TypeVar("Record")
Key: TypeAlias = tuple[int | str | datetime, ...]
Query: TypeAlias = "Select[*tuple[Any, ...]]"


@dataclass(frozen=True, slots=True, eq=False)
class Order(Generic[Record]):
    """A total order of a list: columns (the last one unique), and how to read them off a record."""

    columns: tuple[Any, ...]
    key: Callable[[Record], Key]
    kinds: tuple[type, ...] = (int,)
    descending: bool = False

    def along(self, window: "Window") -> list[Any]:
        """Return the columns in the direction in which a window is read."""
        descending = self.descending != window.backwards
        return [column.desc() if descending else column.asc() for column in self.columns]


class Window(NamedTuple):
    """The asked-for part of a list: its first or its last `size` records, within two keys (both excluded)."""

    size: int
    after: Key | None = None
    before: Key | None = None
    backwards: bool = False

    def ends(self) -> "Window":
        """Return the window without its values: where it is open, and which way it is read."""
        return Window(0, self.after and (), self.before and (), self.backwards)


class Slice(NamedTuple, Generic[Record]):
    """The records of a window, in the list's order, and whether more follow or precede."""

    records: Sequence[Record]
    has_next: bool
    has_previous: bool


def within(query: Query, order: Order[Any], window: Window, after: Sequence[Any] = ()) -> Query:
    """Restrict a query to a window; one record more than asked for tells whether there are more.

    Size and keys are parameters, whose values `keys` returns; the first key may be columns instead, `after`.
    """
    if window.after is not None:
        key = after or _parameters(order, "after")
        query = query.where(_beyond(order, key, descending=order.descending))
    if window.before is not None:
        key = _parameters(order, "before")
        query = query.where(_beyond(order, key, descending=not order.descending))
    return query.order_by(*order.along(window)).limit(bindparam("size", type_=BigInteger()))


_TYPES: dict[type, Any] = {int: BigInteger(), str: Text(), datetime: DateTime(timezone=True)}


def _parameters(order: Order[Any], name: str) -> list[Any]:
    return [bindparam(f"{name}_{place}", type_=_TYPES[kind]) for place, kind in enumerate(order.kinds)]


def _beyond(order: Order[Any], key: Sequence[Any], *, descending: bool) -> ColumnElement[bool]:
    # Words are ordered in lower case; PostgreSQL's idea of it, as in the column.
    given = [func.lower(part) if kind is str else part for part, kind in zip(key, order.kinds, strict=True)]
    place = tuple_(*order.columns)
    return place < tuple_(*given) if descending else place > tuple_(*given)


_AFTER: Final = ("after_0", "after_1")
_BEFORE: Final = ("before_0", "before_1")
"""No order has more columns."""


def keys(window: Window) -> dict[str, Any]:
    """Return the values of a window's parameters."""
    given: dict[str, Any] = {"size": window.size + 1}
    if window.after:
        given.update(zip(_AFTER, window.after, strict=False))
    if window.before:
        given.update(zip(_BEFORE, window.before, strict=False))
    return given


def cut(found: Sequence[Record], window: Window) -> Slice[Record]:
    """Return what `within` found as a slice in the list's own order."""
    more, records = len(found) > window.size, found[: window.size]
    if window.backwards:
        return Slice(records[::-1], window.before is not None, more)
    return Slice(records, more, window.after is not None)
