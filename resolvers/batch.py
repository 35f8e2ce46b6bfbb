"""What a batch of events is decided on, read at once, and what comes of it, stored at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from models import activity, contacts, enrolments, sent, sequences
from models.contact_lists import ContactRecord
from models.contacts import View
from models.tables import Activity, SentMessage, Step
from resolvers.happened import Happened
from resolvers.journal import Journal
from resolvers.reports import needs_steps, step_of
from rules.events import REACTIONS


@dataclass(slots=True)
class Batch:
    """What the events of one call are decided on, and what comes of them."""

    ids: Mapping[str, int]  # of contacts by their lower-case address
    messages: dict[str, SentMessage]  # by id
    records: dict[int, ContactRecord]
    steps: Mapping[int, Step]
    steps_of: Mapping[int, Sequence[Step]]
    seen: dict[tuple[str, str], Activity]
    journal: Journal
    counted: dict[int, enrolments.Counted] = field(default_factory=dict)
    sent: list[SentMessage] = field(default_factory=list)

    def record_of(self, event: Happened) -> ContactRecord | None:
        """Return the contact an event is about."""
        return self.records.get(_named(event, self.ids, self.messages) or 0)

    def count(self, record: ContactRecord, event: Happened) -> bool:
        """Add the event to the facts of the contact's stay: in the record now, in the table with the batch.

        Says whether it adds anything. A step completes nothing if it is one of another sequence.
        """
        stay, reaction = record.enrolment, REACTIONS[event.event]
        if stay is None:
            return False
        step = step_of(event, reaction, self.steps, self.steps_of.get(stay.sequence_id, ()), stay)
        if not (reaction.emails or reaction.sms or step):
            return False
        count = self.counted.setdefault(stay.id, enrolments.Counted())
        count.emails += reaction.emails
        count.sms += reaction.sms
        stay.emails_received += reaction.emails
        stay.sms_sent += reaction.sms
        if step:
            count.completed.append(step.id)
            stay.completed = [*stay.completed, step.id]
            stay.steps_left -= 1
        return True

    def note_sent(self, record: ContactRecord, event: Happened) -> None:
        """Note to whom an email went: also one that did not count, for a reply to it may come."""
        message = event.message
        if message and event.sends and message not in self.messages:
            contact = record.contact
            self.messages[message] = SentMessage(
                team_id=self.journal.team_id,
                message_id=message,
                contact_id=contact.id,
                sequence_id=contact.sequence_id,
                sent_at=event.at or datetime.now(UTC),
            )
            self.sent.append(self.messages[message])

    def is_earlier(self, record: ContactRecord, event: Happened) -> bool:
        """Say whether an event is about an email or a step of another sequence than the contact is in."""
        if step := self.steps.get(event.step_id or 0):
            return step.sequence_id != record.contact.sequence_id
        sent = None if event.sends else self.messages.get(event.message or "")
        mine = sent is not None and sent.contact_id == record.contact.id
        return mine and sent is not None and sent.sequence_id != record.contact.sequence_id

    async def store(self, session: AsyncSession) -> None:
        """Write what came of the events."""
        await enrolments.count(session, self.journal.team_id, self.counted)
        await sent.add(session, self.journal.team_id, self.sent)
        await self.journal.store(session)


async def read(session: AsyncSession, team_id: int, happened: Sequence[Happened]) -> Batch:
    """Lock the contacts, then read what decides: a handful of statements, however many events there are."""
    emails = {event.email.lower() for event in happened if event.email}
    ids = await contacts.ids_by_email(session, team_id, emails) if emails else {}
    about = {event.message for event in happened if event.message}
    messages = await sent.by_message(session, team_id, about) if about else {}
    named = {found for event in happened if (found := _named(event, ids, messages))}
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
    # Whose a repeated event was is known, also when nothing it says names the contact any more.
    elsewhere = {line.contact_id for line in seen.values()} - set(records)
    shown = await contacts.by_ids(session, View(team_id), elsewhere) if elsewhere else {}
    return Batch(ids, messages, records | shown, steps, steps_of, seen, Journal(team_id, None))


def _named(event: Happened, ids: Mapping[str, int], messages: Mapping[str, SentMessage]) -> int | None:
    """Return the id of the contact that an event names: by id, else by address, else by message."""
    if event.contact_id is not None:
        return event.contact_id
    by_email = ids.get(event.email.lower()) if event.email else None
    about = None if event.sends else messages.get(event.message or "")
    return by_email or (about.contact_id if about else None)
