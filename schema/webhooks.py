"""Webhooks and their deliveries as the API shows them."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated

import strawberry

from models import tables
from models.columns import to_set
from models.deliveries import NEWEST_FIRST
from models.paging import Slice
from models.tables import ActivityKind, DeliveryState, Scope
from resolvers import deliveries, webhooks_out
from rules.statuses import Status, in_order
from schema.activity import Activity
from schema.contacts import After, Before, First, Last
from schema.context import Info, allow
from schema.ids import number_of, to_id
from schema.members import Member, member
from schema.node import Node
from schema.paging import PageInfo, cursor, page_info, window
from schema.selection import planned
from schema.sequence_plans import SequencePlan
from schema.sequences import Sequence


@strawberry.type(
    description="Where the team's changes of statuses are sent, as Standard Webhooks: signed, those of a"
    " contact in their order, each until it is answered 2xx, for a day."
)
class Webhook(Node):
    """Where changes are sent."""

    row: strawberry.Private[tables.Webhook]
    url: str = strawberry.field(description="Where to.")
    kinds: list[ActivityKind] | None = strawberry.field(
        description="Lines of these kinds; null: of every kind that `changes` has."
    )
    statuses: list[Status] | None = strawberry.field(
        description="Lines that put on or took off at least one of these; null: whatever they changed."
    )
    enabled: bool = strawberry.field(description="Whether anything is sent.")
    disabled_at: datetime | None = strawberry.field(description="Since when nothing is sent.")
    disabled_because: str | None = strawberry.field(
        description="Why nothing is sent: a member switched it off, the receiver answered 410, or nothing"
        " could be delivered for a day."
    )
    failing_since: datetime | None = strawberry.field(
        description="Since when nothing could be delivered; null if the latest attempt was answered 2xx."
    )
    previous_secret_until: datetime | None = strawberry.field(
        description="Until when messages are signed with the secret before the last rotation, too."
    )
    created_at: datetime = strawberry.field(description="When it was created.")

    @classmethod
    def of(cls, row: tables.Webhook) -> "Webhook":
        """Return a stored webhook as the API shows it; never its secret."""
        return cls(
            id=strawberry.ID(to_id("Webhook", row.id)),
            row=row,
            url=row.url,
            kinds=None if row.kinds is None else [ActivityKind[name] for name in row.kinds],
            statuses=None if row.statuses is None else in_order(to_set(row.statuses)),
            enabled=row.disabled_at is None,
            disabled_at=row.disabled_at,
            disabled_because=row.disabled_because,
            failing_since=row.failing_since,
            previous_secret_until=row.previous_until,
            created_at=row.created_at,
        )

    @strawberry.field(description="Who created it: it tells of the contacts that this member sees.")
    async def creator(self, info: Info) -> Member:
        """Return who created it."""
        return await member(info, self.row.member_id)

    @strawberry.field(description="Lines of contacts in this sequence; null: in any.")
    async def sequence(self, info: Info) -> Sequence | None:
        """Return the sequence it is about."""
        if self.row.sequence_id is None:
            return None
        plan = planned(info, SequencePlan)
        found: Sequence | None = await info.context.loaders.planned(plan).load(self.row.sequence_id)
        return found


@strawberry.type(
    description="One message to a webhook, on its way or at an end. Its id is the message's `webhook-id`."
)
class Delivery(Node):
    """One message to a webhook."""

    row: strawberry.Private[tables.WebhookDelivery]
    state: DeliveryState = strawberry.field(description="How far it has come.")
    attempts: int = strawberry.field(description="How often it was sent, since it was last put back.")
    status_code: int | None = strawberry.field(
        description="What the receiver answered last; null if it did not answer."
    )
    reason: str | None = strawberry.field(description="Why the latest attempt does not count, in a sentence.")
    next_at: datetime | None = strawberry.field(
        description="When it is sent next, after any earlier one of the contact; null at an end."
    )
    created_at: datetime = strawberry.field(description="When it was put up for sending.")
    finished_at: datetime | None = strawberry.field(description="When it came to its end.")

    @classmethod
    def of(cls, row: tables.WebhookDelivery) -> "Delivery":
        """Return a stored delivery as the API shows it."""
        return cls(
            id=strawberry.ID(to_id("Delivery", row.id)),
            row=row,
            state=row.state,
            attempts=row.attempts,
            status_code=row.status,
            reason=row.reason,
            next_at=None if row.finished_at else row.next_at,
            created_at=row.created_at,
            finished_at=row.finished_at,
        )

    @strawberry.field(description="The line of the log that it tells of; null for a test.")
    async def activity(self, info: Info) -> Activity | None:
        """Return the line it tells of."""
        found = await info.context.loaders.lines.load(self.row.activity_id) if self.row.activity_id else None
        return Activity.of(found) if found else None


@strawberry.type(description="One delivery of a page.")
class DeliveryEdge:
    """One delivery of a page."""

    cursor: str = strawberry.field(description="Where the delivery stands in the list.")
    node: Delivery = strawberry.field(description="The delivery.")


@strawberry.type(description="A page of deliveries, the newest first.")
class DeliveryConnection:
    """A page of deliveries."""

    count: strawberry.Private[Callable[[], Awaitable[int]]]
    edges: list[DeliveryEdge] = strawberry.field(description="The deliveries with their cursors.")
    nodes: list[Delivery] = strawberry.field(description="The deliveries.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")

    @classmethod
    def of(
        cls, name: str, found: Slice[tables.WebhookDelivery], count: Callable[[], Awaitable[int]]
    ) -> "DeliveryConnection":
        """Return a page of deliveries; `count` counts the whole list."""
        nodes = [Delivery.of(row) for row in found.records]
        key = NEWEST_FIRST.key
        return cls(
            count=count,
            edges=[DeliveryEdge(cursor=cursor(name, key(node.row)), node=node) for node in nodes],
            nodes=nodes,
            page_info=page_info(name, NEWEST_FIRST, found),
        )

    @strawberry.field(description="How many deliveries the list has; counted only if asked for.")
    async def total_count(self) -> int:
        """Count the deliveries."""
        return await self.count()


@strawberry.type(description="What can be asked about webhooks.")
class WebhookQuery:
    """What can be asked about webhooks."""

    @strawberry.field(
        description="The team's webhooks, at most 20, the oldest first; in private mode your own."
    )
    async def webhooks(self, info: Info) -> list[Webhook]:
        """Return the webhooks."""
        return [Webhook.of(row) for row in await webhooks_out.listed(allow(info, Scope.READ))]

    @strawberry.field(
        description="A webhook's deliveries, the newest first; those at an end are kept for 30 days."
    )
    async def deliveries(  # noqa: PLR0917 - called by name
        self,
        info: Info,
        webhook_id: Annotated[strawberry.ID, strawberry.argument(description="The webhook.")],
        state: Annotated[
            DeliveryState | None, strawberry.argument(description="Those in this state; all if left out.")
        ] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> DeliveryConnection:
        """Return a page of deliveries."""
        context, number = allow(info, Scope.READ), number_of("Webhook", webhook_id) or 0
        name = f"deliveries:{number}"
        part = window(name, NEWEST_FIRST, first=first, after=after, last=last, before=before)
        found = await deliveries.page(context, number, state, part)
        return DeliveryConnection.of(name, found, lambda: deliveries.count(context, number, state))
