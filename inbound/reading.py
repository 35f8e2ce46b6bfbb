"""What a message turned out to be, and whose it is: the answer of `inbound.mail.read`."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from rules.events import Event


class Unreadable(Exception):
    """The bytes are no message: empty, without a single header field, or larger than 25 MB."""


class Kind(StrEnum):
    """What a message is; the value says it."""

    BOUNCE = "a delivery failure"
    DELAY = "a notice that delivery takes longer: not a bounce"
    AUTO_REPLY = "an automatic reply"
    OUT_OF_OFFICE = "an automatic reply that says the contact is out of office"
    COMPLAINT = "a spam complaint"
    READ_RECEIPT = "a read receipt"
    UNSUBSCRIBE = "a request to unsubscribe"
    REPLY = "a message that a person wrote"
    OTHER = "a machine's message that means nothing here: delivered, not spam, a notification"


EVENTS: dict[Kind, Event] = {
    Kind.BOUNCE: Event.EMAIL_BOUNCED,
    Kind.AUTO_REPLY: Event.AUTO_REPLY_RECEIVED,
    Kind.OUT_OF_OFFICE: Event.OUT_OF_OFFICE_RECEIVED,
    Kind.COMPLAINT: Event.COMPLAINT_RECEIVED,
    Kind.UNSUBSCRIBE: Event.OPT_OUT_CLICKED,
    Kind.REPLY: Event.REPLY_RECEIVED,
}
"""What each kind means to the rules; a kind that is missing here means nothing to them."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one classifier found: the kind, why, and about whom."""

    kind: Kind
    why: str
    recipients: tuple[str, ...] = ()
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A message, read.

    `recipients` are the addresses it is about: for a bounce those that failed, for a delay those that wait,
    for a complaint who complained, for a receipt who read. `answers` are the message ids it answers: its
    In-Reply-To and References, then those of the message it returns or encloses. `forwarded_from` are the
    addresses that quoted headers name besides the sender and those written to: whoever passed the thread on
    (S37). `text` is what is new in it, without quoted parts and signature. All addresses are lower case.
    """

    kind: Kind
    why: str
    sender: str
    recipients: tuple[str, ...]
    written_to: tuple[str, ...]
    answers: tuple[str, ...]
    forwarded_from: tuple[str, ...]
    returns_on: date | None
    subject: str
    text: str
    status: str | None
    message_id: str | None
    sent_at: datetime | None

    @property
    def event(self) -> Event | None:
        """Return what it means to the rules; None: nothing."""
        return EVENTS.get(self.kind)
