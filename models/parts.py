"""What is read of contacts and sequences: the columns that are asked for, of the tables they stand in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, Final

from sqlalchemy import BigInteger, and_, bindparam, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.columns import to_bits
from models.tables import Contact, Enrolment, Member, Sequence

if TYPE_CHECKING:
    from models.paging import Query

TEAM: Final = bindparam("team_id", type_=BigInteger())
SEQUENCE: Final = bindparam("sequence_id", type_=BigInteger())
Columns = tuple[str, ...]

_Owner = aliased(Member, name="owner")
_SequenceOwner = aliased(Member, name="sequence_owner")


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """The columns of a row, table after table; a table without columns is not joined.

    Statements are kept by their parts and looked up for each request: two parts are the same only if they are
    the same object, as comparing them would cost more than to write the statement once for each.
    """

    TABLES: ClassVar = ("contact", "enrolment", "sequence", "sequence_owner", "owner")

    contact: Columns = ()
    enrolment: Columns = ()
    sequence: Columns = ()
    sequence_owner: Columns = ()
    owner: Columns = ()

    def query(self, *, with_sequence: bool = False, of_one: bool = False) -> Query:
        """Return the query for contacts of the team; `with_sequence` joins it for a condition.

        All being `of_one` sequence, which the parameter `sequence_id` names, it and its owner are looked up
        once: PostgreSQL would look them up for each contact.
        """
        query: Query = select(*_columns(Contact, self.contact), *_columns(Enrolment, self.enrolment))
        query = query.add_columns(
            *_columns(Sequence, self.sequence),
            *_columns(_SequenceOwner, self.sequence_owner),
            *_columns(_Owner, self.owner),
        ).select_from(Contact)
        if self.enrolment:
            query = query.outerjoin(Enrolment, _is(Enrolment, Contact.enrolment_id))
        if self.sequence or self.sequence_owner or with_sequence:
            number = SEQUENCE if of_one else Contact.sequence_id
            query = query.join(Sequence, _is(Sequence, number), isouter=not of_one)
        if self.sequence_owner:
            owner = _is(_SequenceOwner, Sequence.owner_id)
            query = query.join(_SequenceOwner, owner, isouter=not of_one)
        if self.owner:
            query = query.join(_Owner, _is(_Owner, Contact.owner_id))
        return query.where(col(Contact.team_id) == TEAM)

    def sequences(self) -> Query:
        """Return the query for sequences of the team."""
        query: Query = select(
            *_columns(Sequence, self.sequence), *_columns(_SequenceOwner, self.sequence_owner)
        ).select_from(Sequence)
        if self.sequence_owner:
            query = query.join(_SequenceOwner, _is(_SequenceOwner, Sequence.owner_id))
        return query.where(col(Sequence.team_id) == TEAM)

    def row(
        self,
        members: Mapping[int, Member],
        *,
        contact: Contact | None = None,
        enrolment: Enrolment | None = None,
        sequence: Sequence | None = None,
    ) -> tuple[Any, ...]:
        """Return what the query would, of rows that a change has in hand."""
        owner = members.get(contact.owner_id) if contact else None
        sequence_owner = members.get(sequence.owner_id) if sequence else None
        return (
            *_raw(contact, self.contact),
            *_raw(enrolment, self.enrolment),
            *_raw(sequence, self.sequence),
            *_raw(sequence_owner, self.sequence_owner),
            *_raw(owner, self.owner),
        )


def _columns(table: Any, names: Columns) -> list[Any]:
    return [getattr(table, name) for name in names]


def _is(table: Any, number: Any) -> Any:
    """Say that the table's row is the one of the team with this id."""
    return and_(table.team_id == TEAM, table.id == number)


def _raw(row: Any, names: Columns) -> list[Any]:
    """Return the values of these columns as they are stored."""
    found = []
    for name in names:
        value = None if row is None else getattr(row, name)
        if isinstance(value, frozenset):
            value = to_bits(value)
        elif isinstance(value, Enum):
            value = value.name
        found.append(value)
    return found
