"""How values of `rules/` lie in columns: a set of statuses as bits, an enum as its name."""

from collections.abc import Iterable
from enum import Enum as PythonEnum
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    Enum,
    Identity,
    SmallInteger,
    TableValuedAlias,
    Text,
    TypeDecorator,
    any_,
    cast,
    column,
    func,
    literal,
)
from sqlalchemy.engine import Dialect
from sqlmodel import Field

from rules.statuses import STAGES, Status, StatusSet

BIT: dict[Status, int] = {status: 1 << place for place, status in enumerate(Status)}
STAGE_BITS = sum(BIT[stage] for stage in STAGES)

POSSIBLE: tuple[int, ...] = (
    0,
    *(
        BIT[stage] | marks
        for marks in range(0, sum(BIT.values()) + 1, STAGE_BITS + 1)
        for stage in Status
        if stage in STAGES
    ),
)
"""Every set there can be, as bits: nothing, or one stage and any marks."""

BETWEEN = "\x1f"
"""Stands between the members of a list that travels as text; our words hold no such character."""

_SETS: dict[int, StatusSet] = {}
_BITS: dict[StatusSet, int] = {}


def to_bits(statuses: StatusSet) -> int:
    """Return the set as bits, the first status of the enum in the lowest."""
    found = _BITS.get(statuses)
    if found is None:
        found = _BITS[statuses] = sum(BIT[status] for status in statuses)
    return found


def to_set(bits: int) -> StatusSet:
    """Return the set that the bits stand for; the same object for the same bits."""
    found = _SETS.get(bits)
    if found is None:
        found = _SETS[bits] = frozenset(status for status in Status if bits & BIT[status])
    return found


class Statuses(TypeDecorator[StatusSet]):
    """A set of statuses in one `smallint`: it compares, filters and indexes as a number."""

    impl = SmallInteger
    cache_ok = True

    def process_bind_param(self, value: StatusSet | int | None, _dialect: Dialect) -> int | None:
        """Write a set, or bits as they are (filters compare with bits)."""
        return to_bits(value) if isinstance(value, frozenset) else value

    def process_result_value(self, value: int | None, _dialect: Dialect) -> StatusSet | None:
        """Read a set."""
        return None if value is None else to_set(value)


def word(kind: type[PythonEnum]) -> Enum:
    """Return the column type that stores an enum by name, held to its names by a check."""
    name = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in kind.__name__)
    return Enum(kind, native_enum=False, create_constraint=True, length=32, name=name.lstrip("_"))


def key(**more: Any) -> Any:
    """Return a primary key column that numbers itself; starts with the team where there is one."""
    return Field(
        default=None,
        primary_key=True,
        sa_type=BigInteger,
        sa_column_args=[Identity()],
        # It tells the new rows of a batch apart: without one they are inserted one by one.
        sa_column_kwargs={"insert_sentinel": True},
        **more,
    )


def team_key() -> Any:
    """Return the first half of a primary key: the team, without which no row is found."""
    return Field(primary_key=True, sa_type=BigInteger, foreign_key="team.id")


TIME: Any = DateTime(timezone=True)


def read(column: Any) -> Any:
    """Return a column as rows are read: a time as text, which `datetime.fromisoformat` makes a time of.

    asyncpg makes times itself, but takes three times as long.
    """
    return cast(column, Text) if isinstance(column.type, DateTime) else column


def among(column: Any, ids: Iterable[int]) -> ColumnElement[bool]:
    """Return "the column is one of these", as one parameter whatever their number."""
    expression: ColumnElement[bool] = column == any_(literal(list(ids), ARRAY(BigInteger)))
    return expression


def rows(name: str, **columns: tuple[Any, list[Any]]) -> TableValuedAlias:
    """Return a table of the given columns (type and values), to join a batch with in one statement."""
    arrays = [literal(values, ARRAY(kind)) for kind, values in columns.values()]
    named = [column(title, kind) for title, (kind, _) in columns.items()]
    return func.unnest(*arrays).table_valued(*named, name=name).render_derived()
