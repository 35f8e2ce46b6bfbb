"""The feed: every change of statuses of the team, for whoever must not miss one."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, cast

import strawberry

from models import feed as changes_of_team
from models.feed import ORDER, Place
from models.tables import ActivityKind, Scope
from resolvers import feed as reading
from rules.statuses import Status
from schema.activity import Activity, ActivityConnection, ActivityEdge
from schema.contacts import After, First
from schema.context import Info, allow
from schema.ids import number_of
from schema.paging import cursor, window

LIST = "changes"
"""What the cursors of the feed are bound to."""


@strawberry.input(description="Which changes of statuses; all given parts must hold.")
class ChangeFilter:
    """Which changes of statuses."""

    sequence_id: strawberry.ID | None = strawberry.field(
        default=None, description="Of contacts that were in this sequence, as the line says."
    )
    contact_id: strawberry.ID | None = strawberry.field(default=None, description="Of this contact.")
    statuses: list[Status] | None = strawberry.field(
        default=None, description="Put on or took off at least one of these; of an empty list none did."
    )
    kinds: list[ActivityKind] | None = strawberry.field(
        default=None, description="Of one of these kinds; of an empty list none is."
    )

    def wanted(self) -> changes_of_team.ChangeFilter:
        """Return the filter as storage takes it; ids that name nothing let nothing through."""
        return changes_of_team.ChangeFilter(
            sequence_id=None if self.sequence_id is None else number_of("Sequence", self.sequence_id) or 0,
            contact_id=None if self.contact_id is None else number_of("Contact", self.contact_id) or 0,
            statuses=None if self.statuses is None else frozenset(self.statuses),
            kinds=None if self.kinds is None else frozenset(self.kinds),
        )


Wanted = Annotated[ChangeFilter | None, strawberry.argument(description="Which changes; all if left out.")]


def status_changed(
    info: Info,
    after: After = None,
    filter: Wanted = None,  # noqa: A002 - the API's name
) -> AsyncGenerator[ActivityEdge]:
    """Follow the feed."""
    context = allow(info, Scope.READ)
    place = cast("Place | None", window(LIST, ORDER, first=None, after=after, last=None, before=None).after)
    wanted = (filter or ChangeFilter()).wanted()

    async def follow() -> AsyncGenerator[ActivityEdge]:
        async with aclosing(info.context.feeds.follow(context, wanted, place)) as entries:
            async for entry in entries:
                info.context.renew()
                yield ActivityEdge(cursor=cursor(LIST, entry.place), node=Activity.of(entry.line))

    return follow()


async def changes(
    info: Info,
    first: First = None,
    after: After = None,
    filter: Wanted = None,  # noqa: A002 - the API's name
) -> ActivityConnection:
    """Return a page of the feed."""
    context = allow(info, Scope.READ)
    part = window(LIST, ORDER, first=first, after=after, last=None, before=None)
    wanted = (filter or ChangeFilter()).wanted()
    found = await reading.page(context, wanted, part)
    return ActivityConnection.of(LIST, ORDER, found, lambda: reading.count(context, wanted))
