"""What makes the system act, and what it then tries (section 5 of the specification)."""

from dataclasses import dataclass
from enum import StrEnum

from rules.statuses import Change, Status
from rules.vocabulary import IS_ACTIVE, TEXT_OPT_OUT, Proviso


class Event(StrEnum):
    """Something that happened; the value says what. Some are reported, some the product notices itself."""

    EMAIL_SENT = "an email of the sequence was sent"
    EMAIL_BOUNCED = "an email could not be delivered"
    EMAIL_OPENED = "an email was opened"
    LINK_CLICKED = "a link in an email was clicked"
    REPLY_RECEIVED = "the contact replied by email or SMS"
    AUTO_REPLY_RECEIVED = "a machine replied"
    OUT_OF_OFFICE_RECEIVED = "an automatic reply said the contact is out of office"
    OPT_OUT_CLICKED = "the opt-out link was clicked"
    COMPLAINT_RECEIVED = "the contact reported spam"
    DO_NOT_CONTACT_SET = "a reply was put into the inbox category Do not contact"
    SMS_SENT = "an SMS of the sequence was sent"
    STEP_REACHED = "the contact reached a call step"
    STEP_COMPLETED = "a step was completed"
    CALL_MADE = "a call was made, logged, or its task completed"
    VARIABLE_MISSING = (
        "the contact was enrolled, or its profile or a template changed, and a variable is missing"
    )
    STEPS_CHANGED = "steps were added to or removed from the sequence"
    OUT_OF_OFFICE_OVER = "the absence is over"


class Category(StrEnum):
    """The inbox category of a reply (S33); the value is its name."""

    INTERESTED = "Interested"
    NOT_INTERESTED = "Not interested"
    NOT_NOW = "Not now"
    DO_NOT_CONTACT = "Do not contact"
    OTHER = "Other"


@dataclass(frozen=True, slots=True)
class Reaction:
    """What the system does about an event: counts it, then tries each change; the table decides."""

    tries: tuple[Change, ...]
    emails: int = 0
    sms: int = 0
    completes_step: bool = False
    provided: tuple[Proviso, ...] = ()  # unmet, nothing is counted and nothing tried


# fmt: off
REACTIONS: dict[Event, Reaction] = {
    Event.EMAIL_SENT:             Reaction((+Status.CONTACTED, +Status.FINISHED),
                                           emails=1, completes_step=True, provided=IS_ACTIVE),
    Event.EMAIL_BOUNCED:          Reaction((+Status.BOUNCED,)),
    Event.EMAIL_OPENED:           Reaction((+Status.OPENED,)),
    Event.LINK_CLICKED:           Reaction((+Status.CLICKED,)),
    Event.REPLY_RECEIVED:         Reaction((+Status.REPLIED,)),
    Event.AUTO_REPLY_RECEIVED:    Reaction((+Status.AUTO_REPLIED,)),
    Event.OUT_OF_OFFICE_RECEIVED: Reaction((+Status.OUT_OF_OFFICE,)),
    Event.OPT_OUT_CLICKED:        Reaction((+Status.OPTED_OUT,)),
    Event.COMPLAINT_RECEIVED:     Reaction((+Status.OPTED_OUT,)),
    Event.DO_NOT_CONTACT_SET:     Reaction((+Status.OPTED_OUT,), provided=TEXT_OPT_OUT),
    Event.SMS_SENT:               Reaction((+Status.FINISHED,), sms=1, completes_step=True),
    Event.STEP_REACHED:           Reaction((+Status.TO_CALL,)),
    Event.STEP_COMPLETED:         Reaction((+Status.FINISHED,), completes_step=True),
    Event.CALL_MADE:              Reaction((+Status.CALLED,)),
    Event.VARIABLE_MISSING:       Reaction((+Status.MISSING_DATA,)),
    Event.STEPS_CHANGED:          Reaction((+Status.FINISHED,)),
    Event.OUT_OF_OFFICE_OVER:     Reaction((+Status.ACTIVE,)),
}
# fmt: on

NEVER_LATE = frozenset({Status.OPTED_OUT, Status.FINISHED, Status.MISSING_DATA})
"""What the system sets although a person changed the statuses after the event happened.

Opted out, because whoever asked not to be written to is not written to, however late we learn of it; Finished
and Missing data, because they follow from how things stand now.
"""

OF_ITS_SEQUENCE = frozenset(
    {
        *(Event.EMAIL_SENT, Event.EMAIL_BOUNCED, Event.EMAIL_OPENED, Event.LINK_CLICKED),
        *(Event.AUTO_REPLY_RECEIVED, Event.SMS_SENT, Event.STEP_REACHED, Event.STEP_COMPLETED),
    }
)
"""What is about one email or one step, and says nothing about another sequence than the one it is of.

A person who replies, complains or is away does so whichever email brought it up.
"""

LEADS_TO: dict[Status, Event] = {
    Status.MISSING_DATA: Event.VARIABLE_MISSING,
    Status.CONTACTED: Event.EMAIL_SENT,
    Status.OPENED: Event.EMAIL_OPENED,
    Status.CLICKED: Event.LINK_CLICKED,
    Status.AUTO_REPLIED: Event.AUTO_REPLY_RECEIVED,
    Status.CALLED: Event.CALL_MADE,
}
"""The event that leads to each status which only the system puts on."""
