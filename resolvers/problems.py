"""Why not, beyond the rules: what storage and input add to the reasons of `rules/`."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.contact_lists import ContactRecord
from rules.reasons import Reason
from rules.statuses import Change
from rules.undo import Obstacle
from rules.vocabulary import ReasonCode


class ProblemCode(StrEnum):
    """The codes that storage and input add; the value says what the code means."""

    CONTACT_NOT_FOUND = "There is no such contact, or not for you."
    SEQUENCE_NOT_FOUND = "There is no such sequence."
    STEP_NOT_FOUND = "There is no such step."
    MEMBER_NOT_FOUND = "There is no such member in the team."
    ACTIVITY_NOT_FOUND = "There is no such line of a log, or not for you."
    BULK_NOT_FOUND = "There is no such call that changed contacts, or not for you."
    NOT_UNDOABLE = Obstacle.NOT_UNDOABLE.value
    ALREADY_UNDONE = Obstacle.ALREADY_UNDONE.value
    CHANGED_SINCE = Obstacle.CHANGED_SINCE.value
    OPTED_OUT_BY_PROSPECT = Obstacle.OPTED_OUT_BY_PROSPECT.value
    WEBHOOK_NOT_FOUND = "There is no such webhook, or not for you."
    DELIVERY_NOT_FOUND = "There is no such delivery, or not for you."
    DELIVERY_UNDER_WAY = "The delivery is not at an end: it is tried again by itself."
    TOO_MANY_WEBHOOKS = "The team has as many webhooks as it can have."
    NOT_A_REPLY = "The line of the log tells of no reply."
    VERSION_CONFLICT = "The contact was changed since you read it."
    OPTED_OUT = "The contact is Opted out and enters no sequence (S36)."
    ALREADY_IN_SEQUENCE = "The contact is in a sequence already; it can be in one at a time."
    SEQUENCE_ARCHIVED = "The sequence is archived and takes no contacts."
    NO_STEPS = "The sequence has no steps yet."
    BULK_CHANGE_NOT_FOUND = "There is no such bulk change, or not for you."
    BULK_CHANGE_ENDED = "The bulk change has ended: there is nothing left to cancel."
    SELECTION_CHANGED = "Other contacts are selected than were previewed, or they have changed since."
    PREVIEW_EXPIRED = "The preview is more than an hour old."
    EMAIL_TAKEN = "A contact that you cannot see has this address."
    OTHERS_REFUSED = (
        "The change is allowed; it was not made because others of the call are refused, and the mode is ALL."
    )
    IDEMPOTENCY_KEY_REUSED = "The idempotency key was used for another request within the last 24 hours."
    INVALID_INPUT = "A value of the input cannot be used; `field` says which."


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason that is not the table's. What a code carries stands in the field named for it."""

    code: ProblemCode | ReasonCode
    message: str
    owner_id: int | None = None  # NOT_THE_OWNER
    expected: int | None = None  # VERSION_CONFLICT, SELECTION_CHANGED
    actual: int | None = None
    field: str | None = None  # INVALID_INPUT: where in the input
    line_id: int | None = None  # ALREADY_UNDONE, CHANGED_SINCE: the later line


@dataclass(frozen=True, slots=True)
class Failure:
    """Nothing was stored: every reason, the contact as it is, and the way out if there is one."""

    reasons: Sequence[Reason | Problem]
    record: ContactRecord | None = None
    way_out: tuple[Change, ...] = ()


def not_found(code: ProblemCode) -> Problem:
    """Return the reason for an id that names nothing the caller can see."""
    what = code.name.removesuffix("_NOT_FOUND").replace("_", " ").lower()
    return Problem(code, f"No {what} of your team has this id: look it up anew.")


def not_the_owner(owner_id: int, what: str) -> Problem:
    """Return the reason for a sequence that is someone else's, with Team Edition on (S52)."""
    message = f"With Team Edition on, only the owner may {what}."
    return Problem(ReasonCode.NOT_THE_OWNER, message, owner_id=owner_id)


def version_conflict(expected: int, actual: int) -> Problem:
    """Return the reason for a change that was decided on an older version."""
    message = f"You expected version {expected}, the contact is at {actual}: read it again, then decide."
    return Problem(ProblemCode.VERSION_CONFLICT, message, expected=expected, actual=actual)


def selection_changed(expected: int, actual: int) -> Problem:
    """Return the reason for a selection that is no longer the one that was previewed."""
    message = (
        f"{expected:,} contacts were previewed, and now the filter selects {actual:,}: preview again."
        if expected != actual
        else f"Of the {expected:,} contacts that were previewed, some have changed since: preview again."
    )
    return Problem(ProblemCode.SELECTION_CHANGED, message, expected=expected, actual=actual)


def invalid(field: str, message: str) -> Problem:
    """Return the reason for a value that cannot be used; `field` is its path in the input."""
    return Problem(ProblemCode.INVALID_INPUT, message, field=field)
