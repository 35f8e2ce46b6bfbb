"""What happened to contacts, made into statuses by the system: a batch counted, decided, logged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from models import contacts, enrolments, sequences
from models.contact_lists import ContactRecord
from models.contacts import View
from models.tables import ActivityKind, Step
from resolvers.context import Context, facts_of
from resolvers.journal import Journal
from rules.events import REACTIONS, Event, Reaction
from rules.facts import Channel, Who
from rules.reasons import Reason
from rules.statuses import Status, StatusSet
from rules.stay import react


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of one contact; `step_id` is the step it was about, if any."""

    event: Event
    contact_id: int
    at: datetime | None = None
    step_id: int | None = None
    channel: Channel = Channel.EMAIL
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one event came to: the set before and after, and why nothing (more) came of it."""

    before: StatusSet
    after: StatusSet
    reasons: tuple[Reason, ...] = ()


async def record(context: Context, happened: Sequence[Happened]) -> list[Outcome | None]:
    """Record events in the order given; one outcome each, None for a contact the team does not have.

    Always as the system: whoever reports an event does not decide what comes of it.
    """
    async with context.write() as session:
        ids = {event.contact_id for event in happened}
        records = await contacts.locked(session, View(context.team_id), ids)
        # Read once the contacts are locked: whoever removes a step waits for them before it counts anew.
        named = {event.step_id for event in happened if event.step_id is not None}
        steps = await sequences.steps_by_ids(session, context.team_id, named) if named else {}
        session.expunge_all()
        journal = Journal(context.team_id, None)
        counted: dict[int, enrolments.Counted] = {}
        outcomes = [_one(journal, counted, steps, records.get(event.contact_id), event) for event in happened]
        await enrolments.count(session, context.team_id, counted)
        await journal.store(session)
        return outcomes


def _one(
    journal: Journal,
    counted: dict[int, enrolments.Counted],
    steps: Mapping[int, Step],
    record: ContactRecord | None,
    event: Happened,
) -> Outcome | None:
    if record is None:
        return None
    reaction, before = REACTIONS[event.event], record.contact.statuses
    if reaction.only_active and Status.ACTIVE not in before:
        journal.note(record, ActivityKind.EVENT_COUNTED, cause=event.event, note=event.note, at=event.at)
        return Outcome(before, before)
    _count(counted, record, reaction, steps.get(event.step_id or 0))
    made = react(event.event, before, facts_of(record, Who.SYSTEM, event.channel))
    channel = event.channel if event.event is Event.REPLY_RECEIVED else None
    if made.after == before:
        journal.note(
            record,
            ActivityKind.EVENT_COUNTED,
            cause=event.event,
            channel=channel,
            note=event.note,
            at=event.at,
        )
    else:
        journal.change(
            record,
            made.after,
            ActivityKind.STATUSES_CHANGED,
            rows=made.rows,
            cause=event.event,
            channel=channel,
            note=event.note,
            at=event.at,
        )
    return Outcome(before, made.after, made.reasons)


def _count(
    counted: dict[int, enrolments.Counted], record: ContactRecord, reaction: Reaction, step: Step | None
) -> None:
    """Add the event to the facts of the contact's stay: in the record now, in the table with the batch.

    A step completes nothing if it was removed meanwhile, or is one of another sequence.
    """
    stay = record.enrolment
    if stay is None:
        return
    count = counted.setdefault(stay.id, enrolments.Counted())
    count.emails += reaction.emails
    count.sms += reaction.sms
    stay.emails_received += reaction.emails
    stay.sms_sent += reaction.sms
    if step is None or step.sequence_id != stay.sequence_id:
        return
    if reaction.completes_step and step.id not in stay.completed:
        count.completed.append(step.id)
        stay.completed = [*stay.completed, step.id]
        stay.steps_left -= 1
