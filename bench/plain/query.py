"""The queries, each as one writes it: a session, a select, objects."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator

import strawberry
from sqlalchemy import ColumnElement, SmallInteger, select
from sqlmodel import col

from bench.plain.types import Contact, ContactConnection, Info, PageInfo, StatusName
from models import tables
from models.columns import to_bits
from schema.ids import number_of
from schema.paging import cursor


@strawberry.input
class StatusFilter:
    """Which sets of statuses."""

    all: list[StatusName] | None = None  # type: ignore[valid-type]
    none: list[StatusName] | None = None  # type: ignore[valid-type]


@strawberry.input
class ContactFilter:
    """Which contacts."""

    sequence_id: strawberry.ID | None = None
    in_sequence: bool | None = None
    statuses: StatusFilter | None = None

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """Yield what must hold."""
        if self.sequence_id:
            yield col(tables.Contact.sequence_id) == number_of("Sequence", self.sequence_id)
        if self.in_sequence:
            yield col(tables.Contact.sequence_id).is_not(None)
        common = col(tables.Contact.statuses).op("&", return_type=SmallInteger())
        if self.statuses and self.statuses.all:
            bits = to_bits(frozenset(self.statuses.all))
            yield common(bits) == bits
        if self.statuses and self.statuses.none:
            yield common(to_bits(frozenset(self.statuses.none))) == 0


@strawberry.type
class Query:
    """What can be asked."""

    @strawberry.field
    async def contact(self, info: Info, id: strawberry.ID) -> Contact | None:  # noqa: A002 - the API's name
        """Return a contact."""
        row = await info.context.contacts.load(number_of("Contact", id) or 0)
        return Contact.of(row) if row else None

    @strawberry.field
    async def contacts(
        self,
        info: Info,
        first: int = 50,
        after: str | None = None,
        filter: ContactFilter | None = None,  # noqa: A002 - the API's name
    ) -> ContactConnection:
        """Return a page of contacts."""
        query = select(tables.Contact).where(col(tables.Contact.team_id) == info.context.team_id)
        if after:
            query = query.where(col(tables.Contact.id) > _place(after))
        if filter:
            query = query.where(*filter.conditions())
        async with info.context.sessions() as session:
            query = query.order_by(col(tables.Contact.id)).limit(first + 1)
            rows = (await session.exec(query)).scalars().all()  # type: ignore[call-overload]
        nodes = [Contact.of(row) for row in rows[:first]]
        end = cursor("contacts:CREATED_AT:ASC", (rows[:first][-1].id,)) if nodes else None
        return ContactConnection(
            nodes=nodes, page_info=PageInfo(has_next_page=len(rows) > first, end_cursor=end)
        )


def _place(after: str) -> int:
    """Return the contact that a cursor stands behind."""
    return int(json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))[1])
