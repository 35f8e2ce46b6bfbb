"""Pages of contacts."""

import strawberry

from models.contact_lists import ContactFilter
from models.paging import Order
from resolvers import reading
from schema.contacts import Contact
from schema.context import Info
from schema.paging import PageInfo, cursor


@strawberry.type(description="One contact of a page.")
class ContactEdge:
    """One contact of a page."""

    cursor: str = strawberry.field(description="Where the contact stands in the list.")
    node: Contact = strawberry.field(description="The contact.")


@strawberry.type(description="A page of contacts.")
class ContactConnection:
    """A page of contacts."""

    wanted: strawberry.Private[ContactFilter]
    list_: strawberry.Private[str]
    order: strawberry.Private[Order[Contact]]
    nodes: list[Contact] = strawberry.field(description="The contacts.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")

    @strawberry.field(description="The contacts with their cursors.")
    def edges(self) -> list[ContactEdge]:
        """Return the contacts with their cursors, which are made only if asked for."""
        return [
            ContactEdge(cursor=cursor(self.list_, self.order.key(node)), node=node) for node in self.nodes
        ]

    @strawberry.field(description="How many contacts the filter lets through; counted only if asked for.")
    async def total_count(self, info: Info) -> int:
        """Count the contacts."""
        return await reading.contact_count(info.context.context, self.wanted)
