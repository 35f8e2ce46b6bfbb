"""By what contacts are filtered and ordered."""

from datetime import datetime
from typing import Any, Final, NamedTuple

import strawberry

from models import contact_lists
from models.contact_lists import READ_FOR_ORDER, ContactOrderField
from models.paging import Order
from rules.facts import Channel
from rules.statuses import Status
from schema.enums import OrderDirection
from schema.ids import number_of
from schema.times import in_utc


@strawberry.input(description="Which sets of statuses; all given parts must hold.")
class StatusFilter:
    """Which sets of statuses."""

    all: list[Status] | None = strawberry.field(default=None, description="The set has all of these.")
    any: list[Status] | None = strawberry.field(
        default=None, description="The set has at least one of these; of an empty list it never has one."
    )
    none: list[Status] | None = strawberry.field(default=None, description="The set has none of these.")


_ANY: Final = StatusFilter()


@strawberry.input(description="Which contacts; all given parts must hold.")
class ContactFilter:
    """Which contacts."""

    sequence_id: strawberry.ID | None = strawberry.field(default=None, description="In this sequence.")
    owner_id: strawberry.ID | None = strawberry.field(default=None, description="Of this member.")
    in_sequence: bool | None = strawberry.field(default=None, description="In any sequence, or in none.")
    statuses: StatusFilter | None = strawberry.field(default=None, description="By the set of statuses.")
    replied_by: Channel | None = strawberry.field(
        default=None,
        description="Replied by email or by SMS (S39); for either, filter by the status Replied.",
    )
    can_receive_email: bool | None = strawberry.field(
        default=None, description="Whether the sequence may mail the contact now."
    )
    search: str | None = strawberry.field(
        default=None,
        description="What the address, first name, last name or company begins with, whatever its case.",
    )
    updated_since: datetime | None = strawberry.field(
        default=None, description="Changed at or after this time, which must say its offset from UTC."
    )

    def wanted(self) -> contact_lists.ContactFilter:
        """Return the filter as storage takes it; ids that name nothing let nothing through."""
        statuses = self.statuses or _ANY
        return contact_lists.ContactFilter(
            sequence_id=None if self.sequence_id is None else number_of("Sequence", self.sequence_id) or 0,
            owner_id=None if self.owner_id is None else number_of("Member", self.owner_id) or 0,
            in_sequence=self.in_sequence,
            all_of=frozenset(statuses.all or ()),
            any_of=None if statuses.any is None else frozenset(statuses.any),
            none_of=frozenset(statuses.none or ()),
            replied_by=self.replied_by,
            can_receive_email=self.can_receive_email,
            search=self.search,
            updated_since=in_utc("updatedSince", self.updated_since) if self.updated_since else None,
        )


ALL: Final = contact_lists.ContactFilter()


class Listed(NamedTuple):
    """What an order of contacts makes of their list."""

    name: str
    """What the list's cursors are bound to."""
    order: Order[Any]
    read: str | None
    """What is read for the cursors besides the id."""


@strawberry.input(description="In what order contacts are listed.")
class ContactOrder:
    """In what order contacts are listed."""

    field: ContactOrderField = strawberry.field(description="By what; ties go by age.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Which way.")

    def listed(self) -> Listed:
        """Return the list in this order."""
        by, descending = self.field, self.direction is OrderDirection.DESC
        name = f"contacts:{by.name}:{self.direction.name}"
        return Listed(name, contact_lists.order(by, descending=descending), READ_FOR_ORDER.get(by))


BY_DEFAULT: Final = ContactOrder(field=ContactOrderField.CREATED_AT).listed()
"""The list as it is if nothing is said."""
