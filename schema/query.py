"""The queries."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from collections.abc import Sequence as Sequence_
from typing import Annotated, Any, TypeAlias

import strawberry

from models.sequence_reads import BY_AGE
from models.tables import Scope
from resolvers import bulk_changes as bulk_cases
from resolvers import deliveries, reading, webhooks_out
from schema import bulk_changes as bulk
from schema import feed, sendable, sequence_plans
from schema.activity import Activity, ActivityConnection
from schema.bulk_changes import BulkChange, BulkChangeConnection
from schema.bulk_preview import PreviewBulkChangeResult, preview_bulk_change
from schema.contact_pages import ContactConnection
from schema.contact_plans import OF_A_PAGE, ContactPlan
from schema.contacts import After, Before, Contact, First, Last
from schema.context import Info, allow
from schema.errors import BadInput
from schema.filters import ALL, BY_DEFAULT, ContactFilter, ContactOrder
from schema.ids import kind_and_number, number_of
from schema.members import Member, Team, Viewer
from schema.node import Node
from schema.paging import MOST, page_info, window
from schema.selection import Asked, planned
from schema.sendable import SendableConnection
from schema.sequence_plans import SequencePlan
from schema.sequences import Sequence, SequenceConnection, Step
from schema.table import RULES, StatusRule
from schema.webhooks import Delivery, Webhook, WebhookQuery

Find: TypeAlias = Callable[[Info, Sequence_[int]], Awaitable[Mapping[int, Node]]]
Id = Annotated[strawberry.ID, strawberry.argument(description="A global id.")]


@strawberry.type(description="What can be asked.")
class Query(WebhookQuery):
    """What can be asked."""

    @strawberry.field(description="Whom the credentials stand for.")
    async def viewer(self, info: Info) -> Viewer | None:
        """Return whom the credentials stand for."""
        context = info.context.context
        caller = context.caller
        team = await reading.team(context)
        row = await info.context.loaders.members.load(caller.member_id) if caller.member_id else None
        if team is None:
            raise LookupError(f"team {caller.team_id} of a valid key is not there")
        return Viewer(
            member=Member.of(row) if row else None,
            team=Team.of(team),
            scopes=sorted(caller.scopes, key=lambda scope: scope.name),
        )

    @strawberry.field(description="The object with this id; null if there is none, or not for you.")
    async def node(self, info: Info, id: Id) -> Node | None:  # noqa: A002 - Relay's name
        """Return the object with this id."""
        allow(info, Scope.READ)
        return (await _nodes(info, [id]))[0]

    @strawberry.field(
        description="The objects with these ids, in order; null where there is none. At most 100."
    )
    async def nodes(
        self,
        info: Info,
        ids: Annotated[list[strawberry.ID], strawberry.argument(description="Global ids; at most 100.")],
    ) -> list[Node | None]:
        """Return the objects with these ids."""
        allow(info, Scope.READ)
        if len(ids) > MOST:
            raise BadInput(f"Give at most {MOST} ids; these are {len(ids)}.")
        return await _nodes(info, ids)

    @strawberry.field(
        description="A contact by its id or by its address; null if there is none, or not for you."
    )
    async def contact(
        self,
        info: Info,
        id: Annotated[  # noqa: A002 - the API's name
            strawberry.ID | None, strawberry.argument(description="The contact's id.")
        ] = None,
        email: Annotated[
            str | None, strawberry.argument(description="The contact's address, whatever its case.")
        ] = None,
    ) -> Contact | None:
        """Return a contact."""
        context = allow(info, Scope.READ)
        if (id is None) == (email is None):
            raise BadInput("Give either `id` or `email`.")
        plan, number = planned(info, ContactPlan), number_of("Contact", id) or 0
        if email is not None:
            row = await reading.contact_by_email(context, email, plan.parts)
        else:
            row = await reading.contact(context, number, plan.parts)
        return await plan.one(context, row)

    @strawberry.field(
        description="Contacts that you may see, page by page; the list is stable while rows change."
    )
    async def contacts(  # noqa: PLR0917 - called by name
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: Annotated[  # noqa: A002 - the API's name
            ContactFilter | None, strawberry.argument(description="Which contacts; all if left out.")
        ] = None,
        order_by: Annotated[
            ContactOrder | None, strawberry.argument(description="In what order; by age if left out.")
        ] = None,
    ) -> ContactConnection:
        """Return a page of contacts."""
        context = allow(info, Scope.READ)
        name, order, read = order_by.listed() if order_by else BY_DEFAULT
        part = window(name, order, first=first, after=after, last=last, before=before)
        wanted, plan = filter.wanted() if filter else ALL, planned(info, OF_A_PAGE[read])
        found = await reading.contact_page(context, wanted, order, part, plan.parts)
        return ContactConnection(
            wanted=wanted,
            list_=name,
            order=order,
            nodes=await plan.page(context, found.records),  # type: ignore[arg-type]
            page_info=page_info(name, order, plan.keys(found)),
        )

    @strawberry.field(description="A sequence; null if there is none.")
    async def sequence(self, info: Info, id: Id) -> Sequence | None:  # noqa: A002 - the API's name
        """Return a sequence."""
        context, number = allow(info, Scope.READ), number_of("Sequence", id) or 0
        return (await planned(info, SequencePlan).read(context, [number])).get(number)

    @strawberry.field(description="The team's sequences, page by page, the oldest first.")
    async def sequences(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> SequenceConnection:
        """Return a page of sequences."""
        context = allow(info, Scope.READ)
        part = window("sequences", BY_AGE, first=first, after=after, last=last, before=before)
        plan = planned(info, sequence_plans.of_a_page)
        found = await reading.sequence_page(context, part, plan.parts)
        return SequenceConnection.of(await plan.page(context, found))

    changes: ActivityConnection = strawberry.field(
        resolver=feed.changes,
        description="Every change of statuses, from the beginning, of the contacts that you may see. Nothing"
        " ever appears before what you have read: ask again with the last `endCursor` as `after`, and you"
        " miss none and meet none twice. Those of one contact come in the order of its versions. A change is"
        " shown once every transaction begun before it has ended: within moments.",
    )

    preview_bulk_change: PreviewBulkChangeResult = strawberry.field(
        resolver=preview_bulk_change,
        description="Count what a change would come to for every contact that a filter lets through, and get"
        " the token that starts it. Stores nothing; wants a key that may write.",
    )
    bulk_change: BulkChange | None = strawberry.field(
        resolver=bulk.by_id, description="A bulk change; null if there is none, or not for you."
    )
    bulk_changes: BulkChangeConnection = strawberry.field(
        resolver=bulk.page,
        description="The team's bulk changes, the newest first; in private mode your own.",
    )

    @strawberry.field(
        description="For a sender: the contacts of a sequence whose next step may go out now, with that step"
        " as it reads for each. It is who can receive email, and nothing else."
    )
    async def sendable(
        self,
        info: Info,
        sequence_id: Annotated[strawberry.ID, strawberry.argument(description="The sequence.")],
        first: First = None,
        after: After = None,
    ) -> SendableConnection:
        """Return a page of contacts whose next step may go out now."""
        context, number = allow(info, Scope.READ, Scope.EVENTS), number_of("Sequence", sequence_id) or 0
        name, order = sendable.list_name(number), sendable.BY_AGE
        part = window(name, order, first=first, after=after, last=None, before=None)
        plan = planned(info, sendable.of_sendable)
        found = await reading.contact_page(context, sendable.wanted(number), order, part, plan.parts)
        steps = (await reading.steps_of(context, [number]))[number]
        shown = await plan.page(context, found.records)
        return sendable.connection(number, shown, page_info(name, order, plan.keys(found)), steps)

    @strawberry.field(
        description="The table itself: every way in which statuses change. What has no row is refused (S51)."
    )
    def status_rules(self) -> list[StatusRule]:
        """Return the table."""
        return RULES


async def _nodes(info: Info, global_ids: Sequence_[str]) -> list[Node | None]:
    """Return the objects global ids name, of whatever types; each type is read in one go."""
    named = [kind_and_number(each) for each in global_ids]
    numbers: dict[str, list[int]] = {}
    for kind, number in filter(None, named):
        numbers.setdefault(kind, []).append(number)
    kinds = [kind for kind in numbers if kind in _NODES]
    found = await asyncio.gather(*(_NODES[kind](info, numbers[kind]) for kind in kinds))
    of_kind = dict(zip(kinds, found, strict=True))
    return [of_kind.get(each[0], {}).get(each[1]) if each else None for each in named]


async def _teams(info: Info, numbers: Collection[int]) -> Mapping[int, Node]:
    context = info.context.context
    row = await reading.team(context) if context.team_id in numbers else None
    return {row.id: Team.of(row)} if row else {}


def _planned(plan: Callable[[Asked], Any]) -> Find:
    return lambda info, numbers: planned(info, plan).read(info.context.context, numbers)


def _shown(read: Callable[..., Awaitable[Mapping[int, Any]]], show: Callable[[Any], Node]) -> Find:
    async def find(info: Info, numbers: Sequence_[int]) -> Mapping[int, Node]:
        found = await read(info.context.context, numbers)
        return {number: show(row) for number, row in found.items()}

    return find


_NODES: dict[str, Find] = {
    "Contact": _planned(ContactPlan),
    "Sequence": _planned(SequencePlan),
    "Step": _shown(reading.steps_by_ids, Step.of),
    "Member": _shown(reading.members, Member.of),
    "Activity": _shown(reading.activity_by_ids, Activity.of),
    "Team": _teams,
    "Webhook": _shown(webhooks_out.by_ids, Webhook.of),
    "Delivery": _shown(deliveries.by_ids, Delivery.of),
    "BulkChange": _shown(bulk_cases.by_ids, BulkChange.of),
}
