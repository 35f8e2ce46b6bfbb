"""What happened to contacts, made into statuses by the system: a batch counted, decided, logged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, auto

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from models import activity, contacts, enrolments, sequences
from models.contact_lists import ContactRecord
from models.contacts import View
from models.tables import Activity, ActivityKind, Contact, Step
from resolvers.context import Context, facts_of
from resolvers.journal import Journal
from resolvers.problems import Failure, Problem, ProblemCode, invalid, not_found
from resolvers.reports import needs_steps, problems_of, step_of
from rules.decide import Folded
from rules.events import REACTIONS, Event
from rules.facts import Channel, Who
from rules.reasons import Reason
from rules.statuses import Status, StatusSet
from rules.stay import react, unheeded

MOST = 1_000


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of one contact, named by its id or its address.

    `source` and `id` say together which event it is, so that it counts once however often it is reported.
    `step_id` is the step it was about; left out, the first one of its kind that is not completed.
    """

    event: Event
    contact_id: int | None = None
    at: datetime | None = None
    step_id: int | None = None
    channel: Channel = Channel.EMAIL
    note: str | None = None
    email: str | None = None
    source: str | None = None
    id: str | None = None
    returns_on: date | None = None

    @property
    def key(self) -> tuple[str, str] | None:
        """Return what the event is known by; None for one that the product noticed itself."""
        return (self.source, self.id) if self.source is not None and self.id is not None else None


class Fate(Enum):
    """What became of an event."""

    APPLIED = auto()
    IGNORED = auto()
    DUPLICATE = auto()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one event came to: the set before and after, the line of the log, and why no more came of it.

    Of a duplicate, the line is that of the first time.
    """

    fate: Fate
    record: ContactRecord
    before: StatusSet
    after: StatusSet
    line: Activity
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """The event could not be recorded at all: every reason why."""

    problems: Sequence[Problem]


Answers = list[Outcome | Rejected]


async def report(context: Context, happened: Sequence[Happened]) -> Answers | Failure:
    """Record 1 to 1,000 reported events; one answer each, in order. The same event twice counts once."""
    if not 1 <= len(happened) <= MOST:
        message = f"Give 1 to {MOST:,} events in a call; these are {len(happened):,}."
        return Failure([invalid("events", message)])
    try:
        return await record(context, happened)
    except IntegrityError:  # another caller recorded one of them for another contact: now it is seen
        return await record(context, happened)


async def record(context: Context, happened: Sequence[Happened]) -> Answers:
    """Record events in the order given; one answer each.

    Always as the system: whoever reports an event does not decide what comes of it.
    """
    async with context.write() as session:
        return await record_in(session, context.team_id, happened)


async def record_in(session: AsyncSession, team_id: int, happened: Sequence[Happened]) -> Answers:
    """Record events in a transaction of the caller's: stored with what else it writes, or not at all.

    Raises `IntegrityError` if another caller records one of them for another contact at this moment.
    """
    batch = await _read(session, team_id, happened)
    answers = [_one(batch, index, event) for index, event in enumerate(happened)]
    await enrolments.count(session, team_id, batch.counted)
    await enrolments.store_returns(session, team_id, batch.returns)
    await batch.journal.store(session)
    return answers


@dataclass(slots=True)
class _Batch:
    """What the events of one call are decided on, and what comes of them."""

    ids: Mapping[str, int]  # of contacts by their lower-case address
    records: Mapping[int, ContactRecord]
    steps: Mapping[int, Step]
    steps_of: Mapping[int, Sequence[Step]]
    seen: dict[tuple[str, str], Activity]
    journal: Journal
    counted: dict[int, enrolments.Counted] = field(default_factory=dict)
    returns: dict[int, date | None] = field(default_factory=dict)

    def record_of(self, event: Happened) -> ContactRecord | None:
        """Return the contact an event is about."""
        contact_id = self.ids.get(event.email.lower()) if event.email else event.contact_id
        return self.records.get(contact_id or 0)


async def _read(session: AsyncSession, team_id: int, happened: Sequence[Happened]) -> _Batch:
    """Lock the contacts, then read what decides: a handful of statements, however many events there are."""
    emails = {event.email.lower() for event in happened if event.email}
    ids = await contacts.ids_by_email(session, team_id, emails) if emails else {}
    named = {event.contact_id for event in happened if event.contact_id} | set(ids.values())
    records = await contacts.locked(session, View(team_id), named)
    # Read once the contacts are locked: whoever removes a step waits for them before it counts anew.
    step_ids = {event.step_id for event in happened if event.step_id}
    steps = await sequences.steps_by_ids(session, team_id, step_ids) if step_ids else {}
    in_them = {record.sequence.id for record in records.values() if record.sequence}
    asked = any(needs_steps(event) for event in happened)
    steps_of = await sequences.steps_of(session, team_id, in_them) if asked else {}
    keys = {event.key for event in happened if event.key}
    seen = await activity.by_key(session, team_id, keys) if keys else {}
    session.expunge_all()
    return _Batch(ids, records, steps, steps_of, seen, Journal(team_id, None))


def _one(batch: _Batch, index: int, event: Happened) -> Outcome | Rejected:
    """Decide one event on what the ones before it left."""
    record = batch.record_of(event)
    problems = list(problems_of(event, f"events.{index}", batch.steps))
    if record is None:
        problems.append(not_found(ProblemCode.CONTACT_NOT_FOUND))
    if record is None or problems:
        return Rejected(problems)
    before = record.contact.statuses
    if event.key and (first := batch.seen.get(event.key)):
        return Outcome(Fate.DUPLICATE, record, before, before, first)
    counts = False
    made = Folded(before, (), unheeded(event.event, before, facts_of(record, Who.SYSTEM, event.channel)))
    if not made.reasons:
        counts = _count(batch, record, event)
        facts = facts_of(record, Who.SYSTEM, event.channel)
        made = react(event.event, before, facts, late=_is_late(record.contact, event))
    fate = Fate.APPLIED if counts or made.after != before else Fate.IGNORED
    line = _write(batch, record, event, made, ignored=fate is Fate.IGNORED)
    return Outcome(fate, record, before, made.after, line, made.reasons)


def _is_late(contact: Contact, event: Happened) -> bool:
    """Say whether a person changed the statuses after the event happened."""
    return bool(event.at and contact.decided_at and event.at < contact.decided_at)


def _count(batch: _Batch, record: ContactRecord, event: Happened) -> bool:
    """Add the event to the facts of the contact's stay, in the record now and in the table with the batch.

    Says whether it adds anything. A step completes nothing if it is one of another sequence.
    """
    stay, reaction = record.enrolment, REACTIONS[event.event]
    if stay is None:
        return False
    step = step_of(event, reaction, batch.steps, batch.steps_of.get(stay.sequence_id, ()), stay)
    if not (reaction.emails or reaction.sms or step):
        return False
    count = batch.counted.setdefault(stay.id, enrolments.Counted())
    count.emails += reaction.emails
    count.sms += reaction.sms
    stay.emails_received += reaction.emails
    stay.sms_sent += reaction.sms
    if step:
        count.completed.append(step.id)
        stay.completed = [*stay.completed, step.id]
        stay.steps_left -= 1
    return True


def _write(batch: _Batch, record: ContactRecord, event: Happened, made: Folded, *, ignored: bool) -> Activity:
    """Write the line of the log, and what the contact becomes."""
    contact, stay, after = record.contact, record.enrolment, made.after
    channel = event.channel if event.event is Event.REPLY_RECEIVED else None
    if after == contact.statuses:
        kind = ActivityKind.EVENT_IGNORED if ignored else ActivityKind.EVENT_COUNTED
        line = batch.journal.note(
            record, kind, cause=event.event, channel=channel, note=event.note, at=event.at
        )
    else:
        if stay and Status.OUT_OF_OFFICE in after and Status.OUT_OF_OFFICE not in contact.statuses:
            batch.returns[stay.id] = event.returns_on
        line = batch.journal.change(
            record,
            after,
            ActivityKind.STATUSES_CHANGED,
            rows=made.rows,
            cause=event.event,
            channel=channel,
            note=event.note,
            at=event.at,
        )
    line.reasons = [reason.code.name for reason in made.reasons] if ignored else []
    if event.key:
        line.source, line.source_id = event.key
        batch.seen[event.key] = line
    return line
