"""The fourteen statuses and the sets they form.

A contact carries a set: exactly one *stage* while it is in a sequence, and any number of *marks*.
In no sequence it carries nothing, or Opted out (S35).
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple, TypeAlias


class ChangeKind(StrEnum):
    """The two things one can ask of a status (S5)."""

    ADD = "add"
    REMOVE = "remove"


class Status(StrEnum):
    """One status. Its name is the API's word, its value the word people read.

    `+Status.PAUSED` is the change that puts it on, `-Status.PAUSED` the one that takes it off (S5).
    """

    ACTIVE = "Active"
    PAUSED = "Paused"
    MISSING_DATA = "Missing data"
    OUT_OF_OFFICE = "Out of office"
    BOUNCED = "Bounced"
    FINISHED = "Finished"
    OPTED_OUT = "Opted out"
    CONTACTED = "Contacted"
    OPENED = "Opened"
    CLICKED = "Clicked"
    REPLIED = "Replied"
    AUTO_REPLIED = "Auto-replied"
    TO_CALL = "To call"
    CALLED = "Called"

    def __pos__(self) -> "Change":
        return Change(ChangeKind.ADD, self)

    def __neg__(self) -> "Change":
        return Change(ChangeKind.REMOVE, self)


class Change(NamedTuple):
    """One asked-for change: add or remove one status."""

    kind: ChangeKind
    status: Status

    def __str__(self) -> str:
        return f"{self.kind.value} {self.status.value}"


CHANGES: tuple[Change, ...] = tuple(Change(kind, status) for kind in ChangeKind for status in Status)

StatusSet: TypeAlias = frozenset[Status]

NOTHING: StatusSet = frozenset()

STAGES: StatusSet = frozenset(
    {
        Status.ACTIVE,
        Status.PAUSED,
        Status.MISSING_DATA,
        Status.OUT_OF_OFFICE,
        Status.BOUNCED,
        Status.FINISHED,
        Status.OPTED_OUT,
    }
)
MARKS: StatusSet = frozenset(Status) - STAGES

MEANING: dict[Status, str] = {
    Status.ACTIVE: "Receives the sequence's emails; once one was received, replies are tracked (S8, S9).",
    Status.PAUSED: "Stopped by hand: no emails, replies are not tracked (S10, S11).",
    Status.MISSING_DATA: "The profile lacks a variable that a template uses: no emails (S13, S17).",
    Status.OUT_OF_OFFICE: "Away, says an automatic reply: no steps; a real reply is still seen (S23-S26).",
    Status.BOUNCED: "An email could not be delivered: no emails until the address is put right (S18, S19).",
    Status.FINISHED: "Done with the sequence: no emails, replies are not tracked (S27, S29).",
    Status.OPTED_OUT: "Asked not to be written to. Stays when the contact leaves the sequence (S32-S36).",
    Status.CONTACTED: "Received at least one email of the current sequence (S30).",
    Status.OPENED: "Opened an email (S43).",
    Status.CLICKED: "Clicked a link in an email (S44).",
    Status.REPLIED: "Replied by email or SMS; further replies are not tracked (S37, S38, S42).",
    Status.AUTO_REPLIED: "A machine replied; comes with Finished (S45).",
    Status.TO_CALL: "Reached a call step, or a person wants a call (S47, S48).",
    Status.CALLED: "Was called (S49, S50).",
}

_ORDER = {status: place for place, status in enumerate(Status)}


def in_order(statuses: Iterable[Status]) -> list[Status]:
    """Return the statuses in the enum's order, the one order of API, docs and log."""
    return sorted(statuses, key=_ORDER.__getitem__)


def stage_of(statuses: StatusSet) -> Status | None:
    """Return the one stage of the set; None for a contact that is nowhere and not opted out."""
    return next(iter(statuses & STAGES), None)


def can_receive_email(statuses: StatusSet) -> bool:
    """Say whether the sequence may mail this contact now (S8, S10, S17, S24, S29)."""
    return Status.ACTIVE in statuses
