"""How a row becomes objects of the API: plain attributes, those that are asked for and no others.

An object is made without its `__init__`, its attributes straight from the row: a page has hundreds, and
reading an attribute is all that is done with them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Shape(Generic[Shown]):
    """One part of a row as an object: which columns, as which attributes. The first is the row's id."""

    kind: type[Shown]
    names: tuple[str, ...]
    columns: tuple[str, ...]
    reads: tuple[tuple[str, Callable[[Any], Any]], ...]

    @classmethod
    def of(cls, kind: type[Shown], columns: Columns, wanted: Iterable[str]) -> "Shape[Shown]":
        """Return the shape with these attributes, and with `number`, the id of the row."""
        names = ("number", *(name for name in columns if name in frozenset(wanted)))
        found = {"number": ("id", None), **columns}
        reads = ((name, found[name][1]) for name in names)
        return cls(
            kind,
            names,
            tuple(found[name][0] for name in names),
            tuple((name, read) for name, read in reads if read),
        )

    def values(self, part: Iterable[Any]) -> dict[str, Any]:
        """Return the attributes of one object; of a longer part the rest is left out."""
        found = dict(zip(self.names, part, strict=False))
        for name, read in self.reads:
            found[name] = read(found[name])
        return found

    def made(self, values: dict[str, Any]) -> Shown:
        """Return the object with these attributes."""
        shown = object.__new__(self.kind)
        shown.__dict__ = values
        return shown
