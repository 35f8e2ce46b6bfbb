"""Lists of contacts: what a record holds, by what a list is filtered, and how it is ordered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, SmallInteger, func, or_
from sqlmodel import col

from models.columns import to_bits
from models.paging import Order
from models.tables import Contact, Enrolment, Sequence
from rules.facts import Channel
from rules.statuses import Status, StatusSet


@dataclass(slots=True)
class ContactRecord:
    """A contact with its current stay and the sequence it is in; both None in no sequence."""

    contact: Contact
    enrolment: Enrolment | None
    sequence: Sequence | None

    @property
    def owner_id(self) -> int:
        """Return who counts as the owner: the sequence's, in no sequence the contact's (section 2)."""
        return self.sequence.owner_id if self.sequence else self.contact.owner_id


@dataclass(frozen=True, slots=True)
class ContactFilter:
    """Which contacts: all given parts must hold."""

    sequence_id: int | None = None
    owner_id: int | None = None
    in_sequence: bool | None = None
    all_of: StatusSet = frozenset()
    any_of: StatusSet | None = None
    none_of: StatusSet = frozenset()
    replied_by: Channel | None = None
    can_receive_email: bool | None = None
    search: str | None = None
    updated_since: datetime | None = None


class ContactOrderField(StrEnum):
    """What contacts can be ordered by; ties go by age."""

    CREATED_AT = "when they were created"
    UPDATED_AT = "when they last changed"
    EMAIL = "their email address"
    LAST_NAME = "their last name; those without one first"


def order(field: ContactOrderField, *, descending: bool = False) -> Order[ContactRecord]:
    """Return the order of a list of contacts."""
    by_id = Contact.id  # ids are given out in order of creation
    match field:
        case ContactOrderField.CREATED_AT:
            return Order((by_id,), lambda r: (r.contact.id,), (int,), descending)
        case ContactOrderField.UPDATED_AT:
            at = Contact.updated_at
            return Order(
                (at, by_id), lambda r: (r.contact.updated_at, r.contact.id), (datetime, int), descending
            )
        case ContactOrderField.EMAIL:
            email = Contact.email_key
            return Order((email, by_id), lambda r: (r.contact.email, r.contact.id), (str, int), descending)
        case ContactOrderField.LAST_NAME:
            name = func.coalesce(func.lower(Contact.last_name), "")
            return Order(
                (name, by_id), lambda r: (r.contact.last_name or "", r.contact.id), (str, int), descending
            )


def holds(wanted: ContactFilter) -> Iterable[ColumnElement[bool]]:
    """Yield the conditions of a filter."""
    equal: tuple[tuple[Any, Any], ...] = (
        (Contact.sequence_id, wanted.sequence_id),
        (Contact.owner_id, wanted.owner_id),
        (col(Contact.sequence_id).is_not(None), wanted.in_sequence),
        (Contact.replied_by, wanted.replied_by),
    )
    yield from (column == value for column, value in equal if value is not None)
    yield from _statuses_hold(wanted)
    if wanted.search:
        prefix = wanted.search.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
        names = (Contact.email, Contact.first_name, Contact.last_name, Contact.company)
        yield or_(*(func.lower(name).like(func.lower(prefix)) for name in names))
    if wanted.updated_since is not None:
        yield col(Contact.updated_at) >= wanted.updated_since


def _statuses_hold(wanted: ContactFilter) -> Iterable[ColumnElement[bool]]:
    def common(statuses: StatusSet) -> ColumnElement[int]:
        return col(Contact.statuses).op("&", return_type=SmallInteger())(to_bits(statuses))

    if wanted.all_of:
        yield common(wanted.all_of) == to_bits(wanted.all_of)
    if wanted.any_of is not None:
        yield common(wanted.any_of) != 0
    if wanted.none_of:
        yield common(wanted.none_of) == 0
    if wanted.can_receive_email is not None:
        yield (common(frozenset({Status.ACTIVE})) != 0) == wanted.can_receive_email
