"""Mail that came in: whose it is, and what the system makes of it (S18, S21, S23, S32, S33, S37, S45)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from inbound.reading import Kind, Reading
from models import accounts, activity, contacts, sent
from models.tables import SentMessage
from resolvers import events
from resolvers.context import Context
from resolvers.happened import Fate, Happened, Outcome
from rules.events import Event

SOURCE = "mail"
EARLIEST = 1990
"""The year before which a message's Date is no date: mail was not what it is."""


@dataclass(frozen=True, slots=True)
class Received:
    """A message as it was read, and what came of it for each contact it is about; none if it is nobody's."""

    reading: Reading
    outcomes: tuple[Outcome, ...] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    """What the team knows of the addresses and ids in a message."""

    ids: Mapping[str, int]  # of contacts, by address
    sent: Mapping[str, SentMessage]  # by message id
    by_a_member: bool

    def answered(self, reading: Reading) -> SentMessage | None:
        """Return the email of ours that the message answers or returns: the nearest in its thread."""
        return next((self.sent[id_] for id_ in reading.answers if id_ in self.sent), None)

    def contacts(self, addresses: tuple[str, ...]) -> list[int]:
        """Return the contacts that have one of these addresses, each once, in order."""
        return list(dict.fromkeys(self.ids[each] for each in addresses if each in self.ids))


async def receive(context: Context, reading: Reading, id_: str, source: str = SOURCE) -> Received:
    """Record what a message says of contacts; `source` and `id_` say which it is: it counts once.

    A message that says nothing of anybody's statuses, or is nobody's of the team, leaves no trace.
    """
    happened = await events_of(context, reading, id_, source)
    answers = await events.report(context, happened) if happened else []
    outcomes = answers if isinstance(answers, list) else []
    return Received(reading, tuple(each for each in outcomes if isinstance(each, Outcome)))


async def events_of(
    context: Context, reading: Reading, id_: str, source: str, contact_id: int | None = None
) -> list[Happened]:
    """Return what a message says, as an event of each contact it is about; of nobody if it says nothing.

    `contact_id` is whose it is, if that is known without reading.
    """
    if reading.event is None:
        return []
    async with context.read() as session:
        seen = await activity.by_key(session, context.team_id, [(source, id_[:200])])
        known = _Known(
            await contacts.ids_by_email(session, context.team_id, set(_addresses(reading))),
            await sent.by_message(session, context.team_id, reading.answers),
            await accounts.member_by_email(session, context.team_id, reading.sender) is not None,
        )
    # Whose it was is settled when it first comes; an address may be somebody else's by now.
    said = [contact_id] if contact_id else _whose(reading, known)
    theirs = [line.contact_id for line in seen.values()] or said
    names = [id_[:200], *(f"{id_[:190]} {number}" for number in range(2, len(theirs) + 1))]
    told = [_event(reading, known, each) for each in theirs]
    return [replace(event, source=source, id=own) for event, own in zip(told, names, strict=False)]


def _addresses(reading: Reading) -> Iterator[str]:
    yield from (reading.sender, *reading.recipients, *reading.written_to, *reading.forwarded_from)


def _whose(reading: Reading, known: _Known) -> list[int]:
    """Return the contacts a message is about.

    By the email it answers; a bounce or complaint then by the addresses it names, which may be several; any
    other by who sent it or, of a reply, by whom the forwarded thread names (S37).
    """
    message = known.answered(reading)
    answered = message.contact_id if message else None
    if reading.kind in {Kind.BOUNCE, Kind.COMPLAINT}:
        named = known.contacts(reading.recipients)
        if answered is None or answered in named:
            return named
        return [answered] if len(reading.recipients) <= 1 else [answered, *named]
    passed_on = known.contacts(reading.forwarded_from)[:1] if reading.kind is Kind.REPLY else []
    if known.by_a_member:  # writes to contacts, which is no reply; or forwards one
        thread = reading.forwarded_from and answered not in known.contacts(reading.written_to)
        return passed_on or ([answered] if answered and thread and reading.kind is Kind.REPLY else [])
    if answered is not None:
        return [answered]
    return known.contacts((reading.sender,)) or passed_on


def _event(reading: Reading, known: _Known, contact_id: int) -> Happened:
    """Return what a message says of one contact, as an event."""
    message = known.answered(reading)
    from_elsewhere = reading.kind is Kind.REPLY and known.ids.get(reading.sender) != contact_id
    now = datetime.now(UTC)
    plausible = reading.sent_at is not None and reading.sent_at.year >= EARLIEST
    return Happened(
        reading.event or Event.REPLY_RECEIVED,
        contact_id,
        at=min(reading.sent_at, now) if reading.sent_at and plausible else now,
        note=f"Forwarded from {reading.sender}" if from_elsewhere and reading.sender else None,
        returns_on=reading.returns_on,
        message_id=message.message_id if message and message.contact_id == contact_id else None,
        text=reading.text or None,
        why=reading.why,
    )


def fate(received: Received) -> str:
    """Return in a word what became of a message: the most that came of it for any contact."""
    if received.reading.event is None:
        return "nothing"
    fates = {outcome.fate for outcome in received.outcomes}
    return next((each.name.lower() for each in Fate if each in fates), "no contact")
