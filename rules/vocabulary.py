"""The words the table is written in: changes, by whom, when, provided, becomes."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from rules.facts import Facts, OutOfOfficeProcessing, RepliesHandling, replies_tracked
from rules.statuses import STAGES, Change, Status, StatusSet, in_order


class By(StrEnum):
    """Whom a row admits: the owner alone, any member, or the system alone."""

    OWNER = "owner"
    ANYONE = "anyone"
    SYSTEM = "system"


class ReasonCode(StrEnum):
    """Why a change is refused; the value says what the code means. In the order they are returned."""

    NOT_THE_OWNER = "Team Edition is on and the sequence belongs to someone else (S52)."
    NOT_IN_SEQUENCE = "The contact is in no sequence (S3)."
    SYSTEM_ONLY = "Only the system puts this status on (S13, S31, S43, S44, S46, S49)."
    PERMANENT = "Nobody takes this mark off by hand."
    ALREADY_SET = "The contact has the status already: nothing would change."
    NOT_SET = "The contact does not have the status: nothing would change."
    INCOMPATIBLE = "The contact is Bounced or Opted out: that must be taken off first (S4)."
    NO_TRANSITION = "No row of the table leads there from the present stage (S51)."
    REPLIES_NOT_TRACKED = "Replies of this contact are not tracked now (S9, S11, S29, S42)."
    NOT_ACTIVE = "The contact is not Active: the sequence sends it no email (S8)."
    DECIDED_SINCE = "A person changed the statuses after the event happened, and that stands."
    EARLIER_SEQUENCE = "It is about an email or a step of a sequence that the contact is not in."
    OPENS_NOT_TRACKED = "Open tracking is off for the sequence (S43)."
    CLICKS_NOT_TRACKED = "Link tracking is off for the sequence (S44)."
    TEXT_OPT_OUT_OFF = "Text opt-out is off for the sequence (S33)."
    NO_EMAIL_RECEIVED = "It needs an email of the current sequence (S7, S20)."
    NO_STEPS_LEFT = "Every step of the sequence is completed (S28)."
    DATA_MISSING = "The profile lacks variables that the templates use (S14)."
    NOTHING_MISSING = "No variable is missing: the system has no cause for Missing data (S13)."
    STEPS_LEFT = "Steps are left: the system has no cause for Finished (S27)."


@dataclass(frozen=True, slots=True)
class When:
    """Picks between rows for the same change: a condition that never refuses, with its words."""

    words: str
    holds: Callable[[Facts], bool]


ALWAYS = When("", lambda _: True)
FINISH = When("replies handling = finish", lambda f: f.settings.replies_handling is RepliesHandling.FINISH)
CONTINUE = When(
    "replies handling = continue", lambda f: f.settings.replies_handling is RepliesHandling.CONTINUE
)
AUTOMATIC = When(
    "out-of-office processing = automatic",
    lambda f: f.settings.out_of_office is OutOfOfficeProcessing.AUTOMATIC,
)
STEPS_LEFT = When("in a sequence, steps left", lambda f: f.in_sequence and f.steps_left > 0)
NONE_LEFT = When("in a sequence, no steps left", lambda f: f.in_sequence and f.steps_left == 0)
NOWHERE = When("in no sequence", lambda f: not f.in_sequence)


@dataclass(frozen=True, slots=True)
class Proviso:
    """What a row demands; unmet, it refuses with its reason."""

    words: str
    unmet: ReasonCode
    holds: Callable[[StatusSet, Facts], bool]


A_STEP = Proviso("steps left", ReasonCode.NO_STEPS_LEFT, lambda _, f: f.steps_left > 0)
DATA = Proviso("no variable missing", ReasonCode.DATA_MISSING, lambda _, f: not f.missing_variables)
READY = (A_STEP, DATA)
EMAIL = (Proviso("emails ≥ 1", ReasonCode.NO_EMAIL_RECEIVED, lambda _, f: f.emails_received > 0),)
LACKING = (
    Proviso("a variable is missing", ReasonCode.NOTHING_MISSING, lambda _, f: bool(f.missing_variables)),
)
DONE = (Proviso("no steps left", ReasonCode.STEPS_LEFT, lambda _, f: f.steps_left == 0),)
TRACKED = (Proviso("replies tracked", ReasonCode.REPLIES_NOT_TRACKED, replies_tracked),)
OPENS = (
    Proviso("opens tracked", ReasonCode.OPENS_NOT_TRACKED, lambda _, f: f.settings.track_opens),
    *EMAIL,
)
CLICKS = (
    Proviso("clicks tracked", ReasonCode.CLICKS_NOT_TRACKED, lambda _, f: f.settings.track_clicks),
    *EMAIL,
)
IS_ACTIVE = (Proviso("the contact is Active", ReasonCode.NOT_ACTIVE, lambda s, _: Status.ACTIVE in s),)
TEXT_OPT_OUT = (
    Proviso("text opt-out on", ReasonCode.TEXT_OPT_OUT_OFF, lambda _, f: f.settings.text_opt_out),
)


@dataclass(frozen=True, slots=True)
class Becomes:
    """What a row makes of the set: another stage, marks on, statuses off."""

    stage: Status | None = None
    plus: StatusSet = frozenset()
    minus: StatusSet = frozenset()

    def apply(self, statuses: StatusSet) -> StatusSet:
        """Return the set after the row."""
        kept = statuses - self.minus if self.stage is None else statuses - STAGES | {self.stage}
        return (kept - self.minus) | self.plus

    def __str__(self) -> str:
        reached = [self.stage.value] if self.stage else []
        marks = [status.value for status in in_order(self.plus)]
        gone = [f"\N{MINUS SIGN} {status.value}" for status in in_order(self.minus)]
        if reached:
            return " + ".join(reached + marks)
        return ", ".join([f"+ {mark}" for mark in marks] + gone)


def to(stage: Status, *marks: Status) -> Becomes:
    """Return the outcome "this stage instead of the present one, and these marks on"."""
    return Becomes(stage=stage, plus=frozenset(marks))


def plus(mark: Status, *, minus: Status | None = None) -> Becomes:
    """Return the outcome "this mark on", and perhaps another one off."""
    return Becomes(plus=frozenset({mark}), minus=frozenset({minus} if minus else ()))


def minus(status: Status) -> Becomes:
    """Return the outcome "this status off, nothing in its place"."""
    return Becomes(minus=frozenset({status}))


@dataclass(frozen=True)
class Row:
    """One way a status may change. Read aloud, it is a sentence, made once."""

    change: Change
    contact_is: frozenset[Status | None]  # any one of these; None is a contact that carries nothing
    becomes: Becomes
    by: By
    when: When
    provided: tuple[Proviso, ...]
    source: str

    def leads_from(self, statuses: StatusSet, facts: Facts) -> bool:
        """Say whether this is the row for such a contact, its provisos aside."""
        is_one = not self.contact_is.isdisjoint(statuses) or (None in self.contact_is and not statuses)
        return is_one and self.when.holds(facts)

    @property
    def is_(self) -> str:
        """Return the column "a contact that is" in words."""
        named = in_order(status for status in self.contact_is if status)
        rest = in_order(STAGES.difference(named))
        words = " or ".join(status.value for status in named)
        if len(rest) <= 2 and STAGES.issuperset(named):
            words = " but ".join(["any stage", *filter(None, [" or ".join(stage.value for stage in rest)])])
        return f"{words}, or in no sequence" if None in self.contact_is else words

    @cached_property
    def sentence(self) -> str:
        """Return the row read aloud, as the log keeps it."""
        by = "by anyone" if self.by is By.ANYONE else f"by the {self.by.value}"
        provided = " and ".join(proviso.words for proviso in self.provided)
        parts = [f"{self.change}: {self.is_} becomes {self.becomes}", by]
        parts += [f"when {self.when.words}"] if self.when.words else []
        parts += [f"provided {provided}"] if provided else []
        return f"{', '.join(parts)} ({self.source})"


def row(
    change: Change,
    contact_is: Status | Collection[Status | None],
    becomes: Becomes,
    by: By,
    when: When,
    provided: tuple[Proviso, ...],
    source: str,
) -> Row:
    """Return a row; `contact_is` may be one status or several."""
    one_of = {contact_is} if isinstance(contact_is, Status) else contact_is
    return Row(change, frozenset(one_of), becomes, by, when, provided, source)
