"""The queries."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeAlias

import strawberry

from models.contact_lists import ContactOrderField
from models.contact_lists import order as contact_order
from models.sequences import BY_AGE
from models.tables import Scope
from resolvers import reading
from schema import feed, sendable
from schema.activity import Activity, ActivityConnection
from schema.contact_pages import ContactConnection
from schema.contacts import After, Before, Contact, First, Last
from schema.context import Info, allow
from schema.enums import OrderDirection
from schema.errors import BadInput
from schema.filters import ContactFilter, ContactOrder
from schema.ids import kind_and_number, number_of
from schema.members import Member, Team, Viewer
from schema.node import Node
from schema.paging import MOST, window
from schema.sendable import SendableConnection
from schema.sequences import Sequence, SequenceConnection, Step
from schema.table import RULES, StatusRule

Find: TypeAlias = Callable[[Info, int], Awaitable[Node | None]]
Id = Annotated[strawberry.ID, strawberry.argument(description="A global id.")]


@strawberry.type(description="What can be asked.")
class Query:
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
        return await _node(info, id)

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
        # One loader serves each type: all of them are asked before the first answers.
        return list(await asyncio.gather(*(_node(info, each) for each in ids)))

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
        if email is not None:
            record = await reading.contact_by_email(context, email)
        else:
            record = await info.context.loaders.contacts.load(number_of("Contact", id) or 0)
        return Contact.of(record) if record else None

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
        by = order_by or ContactOrder(field=ContactOrderField.CREATED_AT)
        order = contact_order(by.field, descending=by.direction is OrderDirection.DESC)
        name = f"contacts:{by.field.name}:{by.direction.name}"
        part = window(name, order, first=first, after=after, last=last, before=before)
        wanted = (filter or ContactFilter()).wanted()
        return ContactConnection.of(
            name, order, wanted, await reading.contact_page(context, wanted, order, part)
        )

    @strawberry.field(description="A sequence; null if there is none.")
    async def sequence(self, info: Info, id: Id) -> Sequence | None:  # noqa: A002 - the API's name
        """Return a sequence."""
        allow(info, Scope.READ)
        row = await info.context.loaders.sequences.load(number_of("Sequence", id) or 0)
        return Sequence.of(row) if row else None

    @strawberry.field(description="The team's sequences, page by page, the oldest first.")
    async def sequences(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> SequenceConnection:
        """Return a page of sequences."""
        context = allow(info, Scope.READ)
        part = window("sequences", BY_AGE, first=first, after=after, last=last, before=before)
        return SequenceConnection.of(await reading.sequence_page(context, part))

    changes: ActivityConnection = strawberry.field(
        resolver=feed.changes,
        description="Every change of statuses, from the beginning, of the contacts that you may see. Nothing"
        " ever appears before what you have read: ask again with the last `endCursor` as `after`, and you"
        " miss none and meet none twice. Those of one contact come in the order of its versions. A change is"
        " shown once every transaction begun before it has ended: within moments.",
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
        found = await reading.contact_page(context, sendable.wanted(number), order, part)
        steps = await info.context.loaders.steps_of.load(number) or []
        return sendable.connection(number, found, steps)

    @strawberry.field(
        description="The table itself: every way in which statuses change. What has no row is refused (S51)."
    )
    def status_rules(self) -> list[StatusRule]:
        """Return the table."""
        return RULES


async def _node(info: Info, global_id: str) -> Node | None:
    """Return the object a global id names, of whatever type."""
    kind, number = kind_and_number(global_id) or ("", 0)
    find = _NODES.get(kind)
    return await find(info, number) if find else None


async def _team(info: Info, number: int) -> Team | None:
    context = info.context.context
    row = await reading.team(context) if number == context.team_id else None
    return Team.of(row) if row else None


def _loaded(load: Callable[[Info, int], Awaitable[Any]], show: Callable[[Any], Node]) -> Find:
    async def find(info: Info, number: int) -> Node | None:
        found = await load(info, number)
        return show(found) if found else None

    return find


_NODES: dict[str, Find] = {
    "Contact": _loaded(lambda info, number: info.context.loaders.contacts.load(number), Contact.of),
    "Sequence": _loaded(lambda info, number: info.context.loaders.sequences.load(number), Sequence.of),
    "Step": _loaded(lambda info, number: info.context.loaders.steps.load(number), Step.of),
    "Member": _loaded(lambda info, number: info.context.loaders.members.load(number), Member.of),
    "Activity": _loaded(lambda info, number: info.context.loaders.lines.load(number), Activity.of),
    "Team": _team,
}
