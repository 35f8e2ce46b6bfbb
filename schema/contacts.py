"""Contacts: their profile, their set of statuses, why it is so, and what may become of it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Final

import strawberry

from execution import Lasting
from inbound import optout
from models import activity as log
from models.columns import to_set
from models.paging import Slice
from resolvers.context import facts
from rules.events import Event
from rules.facts import Channel, Settings, Who, replies_tracked
from rules.statuses import Status, StatusSet, in_order
from schema.activity import ActivityConnection, Actor, list_name
from schema.context import Info
from schema.history import ActivityFilter, StatusTime
from schema.members import Member
from schema.node import Node
from schema.paging import window
from schema.selection import Asked, nodes, planned
from schema.sequences import Sequence
from schema.times import in_utc
from schema.transitions import Transition, transitions

First = Annotated[
    int | None, strawberry.argument(description="How many from the start; 50 if not said, at most 100.")
]
After = Annotated[str | None, strawberry.argument(description="Only what follows this cursor.")]
Last = Annotated[int | None, strawberry.argument(description="How many from the end; at most 100.")]
Before = Annotated[str | None, strawberry.argument(description="Only what precedes this cursor.")]


@strawberry.type(description="One variable of a contact's own, for templates.")
class Variable:
    """One variable."""

    name: str = strawberry.field(description="Its name, as in `{VariableName}`.")
    value: str = strawberry.field(description="What it stands for.")


@strawberry.type(description="A contact's stay in the sequence it is in: the facts that decisions depend on.")
class Enrolment:
    """A contact's stay in a sequence."""

    emails_received: int = strawberry.field(description="How many emails of the sequence it received.")
    sms_sent: int = strawberry.field(description="How many SMS of the sequence were sent to it.")
    steps_completed: int = strawberry.field(description="How many steps it completed.")
    steps_left: int = strawberry.field(description="How many steps are left.")
    missing_variables: list[str] = strawberry.field(
        description="The variables that the templates use and the profile lacks (S13)."
    )
    returns_on: date | None = strawberry.field(description="The day an out-of-office reply says it is back.")
    away_until: datetime | None = strawberry.field(
        description="When the system ends Out of office; null if only a person does."
    )
    started_at: datetime = strawberry.field(description="When it entered the sequence.")
    completed: strawberry.Private[list[int]]


@strawberry.type(description="One status of a contact: since when, by whom and why.")
class StatusDetail:
    """One status of a contact."""

    status: Status = strawberry.field(description="The status.")
    since: datetime = strawberry.field(description="Since when the contact has it.")
    cause: Event | None = strawberry.field(
        description="The event that led to it; null if a person put it on."
    )
    channel: Channel | None = strawberry.field(description="For Replied: how the reply came (S39).")

    by: Actor = strawberry.field(description="Who put it on.")


@strawberry.type(description="A contact and the set of statuses it carries.")
class Contact(Node):
    """A contact and the set of statuses it carries."""

    number: strawberry.Private[int]
    status_set: strawberry.Private[StatusSet]
    own: strawberry.Private[dict[str, str]]
    owner_number: strawberry.Private[int]
    email: str = strawberry.field(description="The address; one contact has it in a team, whatever its case.")
    first_name: str | None = strawberry.field(description="First name; `{FirstName}` in templates.")
    last_name: str | None = strawberry.field(description="Last name; `{LastName}` in templates.")
    company: str | None = strawberry.field(description="Company; `{Company}` in templates.")
    phone: str | None = strawberry.field(description="Phone number; `{Phone}` in templates.")
    variables: list[Variable] = strawberry.field(description="Variables of the contact's own, by name.")
    owner: Member = strawberry.field(description="Whose contact it is.")
    sequence: Sequence | None = strawberry.field(description="The sequence it is in; at most one.")
    enrolment: Enrolment | None = strawberry.field(description="Its stay in that sequence.")
    statuses: list[Status] = strawberry.field(description="The set, in the enum's order.")
    status_details: list[StatusDetail] = strawberry.field(
        description="Each status of the set: since when, by whom and why."
    )
    can_receive_email: bool = strawberry.field(
        description="Whether the sequence may mail the contact now: it is Active (S8)."
    )
    version: int = strawberry.field(description="Counts the changes of the contact, from 1.")
    created_at: datetime = strawberry.field(description="When it was created.")
    updated_at: datetime = strawberry.field(description="When it last changed.")

    @strawberry.field(
        description="The contact's own link to opt out (S32), for the footer and the List-Unsubscribe header"
        " of each message to it. It never changes and never expires."
    )
    async def opt_out_url(self, info: Info) -> str:
        """Return the link to opt out."""
        team_id = info.context.context.team_id
        secret = await info.context.loaders.link_secrets.load(team_id)
        if secret is None:
            raise LookupError(f"team {team_id} of a contact is not there")
        return f"{info.context.address()}{optout.PATH}{optout.token(secret, team_id, self.number)}"

    @strawberry.field(description="Whether a reply arriving now would be looked at (S9, S11, S29, S42).")
    def replies_tracked(
        self,
        channel: Annotated[
            Channel, strawberry.argument(description="How the reply would come.")
        ] = Channel.EMAIL,
    ) -> bool:
        """Say whether a reply would be looked at."""
        return replies_tracked(self.status_set, facts(self.enrolment, Settings(), Who.SYSTEM, channel))

    @strawberry.field(
        description="Every change by hand there is, each with what it would come to for the viewer now; with"
        " `allowed`, only those that are (or are not) allowed."
    )
    def transitions(
        self,
        info: Info,
        allowed: Annotated[
            bool | None, strawberry.argument(description="Only what is allowed, or only what is not.")
        ] = None,
    ) -> list[Transition]:
        """Return every change by hand."""
        sequence = self.sequence
        owner_id = sequence.owner_number if sequence else self.owner_number
        who = info.context.context.caller.who(owner_id)
        stands = facts(self.enrolment, sequence.rules if sequence else Settings(), who)
        return transitions(self.status_set, stands, owner_id, allowed=allowed)  # type: ignore[return-value]

    @strawberry.field(
        description="The set it had at a time, as we knew it then: what was reported later does not count."
        " Null before the contact was there."
    )
    async def statuses_at(
        self,
        info: Info,
        time: Annotated[datetime, strawberry.argument(description="The time, with its offset from UTC.")],
    ) -> list[Status] | None:
        """Return the set of a time."""
        found = await info.context.loaders.statuses_at(in_utc("time", time)).load(self.number)
        return None if found is None else in_order(found)

    @strawberry.field(
        description="How long it has had each status since it entered the sequence it is in; empty if it is"
        " in none. Statuses that it has not had are left out."
    )
    async def time_in_status(
        self,
        info: Info,
        ever: Annotated[
            bool, strawberry.argument(description="In all its life instead, whatever sequence it was in.")
        ] = False,
    ) -> list[StatusTime]:
        """Return how long it has had each status."""
        found = await info.context.loaders.time_in_status(ever=ever).load(self.number) or {}
        return [StatusTime(status=status, seconds=found[status]) for status in in_order(found)]

    @strawberry.field(description="What happened to the contact, the newest first.")
    async def activity(  # noqa: PLR0917 - called by name
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: Annotated[  # noqa: A002 - the API's name
            ActivityFilter | None, strawberry.argument(description="Which lines; all if left out.")
        ] = None,
    ) -> ActivityConnection:
        """Return a page of the log."""
        name, order, loaders = list_name(self.number), log.NEWEST_FIRST, info.context.loaders
        part = window(name, order, first=first, after=after, last=last, before=before)
        which = (filter or ActivityFilter()).wanted()
        loader = loaders.activity(part, which, with_members=planned(info, _names_members))
        found = await loader.load(self.number) or Slice([], False, False)

        async def count() -> int:
            return await loaders.activity_counts(which).load(self.number) or 0

        return ActivityConnection.of(name, order, found, count)


def _names_members(asked: Asked) -> bool:
    """Tell whether a page of lines is asked who did it."""
    return "by" in nodes(asked)


def variables(own: dict[str, str]) -> list[Variable]:
    """Return the variables of a contact's own, by name."""
    return [Variable(name=name, value=value) for name, value in sorted(own.items())]


class _Sets(dict[int, Lasting[Status]]):
    def __missing__(self, bits: int) -> Lasting[Status]:
        found = self[bits] = Lasting(in_order(to_set(bits)))
        return found


IN_A_LIST: Final[Mapping[int, Lasting[Status]]] = _Sets()
"""The set that bits stand for, in the enum's order: one list for all contacts that have it."""
