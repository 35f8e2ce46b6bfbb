"""Rows as values: objects with the columns of a table, and the methods of its class, that no session knows.

What is set on one is written by a statement or not at all, never behind anyone's back. And to make, read or
set one costs what it costs with any object; SQLAlchemy's own are watched, and cost ten times as much.
"""

from __future__ import annotations

from dataclasses import make_dataclass
from datetime import datetime
from inspect import isfunction
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from sqlalchemy import DateTime, Enum

from models.columns import Statuses, read, to_set
from models.tables import Activity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Row = TypeVar("Row")


def value_class(table: type[Row]) -> type[Row]:
    """Return the class of a table's rows as values; a column that is not given is None.

    To the type checker it is the table's class: whoever reads or sets columns need not tell them apart.
    """
    columns = [(name, Any, None) for name in _columns(table).keys()]  # noqa: SIM118 - no mapping
    methods = {name: each for name, each in vars(table).items() if isfunction(each) and name[0] != "_"}
    made = make_dataclass(table.__name__, columns, slots=True, namespace=methods)
    made.__module__ = __name__
    return cast("type[Row]", made)


class Loaded:
    """How columns of one table become its value: those that are named, the id among them, or all."""

    def __init__(self, table: Any, names: Iterable[str] | None = None) -> None:
        columns = _columns(table)
        self.names: Final = tuple(columns.keys() if names is None else names)
        self.columns: Final = [read(getattr(table, name)) for name in self.names]
        self._class = value_class(table)
        self._id = self.names.index("id")
        self._reads = [(name, _reads(columns[name].type)) for name in self.names]

    def of(self, values: Sequence[Any]) -> Any:
        """Return the value of these columns as the light pool reads them; None where a join found no row.

        A column that was not read has no value, not even None: to ask for it is an error.
        """
        if values[self._id] is None:
            return None
        made = object.__new__(self._class)
        for (name, of), value in zip(self._reads, values, strict=True):
            setattr(made, name, of(value) if of and value is not None else value)
        return made


def _columns(table: Any) -> Any:
    return table.__table__.columns


def _reads(kind: Any) -> Callable[[Any], Any] | None:
    if isinstance(kind, Enum) and kind.enum_class:
        named: Callable[[Any], Any] = kind.enum_class.__members__.__getitem__
        return named
    if isinstance(kind, DateTime):
        return datetime.fromisoformat
    return to_set if isinstance(kind, Statuses) else None


Line: Final = value_class(Activity)
"""A line of the log that is about to be added."""
