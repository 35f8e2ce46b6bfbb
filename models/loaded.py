"""Rows of the light pool as the objects a session would have loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Enum
from sqlalchemy.orm import class_mapper

from models.columns import Statuses, to_set

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Loaded:
    """How the columns of one table, all of them in their order, become its object."""

    def __init__(self, table: Any) -> None:
        columns = table.__table__.columns
        self.names: Final = tuple(columns.keys())
        self.columns: Final = [getattr(table, name) for name in self.names]
        self._make: Callable[[], Any] = class_mapper(table).class_manager.new_instance
        self._read = {name: read for name in self.names if (read := _reads(columns[name].type))}

    def of(self, values: Sequence[Any]) -> Any:
        """Return the object of these values; None where an outer join found no row."""
        found = dict(zip(self.names, values, strict=True))
        if found["id"] is None:
            return None
        for name, read in self._read.items():
            if found[name] is not None:
                found[name] = read(found[name])
        made = self._make()
        made.__dict__.update(found)
        return made


def _reads(kind: Any) -> Callable[[Any], Any] | None:
    if isinstance(kind, Enum) and kind.enum_class:
        read: Callable[[Any], Any] = kind.enum_class.__members__.__getitem__
        return read
    return to_set if isinstance(kind, Statuses) else None
