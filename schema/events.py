"""Reported events: what can be reported, and what came of each."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated

import strawberry

from resolvers.happened import Fate, Happened, Outcome, Rejected
from rules.events import Event
from rules.facts import Channel
from rules.statuses import Status, in_order
from schema.activity import Activity
from schema.contact_plans import changed
from schema.contacts import Contact
from schema.context import Info
from schema.enums import describe
from schema.ids import number_of
from schema.once import Rehearsable
from schema.reasons import Reason, reasons_of
from schema.results import Failure


class CallKind(StrEnum):
    """How a call came to be."""

    TASK_COMPLETED = "a call task was completed"
    CLOUD_CALL = "a cloud call was made"
    LOGGED = "a call was logged"


describe(
    CallKind,
    "How a call came to be (S49).",
    {
        "TASK_COMPLETED": "A call task was completed.",
        "CLOUD_CALL": "A cloud call was made.",
        "LOGGED": "A call was logged.",
    },
)

ANSWERS = frozenset({Event.REPLY_RECEIVED, Event.AUTO_REPLY_RECEIVED, Event.OUT_OF_OFFICE_RECEIVED})
"""What comes by one channel or the other; of any other event the kind says how it went."""


@strawberry.input(
    description="One event to report. `source` and `id` together name it: a repeat is a duplicate."
)
class EventInput:
    """One event to report."""

    source: str = strawberry.field(
        description="Who reports it, for example `sendgrid`; at most 100 characters."
    )
    id: str = strawberry.field(description="Its id at the source; at most 200 characters.")
    kind: Event = strawberry.field(description="What happened; not what the product notices itself.")
    contact_id: strawberry.ID | None = strawberry.field(
        default=None, description="The contact; or give `email`, or `messageId`."
    )
    email: str | None = strawberry.field(
        default=None, description="The contact's address; or give `contactId`."
    )
    occurred_at: datetime = strawberry.field(
        description="When it happened; with its offset from UTC, or it is taken for UTC."
    )
    step_id: strawberry.ID | None = strawberry.field(
        default=None, description="The step it is about; if left out, the first of its kind not completed."
    )
    channel: Channel | None = strawberry.field(
        default=None, description="Of a reply: by email, if left out, or by SMS."
    )
    call_kind: CallKind | None = strawberry.field(default=None, description="Of a call: how it came to be.")
    returns_on: date | None = strawberry.field(
        default=None, description="Of an out-of-office reply: the day the contact is back."
    )
    forwarded_from: str | None = strawberry.field(
        default=None, description="Of a reply forwarded from the thread: the address that sent it (S37)."
    )
    detail: str | None = strawberry.field(default=None, description="A remark for the log.")
    message_id: str | None = strawberry.field(
        default=None,
        description="The Message-ID of the email that was sent, if that is the event; of any other, of the"
        " email it is about: by it the contact is found if neither `contactId` nor `email` finds one.",
    )
    text: str | None = strawberry.field(
        default=None,
        description="Of a reply, what the contact wrote: it is sorted into an inbox category, not stored.",
    )

    def happened(self) -> Happened:
        """Return the event as the use case takes it; an id of another type names nothing."""
        remarks = [
            self.detail,
            f"Forwarded from {self.forwarded_from}" if self.forwarded_from else None,
            self.call_kind.value.capitalize() if self.call_kind else None,
        ]
        at = self.occurred_at if self.occurred_at.tzinfo else self.occurred_at.replace(tzinfo=UTC)
        return Happened(
            event=self.kind,
            contact_id=None if self.contact_id is None else number_of("Contact", self.contact_id) or 0,
            email=self.email.strip() if self.email is not None else None,
            at=at,
            step_id=None if self.step_id is None else number_of("Step", self.step_id) or 0,
            channel=(self.channel if self.kind in ANSWERS else None) or Channel.EMAIL,
            note=". ".join(filter(None, remarks)) or None,
            source=self.source,
            id=self.id,
            returns_on=self.returns_on,
            message_id=self.message_id,
            text=self.text,
        )


@strawberry.input(description="Events to report; 1 to 1,000.")
class RecordEventsInput(Rehearsable):
    """Events to report."""

    events: list[EventInput] = strawberry.field(description="The events, in the order to record them.")


@strawberry.type(description="The event changed the contact, or was counted.")
class EventApplied:
    """The event changed the contact, or was counted."""

    contact: Contact = strawberry.field(description="The contact, after all events of the call.")
    before: list[Status] = strawberry.field(description="The set before this event.")
    after: list[Status] = strawberry.field(description="The set after this event.")
    activity: Activity | None = strawberry.field(description="The line of the log; null in a dry run.")


@strawberry.type(description="The event changed nothing; it stands in the log all the same.")
class EventIgnored:
    """The event changed nothing."""

    contact: Contact = strawberry.field(description="The contact, after all events of the call.")
    reasons: list[Reason] = strawberry.field(description="Every reason why nothing came of it.")
    activity: Activity | None = strawberry.field(description="The line of the log; null in a dry run.")


@strawberry.type(description="The event was reported before, and was recorded then.")
class EventDuplicate:
    """The event was reported before."""

    contact: Contact = strawberry.field(description="The contact, after all events of the call.")
    activity: Activity | None = strawberry.field(
        description="The line of the log from the first time; null in a dry run."
    )


@strawberry.type(description="The event could not be recorded; the others of the call are not affected.")
class EventRejected(Failure):
    """The event could not be recorded."""

    index: int = strawberry.field(description="Its place in the input, from 0.")


EventResult = Annotated[
    EventApplied | EventIgnored | EventDuplicate | EventRejected,
    strawberry.union("EventResult", description="What became of one event."),
]


@strawberry.type(description="The events were recorded, each for itself.")
class RecordEventsSuccess:
    """The events were recorded."""

    results: list[EventResult] = strawberry.field(description="One result for each event, in order.")


@strawberry.type(description="Nothing was recorded.")
class RecordEventsFailure(Failure):
    """Nothing was recorded."""


RecordEventsResult = Annotated[
    RecordEventsSuccess | RecordEventsFailure,
    strawberry.union("RecordEventsResult", description="One result for each event, or every reason why not."),
]


async def event_results(
    info: Info, answers: Sequence[Outcome | Rejected], *, dry_run: bool
) -> list[EventResult]:
    """Return what became of events as the API shows it, in their order."""
    records = [each.record for each in answers if isinstance(each, Outcome)]
    shown = iter(await changed(info, records))
    return [
        EventRejected(reasons=reasons_of(answer.problems), index=index)
        if isinstance(answer, Rejected)
        else _result(answer, next(shown), None if dry_run else Activity.of(answer.line))
        for index, answer in enumerate(answers)
    ]


def _result(answer: Outcome, contact: Contact, activity: Activity | None) -> EventResult:
    match answer.fate:
        case Fate.APPLIED:
            before, after = in_order(answer.before), in_order(answer.after)
            return EventApplied(contact=contact, before=before, after=after, activity=activity)
        case Fate.IGNORED:
            reasons = reasons_of(answer.reasons, answer.record.owner_id)
            return EventIgnored(contact=contact, reasons=reasons, activity=activity)
        case Fate.DUPLICATE:
            return EventDuplicate(contact=contact, activity=activity)
