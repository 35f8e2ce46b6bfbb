"""What is read of contacts, sequences and members: the columns asked for, of the tables they stand in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, Final

from sqlalchemy import BigInteger, and_, bindparam, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.columns import read, to_bits
from models.tables import Contact, Enrolment, Member, Sequence, Team

if TYPE_CHECKING:
    from models.paging import Query

TEAM: Final = bindparam("team_id", type_=BigInteger())
SEQUENCE: Final = bindparam("sequence_id", type_=BigInteger())
Columns = tuple[str, ...]

_SequenceOwner = aliased(Member, name="sequence_owner")


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """The columns of a row, table after table; a table without columns is not joined.

    Statements are kept by their parts and looked up for each request: two parts are the same only if they are
    the same object, as comparing them would cost more than to write the statement once for each.

    Times are read as text (`columns.read`).
    """

    TABLES: ClassVar = ("contact", "enrolment", "sequence", "sequence_owner", "member", "team")

    contact: Columns = ()
    enrolment: Columns = ()
    sequence: Columns = ()
    sequence_owner: Columns = ()
    member: Columns = ()
    team: Columns = ()

    def contacts(self, *, with_sequence: bool = False, of_one: bool = False) -> Query:
        """Return the query for contacts of the team; `with_sequence` joins it for a condition.

        All being `of_one` sequence, which the parameter `sequence_id` names, it is looked up once: PostgreSQL
        would look it up for each contact.
        """
        query: Query = select(*_columns(Contact, self.contact), *_columns(Enrolment, self.enrolment))
        query = query.add_columns(*_columns(Sequence, self.sequence), *self._of_team()).select_from(Contact)
        if self.enrolment:
            query = query.outerjoin(Enrolment, _is(Enrolment, Contact.enrolment_id))
        if self.sequence or with_sequence:
            number = SEQUENCE if of_one else Contact.sequence_id
            query = query.join(Sequence, _is(Sequence, number), isouter=not of_one)
        return query.where(col(Contact.team_id) == TEAM)

    def sequences(self) -> Query:
        """Return the query for sequences of the team."""
        query: Query = select(
            *_columns(Sequence, self.sequence), *_columns(_SequenceOwner, self.sequence_owner)
        )
        query = query.add_columns(*self._of_team()).select_from(Sequence)
        if self.sequence_owner:
            query = query.join(_SequenceOwner, _is(_SequenceOwner, Sequence.owner_id))
        return query.where(col(Sequence.team_id) == TEAM)

    def members(self) -> Query:
        """Return the query for members of the team."""
        query: Query = select(*_columns(Member, self.member), *self._of_team()).select_from(Member)
        return query.where(col(Member.team_id) == TEAM)

    def of_contact(self, contact: Contact, enrolment: Enrolment | None) -> tuple[Any, ...]:
        """Return what the query would, of rows that a change has in hand, but nothing of the team."""
        nothing = (None,) * len(self.team)
        return (*_raw(contact, self.contact), *_raw(enrolment, self.enrolment), *nothing)

    def of_sequence(self, sequence: Sequence, owner: Member | None) -> tuple[Any, ...]:
        """Return what the query would, of rows that a change has in hand, but nothing of the team."""
        nothing = (None,) * len(self.team)
        return (*_raw(sequence, self.sequence), *_raw(owner, self.sequence_owner), *nothing)

    def of_member(self, member: Member) -> tuple[Any, ...]:
        """Return what the query would, of a row that a change has in hand, but nothing of the team."""
        return (*_raw(member, self.member), *(None,) * len(self.team))

    def _of_team(self) -> list[Any]:
        """Return columns of the team's own row, which is the same for all rows: PostgreSQL reads it once."""
        return [
            select(each).where(col(Team.id) == TEAM).scalar_subquery().label(f"team_{name}")
            for name, each in zip(self.team, _columns(Team, self.team), strict=True)
        ]


def _columns(table: Any, names: Columns) -> list[Any]:
    return [read(getattr(table, name)) for name in names]


def _is(table: Any, number: Any) -> Any:
    """Say that the table's row is the one of the team with this id."""
    return and_(table.team_id == TEAM, table.id == number)


def _raw(row: Any, names: Columns) -> list[Any]:
    """Return the values of these columns as they are read."""
    found = []
    for name in names:
        value = None if row is None else getattr(row, name)
        if isinstance(value, frozenset):
            value = to_bits(value)
        elif isinstance(value, Enum):
            value = value.name
        elif isinstance(value, datetime):
            value = value.isoformat(" ")
        found.append(value)
    return found
