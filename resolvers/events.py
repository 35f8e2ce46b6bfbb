"""What happened to contacts, made into statuses by the system: a batch counted, decided, logged."""

from collections.abc import Sequence
from contextlib import suppress

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from inbound.categories import Categorized, OtherLanguage
from models.contact_lists import ContactRecord
from models.tables import Activity, ActivityKind, Contact
from resolvers import batch as batches
from resolvers import replies
from resolvers.batch import Batch
from resolvers.context import Context, facts_of
from resolvers.happened import Answers, Fate, Happened, Outcome, Rejected
from resolvers.problems import Failure, ProblemCode, invalid, not_found
from resolvers.reports import problems_of
from rules.decide import Folded
from rules.events import Category, Event
from rules.facts import Who
from rules.stay import react, unheeded

__all__ = ["Answers", "Fate", "Happened", "Outcome", "Rejected", "record", "record_in", "report"]

MOST = 1_000
RACES = 5
"""How many other callers may each, just then, record one of the same events for another contact."""


async def report(context: Context, happened: Sequence[Happened]) -> Answers | Failure:
    """Record 1 to 1,000 reported events; one answer each, in order. The same event twice counts once."""
    if not 1 <= len(happened) <= MOST:
        message = f"Give 1 to {MOST:,} events in a call; these are {len(happened):,}."
        return Failure([invalid("events", message)])
    for _ in range(RACES):
        with suppress(IntegrityError):  # another caller recorded one for another contact: now it is seen
            return await record(context, happened)
    return await record(context, happened)


async def record(context: Context, happened: Sequence[Happened]) -> Answers:
    """Record events in the order given; one answer each.

    Always as the system: whoever reports an event does not decide what comes of it.
    """
    found = await replies.sort(happened)
    async with context.write() as session:
        return await record_in(session, context.team_id, happened, found)


async def record_in(
    session: AsyncSession, team_id: int, happened: Sequence[Happened], found: replies.Sorted | None = None
) -> Answers:
    """Record events in a transaction of the caller's: stored with what else it writes, or not at all.

    `found` is what the texts of replies say, if they were read before: it takes a while, and contacts are
    locked meanwhile. Raises `IntegrityError` if another caller records one of the events for another contact
    at this moment.
    """
    found = await replies.sort(happened) if found is None else found
    batch = await batches.read(session, team_id, happened)
    answers = [_one(batch, index, event, found.get(index)) for index, event in enumerate(happened)]
    await batch.store(session)
    return answers


def _one(
    batch: Batch, index: int, event: Happened, found: Categorized | OtherLanguage | None
) -> Outcome | Rejected:
    """Decide one event on what the ones before it left."""
    first = batch.seen.get(event.key) if event.key else None
    if first:
        known = batch.records[first.contact_id]
        return Outcome(Fate.DUPLICATE, known, known.contact.statuses, known.contact.statuses, first)
    record = batch.record_of(event)
    problems = list(problems_of(event, f"events.{index}", batch.steps))
    if record is None:
        problems.append(not_found(ProblemCode.CONTACT_NOT_FOUND))
    if record is None or problems:
        return Rejected(problems)
    batch.note_sent(record, event)
    outcome = _decide(batch, record, event)
    line = outcome.line
    if event.key:
        line.source, line.source_id = event.key
        batch.seen[event.key] = line
    line.why = " ".join(filter(None, (event.why, found.why if found else None))) or None
    if not isinstance(found, Categorized):
        return outcome
    line.category = found.category
    return _wants_no_more(batch, event, outcome) if found.category is Category.DO_NOT_CONTACT else outcome


def _wants_no_more(batch: Batch, event: Happened, replied: Outcome) -> Outcome:
    """Act on a reply that asks for no more mail (S33): an event of its own, tracked replies or not."""
    asked = Happened(Event.DO_NOT_CONTACT_SET, at=event.at, channel=event.channel)
    also = _decide(batch, replied.record, asked)
    also.line.why = replied.line.why
    if also.fate is Fate.IGNORED:
        return replied
    line = replied.line if replied.fate is Fate.APPLIED else also.line
    return Outcome(Fate.APPLIED, replied.record, replied.before, also.after, line)


def _decide(batch: Batch, record: ContactRecord, event: Happened) -> Outcome:
    """Count an event, let the system react, and write the line of the log."""
    before = record.contact.statuses
    counts = False
    earlier = batch.is_earlier(record, event)
    facts = facts_of(record, Who.SYSTEM, event.channel)
    made = Folded(before, (), unheeded(event.event, before, facts, earlier=earlier))
    if not made.reasons:
        counts = batch.count(record, event)
        facts = facts_of(record, Who.SYSTEM, event.channel)
        made = react(event.event, before, facts, late=_is_late(record.contact, event))
    fate = Fate.APPLIED if counts or made.after != before else Fate.IGNORED
    line = _write(batch, record, event, made, ignored=fate is Fate.IGNORED)
    return Outcome(fate, record, before, made.after, line, made.reasons)


def _is_late(contact: Contact, event: Happened) -> bool:
    """Say whether a person changed the statuses after the event happened."""
    return bool(event.at and contact.decided_at and event.at < contact.decided_at)


def _write(batch: Batch, record: ContactRecord, event: Happened, made: Folded, *, ignored: bool) -> Activity:
    """Write the line of the log, and what the contact becomes."""
    channel = event.channel if event.event is Event.REPLY_RECEIVED else None
    if made.after == record.contact.statuses:
        kind = ActivityKind.EVENT_IGNORED if ignored else ActivityKind.EVENT_COUNTED
        line = batch.journal.note(
            record, kind, cause=event.event, channel=channel, note=event.note, at=event.at
        )
    else:
        line = batch.journal.change(
            record,
            made.after,
            ActivityKind.STATUSES_CHANGED,
            rows=made.rows,
            cause=event.event,
            channel=channel,
            note=event.note,
            at=event.at,
            returns_on=event.returns_on,
        )
    if event.event is Event.DO_NOT_CONTACT_SET:
        line.category = Category.DO_NOT_CONTACT
    line.reasons = [reason.code.name for reason in made.reasons] if ignored else []
    return line
