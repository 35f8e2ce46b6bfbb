"""How rows become objects of the API: plain attributes, those that are asked for and no others.

A page has hundreds of objects, so a function is written for each selection, which makes those of all rows in
one loop: without `__init__`, without a call for each, and one object where rows tell of the same thing.
"""

import binascii
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeAlias

from execution import Layout
from models.parts import Parts

Read: TypeAlias = Callable[[Any], Any] | Mapping[Any, Any] | str | None
Columns: TypeAlias = Mapping[str, tuple[str, Read]]
"""Attributes by name, each with the column it is read off, and how it is read unless as it stands."""
Lines: TypeAlias = list[str]

KEYS: Final = {("sequence_owner", "id"): ("sequence", "owner_id")}
"""Ids that need no column of their own: what refers to the row has them."""

TIME: Final = "{0} and time_of({0})"
"""The source of what reads a time, which may be none, off the text that it is read as (`columns.read`)."""

AS_IT_IS: Final = "{0}"
TIME_WRITTEN: Final = (
    "{0}.replace(' ', 'T') + ':00' if (size := len({0})) == 29 or size == 22 else time_of({0}).isoformat()"
)
"""The source of what writes a time that is there as its scalar does: off text in UTC with all digits."""


def global_id(kind: str) -> str:
    """Return the source of what makes a global id of the column, as `to_id` does, but without a call."""
    return f"b2a(b'{kind}:%d' % {{}}, newline=False).rstrip(b'=').decode()"


def word(kind: Any) -> Read:
    """Return what reads an enum off the name it is stored by."""
    return {None: None, **kind.__members__}


class Shape(NamedTuple):
    """One part of a row as an object: which attributes, off which columns; its id as `number` too."""

    kind: type
    columns: Columns

    @classmethod
    def of(cls, kind: type, columns: Columns, wanted: Iterable[str]) -> "Shape":
        """Take the attributes that are wanted."""
        asked = frozenset(wanted)
        chosen = {name: columns[name] for name in columns if name in asked}
        return cls(kind, {"number": ("id", None), **chosen})


class Making:
    """A function being written, which makes the objects of rows. A column is named `table_column` in it.

    An object is named like its table, and what has those that rows share, by their ids, has an `s` more.
    """

    def __init__(self, root: str) -> None:
        """Make a list of what `root` stands for, the table each row is of; its id is the first column."""
        self._root = root
        self._columns: dict[str, dict[str, None]] = {table: {} for table in Parts.TABLES}
        self._columns[root]["id"] = None
        self._kept: list[str] = []
        self._given: list[str] = []
        self._objects: dict[str, Any] = {
            "new": object.__new__,
            "b2a": binascii.b2a_base64,
            "time_of": datetime.fromisoformat,
        }

    def column(self, table: str, column: str) -> str:
        """Name a column, which is read from now on: once, however often it is named."""
        if table != self._root:
            table, column = KEYS.get((table, column), (table, column))
        self._columns[table][column] = None
        return f"{table}_{column}"

    def object(self, table: str, shape: Shape, **parts: str) -> Lines:
        """Return the lines that make an object; `parts` are attributes that are made before it."""
        values = self.values(table, shape) | parts
        return [
            f"{table} = new({self.constant(f'{table}_kind', shape.kind)})",
            *(f"{table}.{name} = {value}" for name, value in values.items()),
        ]

    def values(self, table: str, shape: Shape) -> dict[str, str]:
        """Return the source of each attribute."""
        return {name: self._value(table, name, *how) for name, how in shape.columns.items()}

    def written_as(self, table: str, shape: Shape, how: Mapping[str, str]) -> dict[str, str]:
        """Return the source of what scalars write attributes as, which is `how` of the column."""
        return {
            name: how[name].format(self.column(table, column))
            for name, (column, _) in shape.columns.items()
            if name in how
        }

    def _value(self, table: str, name: str, column: str, read: Read) -> str:
        value = self.column(table, column)
        if read is None:
            return value
        if isinstance(read, str):
            return read.format(value)
        reader = self.constant(f"{table}_{name}_read", read)
        return f"{reader}[{value}]" if isinstance(read, Mapping) else f"{reader}({value})"

    def shared(self, table: str, lines: Lines) -> Lines:
        """Return lines that make an object once for all rows that have it; None where a row has none."""
        number, kept = self.column(table, "id"), f"{table}s"
        self._kept.append(kept)
        return [
            f"{table} = {kept}.get({number})",
            f"if {table} is None and {number} is not None:",
            *indented([*lines, f"{kept}[{number}] = {table}"]),
        ]

    def given(self, table: str, column: str) -> str:
        """Return the source of an object, by a column, out of those that the function is given."""
        self._given.append(f"{table}s")
        return f"{table}s[{self.column(self._root, column)}]"

    def constant(self, name: str, value: Any) -> str:
        """Give the function a name for an object."""
        self._objects[name] = value
        return name

    @property
    def parts(self) -> Parts:
        """Return what is to be read."""
        return Parts(**{table: tuple(names) for table, names in self._columns.items()})

    def layout(
        self, kind: type, attributes: Mapping[str, str], written: Mapping[str, str], lines: Lines
    ) -> Layout:
        """Return how the objects stand in rows, for who reads only these attributes, and what makes them."""
        made = self.made(lines, *self._given)
        return Layout(kind, self._row, attributes, written, self._given, self._objects, made)

    def only(self, kind: type, lines: Lines) -> Layout:
        """Return a layout for who wants objects only, which need nothing that is given."""
        return Layout(kind, self._row, {}, {}, (), {}, self.made(lines))

    @property
    def _row(self) -> str:
        """The columns, which are only known when all lines are there."""
        return "".join(f"{table}_{name}, " for table, names in self._columns.items() for name in names)

    def made(self, lines: Lines, *given: str) -> Callable[..., list[Any]]:
        """Return the function, of lines that make the object of one row; what is given follows the rows."""
        source = [
            f"def made({', '.join(['rows', *given])}):",
            *indented(["found = []", *(f"{name} = {{}}" for name in self._kept), f"for {self._row}in rows:"]),
            *indented(indented([*lines, f"found.append({self._root})"])),
            "    return found",
        ]
        exec("\n".join(source), self._objects)  # noqa: S102 -- written here, of our own names
        made: Callable[..., list[Any]] = self._objects["made"]
        return made


def indented(lines: Iterable[str]) -> Lines:
    """Return the lines as they stand below a line that ends with a colon."""
    return [f"    {line}" for line in lines]
