"""What became of each contact of a bulk change."""

from importlib import import_module

import strawberry

from models import tables
from models.bulk import BY_CONTACT, ItemFilter
from models.paging import Slice
from models.tables import BulkOutcome
from resolvers import bulk_changes, told
from schema.activity import Activity
from schema.contacts import Contact
from schema.context import Info
from schema.enums import describe, meanings
from schema.paging import PageInfo, cursor, page_info
from schema.reasons import Reason, reason_of
from schema.selection import planned

describe(BulkOutcome, "What became of one contact of a bulk change.", meanings(BulkOutcome))


@strawberry.type(description="What became of one contact of a bulk change.")
class BulkResult:
    """What became of one contact of a bulk change."""

    row: strawberry.Private[tables.BulkItem]
    outcome: BulkOutcome = strawberry.field(description="What became of it.")
    reasons: list[Reason] = strawberry.field(
        description="Why it was refused: every reason, in order; empty unless it was."
    )

    @classmethod
    def of(cls, row: tables.BulkItem) -> "BulkResult":
        """Return what became of a contact as the API shows it."""
        reasons = [reason_of(told.read(each), told.owner_of(each)) for each in row.reasons or ()]
        return cls(row=row, outcome=row.outcome, reasons=reasons)

    @strawberry.field(description="The contact, as it is now; null if it is not for you.")
    async def contact(self, info: Info) -> Contact | None:
        """Return the contact."""
        plan = planned(info, import_module("schema.contact_plans").ContactPlan)
        found: Contact | None = await info.context.loaders.planned(plan).load(self.row.contact_id)
        return found

    @strawberry.field(description="The line of the log that it left; null unless it was changed.")
    async def activity(self, info: Info) -> Activity | None:
        """Return the line of the log."""
        number = self.row.activity_id
        found = await info.context.loaders.lines.load(number) if number else None
        return Activity.of(found) if found else None


@strawberry.type(description="One contact of a page.")
class BulkResultEdge:
    """One contact of a page."""

    cursor: str = strawberry.field(description="Where the contact stands in the list.")
    node: BulkResult = strawberry.field(description="What became of it.")


@strawberry.type(description="A page of what became of the contacts of a bulk change, the oldest first.")
class BulkResultConnection:
    """A page of what became of the contacts of a bulk change."""

    bulk_id: strawberry.Private[int]
    wanted: strawberry.Private[ItemFilter]
    edges: list[BulkResultEdge] = strawberry.field(description="The contacts with their cursors.")
    nodes: list[BulkResult] = strawberry.field(description="What became of the contacts.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")

    @classmethod
    def of(
        cls, list_: str, bulk_id: int, wanted: ItemFilter, found: Slice[tables.BulkItem]
    ) -> "BulkResultConnection":
        """Return a page of what is stored as the API shows it."""
        nodes = [BulkResult.of(item) for item in found.records]
        return cls(
            bulk_id=bulk_id,
            wanted=wanted,
            edges=[
                BulkResultEdge(cursor=cursor(list_, BY_CONTACT.key(each.row)), node=each) for each in nodes
            ],
            nodes=nodes,
            page_info=page_info(list_, BY_CONTACT, found),
        )

    @strawberry.field(description="How many contacts the list has; counted only if asked for.")
    async def total_count(self, info: Info) -> int:
        """Count the contacts."""
        return await bulk_changes.item_count(info.context.context, self.bulk_id, self.wanted)
