"""The log of a contact."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from importlib import import_module
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated, Any, Final

import strawberry

from models import tables
from models.paging import Order, Slice
from models.tables import ActivityKind
from rules.events import Category, Event
from rules.facts import Channel
from rules.statuses import Status, in_order
from schema.context import Info
from schema.enums import CODES, ReasonCode
from schema.ids import to_id
from schema.members import Member, System, member
from schema.node import Node
from schema.paging import PageInfo, cursor, page_info
from schema.selection import planned
from schema.sequence_plans import SequencePlan
from schema.sequences import Sequence

if TYPE_CHECKING:
    from schema.contacts import Contact

Actor = Annotated[
    Member | System, strawberry.union("Actor", description="Who did it: a member, or the system.")
]


async def actor(info: Info, member_id: int | None) -> Actor:
    """Return who did it."""
    return System() if member_id is None else await member(info, member_id)


READ: Final[dict[str, Callable[[tables.Activity], Any]]] = {
    **{
        name: attrgetter(name) for name in ("kind", "happened_at", "recorded_at", "cause", "channel", "rules")
    },
    **{name: attrgetter(name) for name in ("source", "source_id", "why", "note", "version")},
    "id": lambda row: to_id("Activity", row.id),
    "before": lambda row: in_order(row.before),
    "after": lambda row: in_order(row.after),
    "ignored_because": lambda row: [CODES[name] for name in row.reasons if name in CODES],
    "bulk_id": lambda row: None if row.bulk_id is None else to_id("Bulk", row.bulk_id),
}
"""How the fields of a line are read off its row."""


@strawberry.type(description="One line of a contact's log. Lines are only ever added.")
class Activity(Node):
    """One line of a contact's log."""

    row: strawberry.Private[tables.Activity]
    kind: ActivityKind = strawberry.field(description="What the line tells.")
    happened_at: datetime = strawberry.field(description="When it happened.")
    recorded_at: datetime = strawberry.field(description="When we learned of it.")
    cause: Event | None = strawberry.field(description="The event that made the system act; null by hand.")
    channel: Channel | None = strawberry.field(description="How a reply came (S39).")
    before: list[Status] = strawberry.field(description="The set before, in the enum's order.")
    after: list[Status] = strawberry.field(description="The set after, in the enum's order.")
    rules: list[str] = strawberry.field(description="The rows of the table that allowed it, read aloud.")
    ignored_because: list[ReasonCode] = strawberry.field(
        description="Why an event changed nothing; empty for any other line."
    )
    source: str | None = strawberry.field(description="Who reported the event.")
    source_id: str | None = strawberry.field(description="The event's id at the source.")
    why: str | None = strawberry.field(
        description="How a machine came to see it so: what a message is, and which category it speaks for."
    )
    note: str | None = strawberry.field(description="What whoever did it wrote down.")
    bulk_id: strawberry.ID | None = strawberry.field(
        description="Of a change that was made with others in one call: names that call, to undo it."
    )
    version: int | None = strawberry.field(
        description="The contact's version after it; null if the contact was not changed."
    )

    @classmethod
    def of(cls, row: tables.Activity) -> "Activity":
        """Return a stored line as the API shows it: what is asked for is read off the row when it is."""
        shown = cls.__new__(cls)
        shown.row = row
        return shown

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name in READ:
                return READ[name](self.row)
            raise AttributeError(name)

    @strawberry.field(description="Who did it.")
    async def by(self, info: Info) -> Actor:
        """Return who did it."""
        return await actor(info, self.row.member_id)

    @strawberry.field(
        description="The inbox category: of a reply the present one, which a person may have corrected; of"
        " another line the one it tells of. Null if nobody gave one."
    )
    async def category(self, info: Info) -> Category | None:
        """Return the category."""
        if self.row.cause is not Event.REPLY_RECEIVED or self.row.reply_id:
            return self.row.category
        return await info.context.loaders.categories.load(self.row.id) or self.row.category

    @strawberry.field(description="Of a line that puts a reply into a category: the line of the reply.")
    async def reply(self, info: Info) -> "Activity | None":
        """Return the line of the reply."""
        found = await info.context.loaders.lines.load(self.row.reply_id) if self.row.reply_id else None
        return Activity.of(found) if found else None

    @strawberry.field(description="Of a line that undoes another: that one.")
    async def undoes(self, info: Info) -> "Activity | None":
        """Return the line that this one undoes."""
        found = await info.context.loaders.lines.load(self.row.undoes) if self.row.undoes else None
        return Activity.of(found) if found else None

    @strawberry.field(description="The contact it is about, as it is now; null if it is not for you.")
    async def contact(self, info: Info) -> Annotated["Contact", strawberry.lazy("schema.contacts")] | None:
        """Return the contact."""
        plan = planned(info, import_module("schema.contact_plans").ContactPlan)
        found: Contact | None = await info.context.loaders.planned(plan).load(self.row.contact_id)
        return found

    @strawberry.field(description="The sequence the contact was in.")
    async def sequence(self, info: Info) -> Sequence | None:
        """Return the sequence."""
        if self.row.sequence_id is None:
            return None
        plan = planned(info, SequencePlan)
        found: Sequence | None = await info.context.loaders.planned(plan).load(self.row.sequence_id)
        return found


@strawberry.type(description="One line of a page.")
class ActivityEdge:
    """One line of a page."""

    cursor: str = strawberry.field(description="Where the line stands in the list.")
    node: Activity = strawberry.field(description="The line.")


@strawberry.type(
    description="A page of lines: of a contact's log, the newest first, or of the team's changes."
)
class ActivityConnection:
    """A page of lines."""

    count: strawberry.Private[Callable[[], Awaitable[int]]]
    edges: list[ActivityEdge] = strawberry.field(description="The lines with their cursors.")
    nodes: list[Activity] = strawberry.field(description="The lines.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")

    @classmethod
    def of(
        cls,
        list_: str,
        order: Order[tables.Activity],
        found: Slice[tables.Activity],
        count: Callable[[], Awaitable[int]],
    ) -> "ActivityConnection":
        """Return a page of stored lines as the API shows it; `count` counts the whole list."""
        nodes = [Activity.of(row) for row in found.records]
        return cls(
            count=count,
            edges=[ActivityEdge(cursor=cursor(list_, order.key(node.row)), node=node) for node in nodes],
            nodes=nodes,
            page_info=page_info(list_, order, found),
        )

    @strawberry.field(description="How many lines the list has; counted only if asked for.")
    async def total_count(self) -> int:
        """Count the lines."""
        return await self.count()


def list_name(contact_id: int) -> str:
    """Return what the cursors of a contact's log are bound to."""
    return f"activity:{contact_id}"
