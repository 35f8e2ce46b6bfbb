"""How a row becomes objects of the API: plain attributes, those that are asked for and no others.

An object is made without its `__init__`, its attributes straight from the row: a page has hundreds, and
reading an attribute is all that is done with them.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeAlias, TypeVar

from schema.ids import to_id

Shown = TypeVar("Shown")
Read: TypeAlias = Callable[[Any], Any] | None
Columns: TypeAlias = Mapping[str, tuple[str, Read]]
"""Attributes by name, each with the column it is read off, and how it is read unless as it stands."""


def global_id(kind: str) -> Read:
    """Return what reads the global id off the column `id`."""
    return lambda number: to_id(kind, number)


def word(kind: Any) -> Read:
    """Return what reads an enum off the name it is stored by."""
    return {None: None, **kind.__members__}.__getitem__


class Shape(Generic[Shown]):
    """One part of a row as an object: which columns, as which attributes. The first is the row's id."""

    def __init__(self, kind: type[Shown], columns: Columns, wanted: Iterable[str]) -> None:
        """Take the attributes that are wanted, and `number`, the id of the row."""
        found = {"number": ("id", None), **columns}
        names = ("number", *(name for name in columns if name in frozenset(wanted)))
        self.columns = tuple(found[name][0] for name in names)
        self.kind = kind
        self.values: Callable[[Any, int], dict[str, Any]] = _written(
            names, [found[name][1] for name in names]
        )
        """The attributes of one object, given the row and the place where its part of it begins."""

    def made(self, values: dict[str, Any]) -> Shown:
        """Return the object with these attributes."""
        shown = object.__new__(self.kind)
        shown.__dict__ = values
        return shown


def _written(names: Iterable[str], reads: Iterable[Read]) -> Any:
    """Return a function made for these columns: a page has hundreds of objects."""
    given, parts = {}, []
    for place, (name, read) in enumerate(zip(names, reads, strict=True)):
        given[f"read{place}"] = read
        value = f"row[at + {place}]"
        parts.append(f"{name!r}: {f'read{place}({value})' if read else value}")
    return eval(f"lambda row, at: {{{', '.join(parts)}}}", given)  # noqa: S307 -- the names are our own
