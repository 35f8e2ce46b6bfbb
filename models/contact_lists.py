"""Lists of contacts: what a record holds, by what a list is filtered, and how it is ordered."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from itertools import compress
from typing import Any, Final, NamedTuple, TypeAlias

from sqlalchemy import BigInteger, ColumnElement, Text, and_, any_, bindparam, func, literal_column, or_
from sqlmodel import col

from models.columns import POSSIBLE, TIME, to_bits
from models.paging import Key, Order
from models.parts import SEQUENCE
from models.tables import Contact, Enrolment, Sequence
from rules.facts import Channel
from rules.statuses import Status, StatusSet


@dataclass(slots=True)
class ContactRecord:
    """A contact with its current stay and the sequence it is in; both None in no sequence."""

    contact: Contact
    enrolment: Enrolment | None
    sequence: Sequence | None
    revision: int | None = None
    """The team's revision, if it was read with them."""

    @property
    def owner_id(self) -> int:
        """Return who counts as the owner: the sequence's, in no sequence the contact's (section 2)."""
        return self.sequence.owner_id if self.sequence else self.contact.owner_id


class ContactFilter(NamedTuple):
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


_PLACES: dict[ContactOrderField, tuple[tuple[Any, ...], tuple[type, ...], Callable[[Any], Key]]] = {
    # Ids are given out in order of creation.
    ContactOrderField.CREATED_AT: ((Contact.id,), (int,), lambda c: (c.number,)),
    ContactOrderField.UPDATED_AT: (
        (Contact.updated_at, Contact.id),
        (datetime, int),
        lambda c: (c.updated_at, c.number),
    ),
    ContactOrderField.EMAIL: ((Contact.email_key, Contact.id), (str, int), lambda c: (c.email, c.number)),
    ContactOrderField.LAST_NAME: (
        (Contact.last_name_key, Contact.id),
        (str, int),
        lambda c: (c.last_name or "", c.number),
    ),
}
READ_FOR_ORDER: dict[ContactOrderField, str] = {
    ContactOrderField.UPDATED_AT: "updated_at",
    ContactOrderField.EMAIL: "email",
    ContactOrderField.LAST_NAME: "last_name",
}
"""What the key of an order is read off besides `number`, the contact's id."""

_ORDERS = {
    (field, descending): Order(columns, key, kinds, descending)
    for field, (columns, kinds, key) in _PLACES.items()
    for descending in (False, True)
}


def order(field: ContactOrderField, *, descending: bool = False) -> Order[Any]:
    """Return the order of a list of contacts; its keys are read off `number` and the column's field."""
    return _ORDERS[field, descending]


Shape: TypeAlias = tuple[frozenset[str], tuple[int, ...] | None]
"""What of a filter is in a statement's text: which parts are given, and the sets that are let through."""

_CONDITIONS: dict[str, Any] = {
    "sequence_id": col(Contact.sequence_id) == SEQUENCE,
    "owner_id": col(Contact.owner_id) == bindparam("owner_id", type_=BigInteger()),
    "in_sequence": col(Contact.sequence_id).is_not(None),
    "in_no_sequence": col(Contact.sequence_id).is_(None),
    "replied_by": col(Contact.replied_by) == bindparam("replied_by", type_=Text()),
    "updated_since": col(Contact.updated_at) >= bindparam("updated_since", type_=TIME),
    "search": or_(
        *(
            and_(name >= func.lower(bindparam("search")), name < func.lower(bindparam("search_end")))
            for name in (
                Contact.email_key,
                Contact.first_name_key,
                Contact.last_name_key,
                Contact.company_key,
            )
        )
    ),
}


ONCE = frozenset({"search", "updated_since"})
"""What is planned anew each time: how many contacts it lets through differs so much by its value."""


def shape(wanted: ContactFilter) -> Shape:
    """Return what of the filter is in the text of a statement."""
    return _shape(
        wanted.sequence_id is not None,
        wanted.owner_id is not None,
        wanted.replied_by is not None,
        wanted.updated_since is not None,
        wanted.in_sequence is True,
        wanted.in_sequence is False,
        bool(wanted.search),
        wanted.all_of,
        wanted.any_of,
        wanted.none_of,
        wanted.can_receive_email,
    )


_PARTS: Final = (
    "sequence_id",
    "owner_id",
    "replied_by",
    "updated_since",
    "in_sequence",
    "in_no_sequence",
    "search",
)


@lru_cache(maxsize=1_000)
def _shape(*parts: Any) -> Shape:
    """Remember shapes by which of the parts are given, and by what is said of the set."""
    given, sets = parts[: len(_PARTS)], parts[len(_PARTS) :]
    return frozenset(compress(_PARTS, given)), _sets(*sets)


def holds(shape: Shape) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions of a filter."""
    given, sets = shape
    yield from (_CONDITIONS[name] for name in sorted(given))
    if sets is not None:
        yield col(Contact.statuses) == any_(literal_column(f"'{{{','.join(map(str, sets))}}}'::smallint[]"))


def values(wanted: ContactFilter) -> dict[str, Any]:
    """Return the values of the filter's parameters."""
    return {
        "sequence_id": wanted.sequence_id,
        "owner_id": wanted.owner_id,
        "replied_by": wanted.replied_by and wanted.replied_by.name,
        "updated_since": wanted.updated_since,
        "search": wanted.search,
        "search_end": f"{wanted.search}\U0010ffff",  # nothing that begins with the text comes after it
    }


def _sets(
    all_of: StatusSet, any_of: StatusSet | None, none_of: StatusSet, can_receive_email: bool | None
) -> tuple[int, ...] | None:
    """Return the sets there can be that are let through, as bits; None if all of them are.

    Named one by one, because PostgreSQL looks up and estimates a column that equals one of some values;
    it can do neither for a computation on the column.
    """
    active = frozenset({Status.ACTIVE})
    if can_receive_email is not None:
        all_of, none_of = (all_of | active, none_of) if can_receive_email else (all_of, none_of | active)
    if not all_of and any_of is None and not none_of:
        return None
    every, any_bits, no = to_bits(all_of), None if any_of is None else to_bits(any_of), to_bits(none_of)
    return tuple(
        bits
        for bits in POSSIBLE
        if bits & every == every and not bits & no and (any_bits is None or bits & any_bits)
    )
