"""An event as a use case takes it, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto

from models.contact_lists import ContactRecord
from models.tables import Activity
from resolvers.problems import Problem
from rules.events import Event
from rules.facts import Channel
from rules.reasons import Reason
from rules.statuses import StatusSet


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of one contact, named by its id, its address, or a message that was sent to it.

    The first of `contact_id`, `email` and `message_id` that names a contact decides. `source` and `id` say
    together which event it is, so that it counts once however often it is reported. `step_id` is the step it
    was about; left out, the first one of its kind that is not completed. `message_id` is the Message-ID of
    the email that was sent (EMAIL_SENT), or of the one it is about (all others). `text` is what the contact
    wrote: it is sorted into an inbox category, and not stored. `why` is how a machine came to see it so.
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
    message_id: str | None = None
    text: str | None = None
    why: str | None = None
    noticed: bool = False  # by the product itself: there is nobody whose report is to be checked

    @property
    def key(self) -> tuple[str, str] | None:
        """Return what the event is known by; None for one that the product noticed itself."""
        return (self.source, self.id) if self.source is not None and self.id is not None else None

    @property
    def message(self) -> str | None:
        """Return the message's id without its angle brackets; None if there is none."""
        return (self.message_id or "").strip().removeprefix("<").removesuffix(">") or None

    @property
    def sends(self) -> bool:
        """Say whether the message is one that was sent to the contact, rather than one it is about."""
        return self.event is Event.EMAIL_SENT


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
