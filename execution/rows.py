"""Lists whose items need not be made: rows, and the source of what reads each attribute off one.

Where a selection reads nothing but attributes, it is written for the rows themselves. Whoever else wants an
item gets an object.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeVar, overload

Item = TypeVar("Item")

MOST: Final = 100
"""For how many layouts one selection is kept; a schema makes one for each place in an operation."""

_ATTRIBUTE: Final = re.compile(r"\bv\.(\w+)")
_WHOLE: Final = re.compile(r"\bv\b(?!\.)")


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """How items stand in rows. Names in its sources are no single letters, and no `f` or `k` with digits."""

    kind: type
    """The class that the items would have."""
    row: str
    """What a row is unpacked into: the target of an assignment."""
    attributes: Mapping[str, str]
    """Expressions for attributes, of names in `row`, in `given` and in `names`; not all need one."""
    written: Mapping[str, str]
    """Expressions for what Strawberry's scalars write attributes as: no value that they would refuse."""
    given: Sequence[str]
    """Names for what comes with the rows."""
    names: Mapping[str, Any]
    """Names for what is always the same."""
    made: Callable[..., list[Any]]
    """Makes the items of some rows; what is given follows them."""


class Rows(Sequence[Item]):
    """What a resolver may return for a list. Whatever is wrong with a row must be found out before."""

    __slots__ = ("_items", "given", "layout", "rows")

    def __init__(self, layout: Layout, rows: Sequence[Any], given: Sequence[Any] = ()) -> None:
        self.layout: Final = layout
        self.rows: Final = rows
        self.given: Final = given
        self._items: list[Item] | None = None

    @property
    def items(self) -> list[Item]:
        """All items, made once."""
        if self._items is None:
            self._items = self.layout.made(self.rows, *self.given)
        return self._items

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, place: int) -> Item: ...

    @overload
    def __getitem__(self, place: slice) -> list[Item]: ...

    def __getitem__(self, place: int | slice) -> Item | list[Item]:
        """Return an item, which alone is made if not all are."""
        if self._items is None and not isinstance(place, slice):
            [item] = self.layout.made((self.rows[place],), *self.given)
            return item  # type: ignore[no-any-return]
        return self.items[place]


class Shown(NamedTuple):
    """How a field of an object `v` is written."""

    source: str
    """The expression for what it comes to."""
    scalar: str | None = None
    """The expression for its value, if it is an attribute that a scalar of Strawberry's own writes."""
    waits: bool = False
    """Whether it may have to be awaited."""


Draw = Callable[..., list[Any]]
"""Renders rows: takes them, what is given with them, the run and what is pending."""


class Drawing:
    """What a selection on items of one class comes to for rows, by their layout."""

    def __init__(
        self, kind: type, fields: Mapping[str, Shown], space: Callable[[], Mapping[str, Any]]
    ) -> None:
        """Take how fields of an item are written, and where the names will be found that this uses."""
        self._kind, self._fields, self._space = kind, fields, space
        self._known: dict[Layout, Draw | None] = {}

    def __call__(self, layout: Layout) -> Draw | None:
        """Return what renders rows of a layout; None if items have to be made for it."""
        try:
            return self._known[layout]
        except KeyError:
            if len(self._known) >= MOST:
                self._known.clear()
            return self._known.setdefault(layout, self._written(layout))

    def _written(self, layout: Layout) -> Draw | None:
        fields = {key: _of_row(shown, layout) for key, shown in self._fields.items()}
        if layout.kind is not self._kind or None in fields.values():
            return None
        item = ", ".join(f"{key!r}: {source}" for key, source in fields.items())
        source = (
            f"def draw(rows, {', '.join([*layout.given, 'c', 'p'])}):\n"
            "    a = []\n"
            f"    for {layout.row} in rows:\n"
            f"        a.append({{{item}}})\n"
            "    return a\n"
        )
        space = {**self._space(), **layout.names}
        exec(compile(source, "<rows>", "exec"), space)  # noqa: S102 -- written here and by the schema's own code
        draw: Draw = space["draw"]
        return draw


def _of_row(shown: Shown, layout: Layout) -> str | None:
    """Return the expression for a field of an item that stands in a row; None if there is none."""
    if shown.scalar is not None and (written := layout.written.get(shown.scalar.removeprefix("v."))):
        return f"({written})"
    if _WHOLE.search(shown.source) or not layout.attributes.keys() >= {*_ATTRIBUTE.findall(shown.source)}:
        return None
    return _ATTRIBUTE.sub(lambda found: f"({layout.attributes[found[1]]})", shown.source)
