"""Which lines of the log: by kind, by who did it, and by the statuses that were put on or taken off."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Integer, literal_column
from sqlmodel import col

from models.columns import to_bits
from models.tables import Activity, ActivityKind
from rules.statuses import StatusSet


@dataclass(frozen=True, slots=True)
class LineFilter:
    """Which lines of a contact's log: all given parts must hold."""

    kinds: frozenset[ActivityKind] | None = None
    member_id: int | None = None
    by_system: bool | None = None
    statuses: StatusSet | None = None

    def holds(self) -> Iterable[ColumnElement[bool]]:
        """Yield the conditions."""
        if self.kinds is not None:
            yield col(Activity.kind).in_(sorted(self.kinds))
        if self.member_id is not None:
            yield col(Activity.member_id) == self.member_id
        if self.by_system is not None:
            yield col(Activity.member_id).is_(None) == self.by_system
        if self.statuses is not None:
            yield touches(self.statuses)


ALL = LineFilter()


def touches(statuses: StatusSet) -> ColumnElement[bool]:
    """Return "the line put on or took off one of these"."""
    changed = literal_column("(activity.before # activity.after)", Integer())
    return changed.op("&", return_type=Integer())(to_bits(statuses)) != 0
