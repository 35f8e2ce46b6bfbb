"""What every field can reach: on whose behalf it runs, and loaders that read a whole level at once."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from typing import Any, TypeAlias, TypeVar

import strawberry
from strawberry.dataloader import DataLoader

from models.lines import LineFilter
from models.paging import Slice, Window
from models.tables import Activity, Member, Scope
from resolvers import reading
from resolvers.context import Context
from resolvers.following import Feeds
from rules.events import Category
from rules.statuses import Status, StatusSet
from schema.errors import Forbidden

Value = TypeVar("Value")


@dataclass
class Loaders:
    """One loader for each thing that fields of a list ask for one by one; each reads them in one go."""

    context: Context
    _of_arguments: dict[Any, DataLoader[int, Any]] = field(default_factory=dict)

    # Each is made when it is asked for: most requests need none.

    @cached_property
    def link_secrets(self) -> DataLoader[int, str | None]:
        """The secrets that teams' opt-out links are signed with."""
        return self._by_id(reading.link_secrets)

    @cached_property
    def members(self) -> DataLoader[int, Member | None]:
        """Members of the team."""
        return self._by_id(reading.members)

    @cached_property
    def lines(self) -> DataLoader[int, Activity | None]:
        """Lines of the log."""
        return self._by_id(reading.activity_by_ids)

    @cached_property
    def categories(self) -> DataLoader[int, Category | None]:
        """The inbox categories of replies, by their lines."""
        return self._by_id(reading.categories)

    def activity(
        self, window: Window, which: LineFilter, *, with_members: bool
    ) -> DataLoader[int, Slice[Activity] | None]:
        """Return the loader of one window of contacts' logs; with members, it reads who did it too.

        Then no line asks for them: who has been read before would decide whether that is a statement more.
        """
        return self._given(self._activity_pages, window=window, which=which, with_members=with_members)

    async def _activity_pages(
        self,
        context: Context,
        contact_ids: Sequence[int],
        window: Window,
        which: LineFilter,
        with_members: bool,
    ) -> Mapping[int, Slice[Activity]]:
        members: dict[int, Member] | None = {} if with_members else None
        found = await reading.activity_pages(context, contact_ids, window, which, members=members)
        if members:
            self.members.prime_many(members)
        return found

    def activity_counts(self, which: LineFilter) -> DataLoader[int, int | None]:
        """Return the loader of how many such lines contacts have in the log."""
        return self._given(reading.activity_counts, which=which)

    def statuses_at(self, time: datetime) -> DataLoader[int, StatusSet | None]:
        """Return the loader of the sets that contacts had at a time."""
        return self._given(reading.statuses_at, time=time)

    def time_in_status(self, *, ever: bool) -> DataLoader[int, dict[Status, int] | None]:
        """Return the loader of how long contacts have had each status."""
        return self._given(reading.time_in_status, ever=ever)

    def planned(self, plan: Any) -> DataLoader[int, Any]:
        """Return the loader of what is read by a plan."""
        return self._given(plan.read)

    def _given(
        self, read: Callable[..., Awaitable[Mapping[int, Any]]], **arguments: Any
    ) -> DataLoader[int, Any]:
        """Return the loader for these arguments: fields that are asked with the same ones share it."""
        key = (read, *arguments.values())
        if key not in self._of_arguments:
            self._of_arguments[key] = self._by_id(partial(read, **arguments))
        return self._of_arguments[key]

    def _by_id(
        self, read: Callable[[Context, Collection[int]], Awaitable[Mapping[int, Value]]]
    ) -> DataLoader[int, Value | None]:
        async def load(ids: list[int]) -> list[Value | None]:
            found = await read(self.context, ids)
            return [found.get(each) for each in ids]

        return DataLoader(load)


class RequestContext:
    """The context of one GraphQL request, or of a websocket, which may say who it is a moment later.

    `address` tells, if it is asked, where the world finds this server, without a slash at the end: links
    begin with it. `feeds` are what subscriptions follow. `header` is the one that said who calls.
    """

    def __init__(
        self,
        context: Context | None,
        address: Callable[[], str] = str,
        feeds: Feeds | None = None,
        header: str | None = None,
    ) -> None:
        self.address = address
        self._feeds = feeds
        self.connection_params: dict[str, Any] | None = None
        self.header = header
        self._context = context
        self._loaders: Loaders | None = None

    def sign_in(self, context: Context, header: str | None = None) -> None:
        """Note on whose behalf everything runs from now on, and the header that said so."""
        self._context, self._loaders, self.header = context, None, header

    @property
    def loaders(self) -> Loaders:
        """Return what reads a whole level at once; most requests need none."""
        if self._loaders is None:
            self._loaders = Loaders(self.context)
        return self._loaders

    def renew(self) -> None:
        """Forget what was looked up: on a connection that stays, later operations and events look anew."""
        self._loaders = None

    @property
    def feeds(self) -> Feeds:
        """Return what subscriptions follow."""
        if self._feeds is None:
            raise LookupError("nothing can be followed here")
        return self._feeds

    @property
    def signed_in(self) -> bool:
        """Whether it is known who calls."""
        return self._context is not None

    @property
    def context(self) -> Context:
        """Return on whose behalf everything runs."""
        if self._context is None:
            raise LookupError("nobody has signed in")
        return self._context


Info: TypeAlias = strawberry.Info[RequestContext, Any]


def allow(info: Info, *scopes: Scope) -> Context:
    """Return the use cases' context if the key has one of the scopes; raises `Forbidden` otherwise."""
    context = info.context.context
    for held in context.caller.scopes:
        if held in scopes:  # a tuple compares what it holds by identity first; sets would hash an enum
            return context
    raise Forbidden(scopes[0].name.lower())
