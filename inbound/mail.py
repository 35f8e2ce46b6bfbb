"""Raw mail to a reading: what it is, and whose (statements S18, S21, S23, S32, S37, S45).

The classifiers are asked in order, the first that finds something decides, and says why. Nothing in a message
is ever fetched or followed.
"""

from datetime import date

from inbound import automatic, bounces, complaints, notices, unsubscribes
from inbound.dates import returns_on
from inbound.headers import Headers, unique
from inbound.message import Message, parse
from inbound.quotes import named_in_quotes, new_text
from inbound.reading import Finding, Kind, Reading
from inbound.returned import Report, report

WRITTEN_TO = (
    "to",
    "cc",
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-forwarded-to",
    "apparently-to",
)
ANSWERED = ("in-reply-to", "references")
REPORTED = ("original-message-id", "x-original-message-id")
MAX_SUBJECT = 1_000
MAX_IDS = 100
END_DATE = "enddate="


def read(raw: bytes, *, received: date | None = None) -> Reading:
    """Read a raw message (RFC 5322): what it is, why, and what it takes to find whose.

    `received` is the day it came: a return date without a year is reckoned from it, or from Date.

    Raises:
        Unreadable: it is no message, or larger than 25 MB. Anything else is read, however broken.

    """
    message = parse(raw)
    headers = message.headers
    told = report(message)
    subject = " ".join(headers.text("subject").split())[:MAX_SUBJECT]
    text = new_text(told.whole)
    finding = _classify(message, told, subject, text)
    sender = headers.sender()
    written_to = headers.addresses(*WRITTEN_TO)
    sent_at = headers.sent_at()
    day = received or (sent_at.date() if sent_at else None)
    named = named_in_quotes(told.whole) if finding.kind is Kind.REPLY else ()
    enclosed = told.original.addresses("from", "to") if finding.kind is Kind.REPLY and told.attached else ()
    return Reading(
        kind=finding.kind,
        why=finding.why,
        sender=sender,
        recipients=finding.recipients,
        written_to=written_to,
        answers=_answers(message, told),
        forwarded_from=tuple(a for a in unique((*named, *enclosed)) if a != sender and a not in written_to),
        returns_on=_returns(message, subject, text, day) if finding.kind is Kind.OUT_OF_OFFICE else None,
        subject=subject,
        text=text,
        status=finding.status,
        message_id=next(iter(headers.ids("message-id")), None),
        sent_at=sent_at,
    )


def _classify(message: Message, told: Report, subject: str, text: str) -> Finding:
    """Ask each classifier in turn; what none of them knows, a person wrote."""
    return (
        complaints.look(message, told)
        or notices.read_receipt(message, told)
        or notices.amazon(message, told)
        or bounces.look(message, told)
        or automatic.look(message, subject, text)
        or unsubscribes.look(message, subject, text)
        or notices.to_many(message)
        or Finding(Kind.REPLY, "Nothing says that a machine wrote it.")
    )


def _answers(message: Message, told: Report) -> tuple[str, ...]:
    """Return the ids of the messages it answers: the one it replies to, then back along the thread."""
    own = message.headers
    reported = (
        part.text()
        for part in message.parts
        if part.type in {"message/delivery-status", "message/disposition-notification"}
    )
    ids = [
        *own.ids("in-reply-to"),
        *told.original.ids("message-id"),
        *(i for text in reported for i in _fields_ids(text)),
        *reversed(own.ids("references")),
        *told.original.ids("in-reply-to"),
        *reversed(told.original.ids("references")),
    ]
    return unique(ids)[:MAX_IDS]


def _fields_ids(text: str) -> tuple[str, ...]:
    """Return the message ids that the fields of a report name."""
    return Headers.read(text.lstrip().encode())[0].ids(*REPORTED)


def _returns(message: Message, subject: str, text: str, day: date | None) -> date | None:
    """Return the day that subject or text names; iCloud says it in a field."""
    apple = message.headers.get("x-apple-criteria").lower()
    ends = apple.partition(END_DATE)[2][:10]
    return (returns_on("until " + ends, day) if ends else None) or returns_on(f"{text}\n{subject}", day)
