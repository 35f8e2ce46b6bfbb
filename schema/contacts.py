"""Contacts: their profile, their set of statuses, why it is so, and what may become of it."""

from datetime import date, datetime
from typing import Annotated

import strawberry

from inbound import optout
from models import activity as log
from models import tables
from models.contact_lists import ContactRecord
from resolvers.context import facts_of
from resolvers.statuses import transitions as transitions_of
from rules.events import Event
from rules.facts import Channel, Who, replies_tracked
from rules.options import Option
from rules.statuses import Status, can_receive_email, in_order
from schema.activity import ActivityConnection, Actor, actor, list_name
from schema.changes import StatusChange, changes
from schema.context import Info
from schema.ids import to_id
from schema.members import Member, member
from schema.node import Node
from schema.paging import window
from schema.reasons import Reason, reasons_of
from schema.sequences import Sequence

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

    @classmethod
    def of(cls, row: tables.Enrolment) -> "Enrolment":
        """Return a stored stay as the API shows it."""
        return cls(
            emails_received=row.emails_received,
            sms_sent=row.sms_sent,
            steps_completed=len(row.completed),
            steps_left=row.steps_left,
            missing_variables=row.missing_variables,
            returns_on=row.returns_on,
            away_until=row.away_until,
            started_at=row.started_at,
        )


@strawberry.type(description="One status of a contact: since when, by whom and why.")
class StatusDetail:
    """One status of a contact."""

    line: strawberry.Private[tables.Activity]
    status: Status = strawberry.field(description="The status.")
    since: datetime = strawberry.field(description="Since when the contact has it.")
    cause: Event | None = strawberry.field(
        description="The event that led to it; null if a person put it on."
    )
    channel: Channel | None = strawberry.field(description="For Replied: how the reply came (S39).")

    @strawberry.field(description="Who put it on.")
    async def by(self, info: Info) -> Actor:
        """Return who put it on."""
        return await actor(info, self.line.member_id)


@strawberry.type(description="One change by hand, and what it would come to for the viewer now.")
class Transition:
    """One change by hand."""

    change: StatusChange = strawberry.field(description="The change.")
    allowed: bool = strawberry.field(description="Whether asking for it now would succeed.")
    becomes: list[Status] | None = strawberry.field(description="The set it would lead to; null if refused.")
    reasons: list[Reason] = strawberry.field(description="Every reason why it is refused, in order.")
    way_out: list[StatusChange] = strawberry.field(
        description="The shortest list of changes by hand that leads there; empty if there is none."
    )

    @classmethod
    def of(cls, option: Option, owner_id: int) -> "Transition":
        """Return an option of the rules as the API shows it."""
        return cls(
            change=StatusChange.of(option.change),
            allowed=option.allowed,
            becomes=None if option.becomes is None else in_order(option.becomes),
            reasons=reasons_of(option.reasons, owner_id),
            way_out=changes(option.way_out),
        )


@strawberry.type(description="A contact and the set of statuses it carries.")
class Contact(Node):
    """A contact and the set of statuses it carries."""

    record: strawberry.Private[ContactRecord]
    email: str = strawberry.field(description="The address; one contact has it in a team, whatever its case.")
    first_name: str | None = strawberry.field(description="First name; `{FirstName}` in templates.")
    last_name: str | None = strawberry.field(description="Last name; `{LastName}` in templates.")
    company: str | None = strawberry.field(description="Company; `{Company}` in templates.")
    phone: str | None = strawberry.field(description="Phone number; `{Phone}` in templates.")
    statuses: list[Status] = strawberry.field(description="The set, in the enum's order.")
    can_receive_email: bool = strawberry.field(
        description="Whether the sequence may mail the contact now: it is Active (S8)."
    )
    version: int = strawberry.field(description="Counts the changes of the contact, from 1.")
    created_at: datetime = strawberry.field(description="When it was created.")
    updated_at: datetime = strawberry.field(description="When it last changed.")

    @classmethod
    def of(cls, record: ContactRecord) -> "Contact":
        """Return a stored contact as the API shows it."""
        row = record.contact
        return cls(
            id=strawberry.ID(to_id("Contact", row.id)),
            record=record,
            email=row.email,
            first_name=row.first_name,
            last_name=row.last_name,
            company=row.company,
            phone=row.phone,
            statuses=in_order(row.statuses),
            can_receive_email=can_receive_email(row.statuses),
            version=row.version,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )

    @strawberry.field(description="Variables of the contact's own, by name.")
    def variables(self) -> list[Variable]:
        """Return the variables."""
        return [
            Variable(name=name, value=value) for name, value in sorted(self.record.contact.variables.items())
        ]

    @strawberry.field(
        description="The contact's own link to opt out (S32), for the footer and the List-Unsubscribe header"
        " of each message to it. It never changes and never expires."
    )
    async def opt_out_url(self, info: Info) -> str:
        """Return the link to opt out."""
        row = self.record.contact
        secret = await info.context.loaders.link_secrets.load(row.team_id)
        if secret is None:
            raise LookupError(f"team {row.team_id} of a contact is not there")
        return f"{info.context.address}{optout.PATH}{optout.token(secret, row.team_id, row.id)}"

    @strawberry.field(description="Whose contact it is.")
    async def owner(self, info: Info) -> Member:
        """Return the contact's owner."""
        return await member(info, self.record.contact.owner_id)

    @strawberry.field(description="The sequence it is in; at most one.")
    def sequence(self) -> Sequence | None:
        """Return the sequence."""
        return Sequence.of(self.record.sequence) if self.record.sequence else None

    @strawberry.field(description="Its stay in that sequence.")
    def enrolment(self) -> Enrolment | None:
        """Return the stay."""
        return Enrolment.of(self.record.enrolment) if self.record.enrolment else None

    @strawberry.field(description="Whether a reply arriving now would be looked at (S9, S11, S29, S42).")
    def replies_tracked(
        self,
        channel: Annotated[
            Channel, strawberry.argument(description="How the reply would come.")
        ] = Channel.EMAIL,
    ) -> bool:
        """Say whether a reply would be looked at."""
        return replies_tracked(self.record.contact.statuses, facts_of(self.record, Who.SYSTEM, channel))

    @strawberry.field(description="Each status of the set: since when, by whom and why.")
    async def status_details(self, info: Info) -> list[StatusDetail]:
        """Return the details of each status."""
        lines = await info.context.loaders.since.load(self.record.contact.id) or {}
        return [
            StatusDetail(
                line=lines[status],
                status=status,
                since=lines[status].happened_at,
                cause=lines[status].cause,
                channel=lines[status].channel if status is Status.REPLIED else None,
            )
            for status in self.statuses
            if status in lines
        ]

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
        found = transitions_of(info.context.context, self.record)
        return [
            Transition.of(option, self.record.owner_id)
            for option in found
            if allowed is None or option.allowed is allowed
        ]

    @strawberry.field(description="What happened to the contact, the newest first.")
    async def activity(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> ActivityConnection:
        """Return a page of the log."""
        contact_id = self.record.contact.id
        name, order = list_name(contact_id), log.NEWEST_FIRST
        part = window(name, order, first=first, after=after, last=last, before=before)
        found = await info.context.loaders.activity(part).load(contact_id)
        return ActivityConnection.of(name, order, found, lambda: _count(info, contact_id))


async def _count(info: Info, contact_id: int) -> int:
    return await info.context.loaders.activity_counts.load(contact_id) or 0
