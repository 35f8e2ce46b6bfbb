"""Bulk changes: how far they are, and what became of each contact."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from typing import Annotated

import strawberry

from models import tables
from models.bulk import BY_CONTACT, NEWEST_FIRST, ItemFilter
from models.paging import Slice
from models.tables import BulkOutcome, BulkState, Scope
from resolvers import bulk_changes, bulk_progress
from rules.statuses import Status
from schema.bulk_counts import ReasonCount, reason_counts
from schema.bulk_results import BulkResultConnection
from schema.contacts import After, Before, First, Last
from schema.context import Info, allow
from schema.enums import ReasonCode, describe, meanings
from schema.ids import number_of, to_id
from schema.members import Member, member
from schema.node import Node
from schema.paging import PageInfo, cursor, page_info, window

LIST = "bulkChanges"

describe(BulkState, "How far a bulk change is.", meanings(BulkState))


@strawberry.type(
    description="A change of the statuses of many contacts, which a worker makes: each contact for itself, as"
    " whoever started it. It survives whatever is restarted, and changes no contact twice."
)
class BulkChange(Node):
    """A change of the statuses of many contacts."""

    row: strawberry.Private[tables.BulkChange]
    state: BulkState = strawberry.field(description="How far it is.")
    add: list[Status] = strawberry.field(description="The statuses to put on, in this order.")
    remove: list[Status] = strawberry.field(description="The statuses to take off, before.")
    note: str | None = strawberry.field(description="The remark that stands in the log.")
    total: int = strawberry.field(description="How many contacts it has.")
    done: int = strawberry.field(description="How many of them were looked at.")
    changed: int = strawberry.field(description="How many were changed.")
    refused: int = strawberry.field(description="How many were left as they are; `results` says why.")
    reasons: list[ReasonCount] = strawberry.field(description="Why: the most frequent reason first.")
    created_at: datetime = strawberry.field(description="When it was started.")
    updated_at: datetime = strawberry.field(description="When it last went on.")
    ended_at: datetime | None = strawberry.field(description="When it was done or cancelled.")

    @classmethod
    def of(cls, row: tables.BulkChange) -> "BulkChange":
        """Return a stored bulk change as the API shows it."""
        return cls(
            id=strawberry.ID(to_id("BulkChange", row.id)),
            row=row,
            state=row.state,
            add=[Status[name] for name in row.adds],
            remove=[Status[name] for name in row.removes],
            note=row.note,
            total=row.total,
            done=row.changed + row.refused,
            changed=row.changed,
            refused=row.refused,
            reasons=reason_counts(row.reasons),
            created_at=row.created_at,
            updated_at=row.updated_at,
            ended_at=row.ended_at,
        )

    @strawberry.field(description="Who started it, and acts in it.")
    async def by(self, info: Info) -> Member:
        """Return who started it."""
        return await member(info, self.row.member_id)

    @strawberry.field(description="What became of its contacts, contact by contact.")
    async def results(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        outcome: Annotated[
            BulkOutcome | None, strawberry.argument(description="Only contacts with this outcome.")
        ] = None,
        code: Annotated[
            ReasonCode | None, strawberry.argument(description="Only contacts refused with this reason.")
        ] = None,
    ) -> BulkResultConnection:
        """Return a page of what became of its contacts."""
        name = f"results:{self.row.id}"
        part = window(name, BY_CONTACT, first=first, after=after, last=None, before=None)
        wanted = ItemFilter(outcome, code and code.name)
        found = await bulk_changes.items(info.context.context, self.row.id, wanted, part)
        return BulkResultConnection.of(name, self.row.id, wanted, found)


@strawberry.type(description="One bulk change of a page.")
class BulkChangeEdge:
    """One bulk change of a page."""

    cursor: str = strawberry.field(description="Where it stands in the list.")
    node: BulkChange = strawberry.field(description="The bulk change.")


@strawberry.type(description="A page of bulk changes, the newest first.")
class BulkChangeConnection:
    """A page of bulk changes."""

    edges: list[BulkChangeEdge] = strawberry.field(description="The bulk changes with their cursors.")
    nodes: list[BulkChange] = strawberry.field(description="The bulk changes.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")

    @classmethod
    def of(cls, found: Slice[tables.BulkChange]) -> "BulkChangeConnection":
        """Return a page of stored bulk changes as the API shows it."""
        nodes = [BulkChange.of(row) for row in found.records]
        return cls(
            edges=[
                BulkChangeEdge(cursor=cursor(LIST, NEWEST_FIRST.key(each.row)), node=each) for each in nodes
            ],
            nodes=nodes,
            page_info=page_info(LIST, NEWEST_FIRST, found),
        )

    @strawberry.field(description="How many there are; counted only if asked for.")
    async def total_count(self, info: Info) -> int:
        """Count the bulk changes."""
        return await bulk_changes.count(info.context.context)


Id = Annotated[strawberry.ID, strawberry.argument(description="The bulk change.")]


async def by_id(info: Info, id: Id) -> BulkChange | None:  # noqa: A002 - the API's name
    """Return a bulk change."""
    number = number_of("BulkChange", id) or 0
    found = (await bulk_changes.by_ids(allow(info, Scope.READ), [number])).get(number)
    return BulkChange.of(found) if found else None


async def page(
    info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
) -> BulkChangeConnection:
    """Return a page of bulk changes."""
    context = allow(info, Scope.READ)
    part = window(LIST, NEWEST_FIRST, first=first, after=after, last=last, before=before)
    return BulkChangeConnection.of(await bulk_changes.page(context, part))


def progress(info: Info, id: Id) -> AsyncGenerator[BulkChange]:  # noqa: A002 - the API's name
    """Follow a bulk change."""
    context, number = allow(info, Scope.READ), number_of("BulkChange", id) or 0

    async def follow() -> AsyncGenerator[BulkChange]:
        async with aclosing(bulk_progress.follow(info.context.feeds, context, number)) as found:
            async for change in found:
                info.context.renew()
                yield BulkChange.of(change)

    return follow()
