"""Keyset pagination: a window of a list between two keys, forwards or backwards, stable while rows change."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, Select, func, literal, tuple_

Record = TypeVar("Record")
Key: TypeAlias = tuple[int | str | datetime, ...]
Query: TypeAlias = "Select[*tuple[Any, ...]]"


@dataclass(frozen=True, slots=True)
class Order(Generic[Record]):
    """A total order of a list: columns (the last one unique), and how to read them off a record."""

    columns: tuple[Any, ...]
    key: Callable[[Record], Key]
    kinds: tuple[type, ...] = (int,)
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """The asked-for part of a list: its first or its last `size` records, within two keys (both excluded)."""

    size: int
    after: Key | None = None
    before: Key | None = None
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Slice(Generic[Record]):
    """The records of a window, in the list's order, and whether more follow or precede."""

    records: Sequence[Record]
    has_next: bool
    has_previous: bool


def within(query: Query, order: Order[Any], window: Window) -> Query:
    """Restrict a query to a window; one record more than asked for tells whether there are more."""
    if window.after is not None:
        query = query.where(_beyond(order, window.after, descending=order.descending))
    if window.before is not None:
        query = query.where(_beyond(order, window.before, descending=not order.descending))
    descending = order.descending != window.backwards
    columns = [column.desc() if descending else column.asc() for column in order.columns]
    return query.order_by(*columns).limit(window.size + 1)


def _beyond(order: Order[Any], key: Key, *, descending: bool) -> ColumnElement[bool]:
    place = tuple_(*order.columns)
    # Words are ordered in lower case; PostgreSQL's idea of it, as in the column.
    given = tuple_(*(func.lower(part) if isinstance(part, str) else literal(part) for part in key))
    return place < given if descending else place > given


def cut(found: Sequence[Record], window: Window) -> Slice[Record]:
    """Return what `within` found as a slice in the list's own order."""
    more, records = len(found) > window.size, found[: window.size]
    if window.backwards:
        return Slice(records[::-1], has_next=window.before is not None, has_previous=more)
    return Slice(records, has_next=more, has_previous=window.after is not None)
