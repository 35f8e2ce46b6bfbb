"""The types of the part of our API that the bench asks for."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeAlias

import strawberry

from bench.plain.loaders import Context
from models import tables
from rules.statuses import Status, in_order
from schema.ids import to_id

Info: TypeAlias = strawberry.Info[Context, None]
StatusName = strawberry.enum(Status, name="Status")


@strawberry.type
class Member:
    """A person of the team."""

    id: strawberry.ID
    name: str
    email: str

    @classmethod
    def of(cls, row: tables.Member) -> Member:
        """Return a row as the API shows it."""
        return cls(id=strawberry.ID(to_id("Member", row.id)), name=row.name, email=row.email)


@strawberry.type
class Sequence:
    """A sequence."""

    id: strawberry.ID
    name: str
    archived: bool
    owner_number: strawberry.Private[int]

    @strawberry.field
    async def owner(self, info: Info) -> Member:
        """Return the owner."""
        row = await info.context.members.load(self.owner_number)
        if row is None:
            raise LookupError(self.owner_number)
        return Member.of(row)

    @classmethod
    def of(cls, row: tables.Sequence) -> Sequence:
        """Return a row as the API shows it."""
        return cls(
            id=strawberry.ID(to_id("Sequence", row.id)),
            name=row.name,
            archived=row.archived,
            owner_number=row.owner_id,
        )


@strawberry.type
class Contact:
    """A contact."""

    id: strawberry.ID
    email: str
    first_name: str | None
    last_name: str | None
    statuses: list[StatusName]  # type: ignore[valid-type]
    version: int
    updated_at: datetime
    sequence_number: strawberry.Private[int | None]

    @strawberry.field
    async def sequence(self, info: Info) -> Sequence | None:
        """Return the sequence."""
        row = await info.context.sequences.load(self.sequence_number) if self.sequence_number else None
        return Sequence.of(row) if row else None

    @classmethod
    def of(cls, row: tables.Contact) -> Contact:
        """Return a row as the API shows it."""
        return cls(
            id=strawberry.ID(to_id("Contact", row.id)),
            email=row.email,
            first_name=row.first_name,
            last_name=row.last_name,
            statuses=in_order(row.statuses),
            version=row.version,
            updated_at=row.updated_at,
            sequence_number=row.sequence_id,
        )


@strawberry.type
class PageInfo:
    """Where a page stands."""

    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class ContactConnection:
    """A page of contacts."""

    nodes: list[Contact]
    page_info: PageInfo


@strawberry.type
class Activity:
    """A line of the log."""

    kind: str
    rules: list[str]


@strawberry.type
class Reason:
    """Why a change is refused."""

    code: str
    message: str


@strawberry.type
class SetStatusSuccess:
    """The contact was changed."""

    before: list[StatusName]  # type: ignore[valid-type]
    after: list[StatusName]  # type: ignore[valid-type]
    contact: Contact
    activity: Activity


@strawberry.type
class SetStatusFailure:
    """Nothing was changed."""

    reasons: list[Reason]


SetStatusResult = Annotated[SetStatusSuccess | SetStatusFailure, strawberry.union("SetStatusResult")]
