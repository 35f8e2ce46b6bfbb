"""What the specification says about reported events, read anew: "by the system" and section 5 of statuses.md.

Transcribed here a second time and decided by other code, as `oracle.py` does for changes by hand. From
`rules` it takes the names of the statuses and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from rules.statuses import Status, StatusSet
from tests.schema.oracle import stage_of

S = Status
WATCHED: Final = {S.ACTIVE, S.OUT_OF_OFFICE}
EMAIL, CALL = "email", "call"
STEPS: Final = (EMAIL, CALL)
"""The steps of the sequence that contacts are in, here."""

OF_A_PERSON: Final = {S.BOUNCED, S.OUT_OF_OFFICE, S.AUTO_REPLIED, S.REPLIED, S.ACTIVE}
"""What an event does not lead to if a person decided later, where it would move the stage."""


@dataclass(frozen=True)
class Standing:
    """The facts of section 2 that an event depends on; `late`: a person decided after it happened."""

    in_sequence: bool = True
    emails: int = 0
    sms: int = 0
    done: frozenset[str] = frozenset()
    missing: bool = False
    goes_on: bool = False  # replies handling
    opens: bool = True
    clicks: bool = True
    late: bool = False

    @property
    def left(self) -> int:
        return len(STEPS) - len(self.done)


@dataclass(frozen=True)
class Told:
    """An event as it is reported: its kind, of a reply the channel, and the step it names."""

    kind: str
    sms: bool = False
    step: str | None = None


@dataclass(frozen=True)
class Says:
    """What comes of it: the set, the facts, and, if nothing does, every reason."""

    after: StatusSet
    now: Standing
    reasons: frozenset[str] = frozenset()


PUTS: Final = {
    "EMAIL_BOUNCED": S.BOUNCED,
    "EMAIL_OPENED": S.OPENED,
    "LINK_CLICKED": S.CLICKED,
    "REPLY_RECEIVED": S.REPLIED,
    "AUTO_REPLY_RECEIVED": S.AUTO_REPLIED,
    "OUT_OF_OFFICE_RECEIVED": S.OUT_OF_OFFICE,
    "OPT_OUT_CLICKED": S.OPTED_OUT,
    "COMPLAINT_RECEIVED": S.OPTED_OUT,
    "STEP_REACHED": S.TO_CALL,
    "CALL_MADE": S.CALLED,
    "EMAIL_SENT": S.FINISHED,
    "SMS_SENT": S.FINISHED,
    "STEP_COMPLETED": S.FINISHED,
}
COMPLETES: Final = {"EMAIL_SENT": EMAIL, "SMS_SENT": None, "STEP_COMPLETED": CALL}
"""The step of this sequence that an event completes if it names none."""


def comes_of(statuses: StatusSet, told: Told, now: Standing) -> Says:
    """Return what an event comes to."""
    if told.kind == "EMAIL_SENT" and S.ACTIVE not in statuses:
        return Says(statuses, now, frozenset({"NOT_ACTIVE"}))
    status = PUTS[told.kind]
    if not now.in_sequence and status is not S.OPTED_OUT:
        return Says(statuses, now, frozenset({"NOT_IN_SEQUENCE"}))
    counted = counts(told, now)
    if told.kind == "EMAIL_SENT":
        statuses |= {S.CONTACTED}
    after = becomes(statuses, status, counted)
    why = refused(statuses, status, after, counted, sms=told.sms)
    if not why and after is not None:
        return Says(after, counted)
    return Says(statuses, counted, why)


def counts(told: Told, now: Standing) -> Standing:
    """Return the facts once the event was counted."""
    if told.kind not in COMPLETES:
        return now
    step = told.step or COMPLETES[told.kind]
    return replace(
        now,
        emails=now.emails + (told.kind == "EMAIL_SENT"),
        sms=now.sms + (told.kind == "SMS_SENT"),
        done=now.done | ({step} if step else set()),
    )


def becomes(statuses: StatusSet, status: Status, now: Standing) -> StatusSet | None:
    """Return what the row for this contact makes of it, None if there is none."""
    stage = stage_of(statuses)
    marks = statuses - ({stage} if stage else set())
    whole = {
        S.OPENED: statuses | {status},
        S.CLICKED: statuses | {status},
        S.CALLED: (statuses | {status}) - {S.TO_CALL},
        S.TO_CALL: None if stage is S.OPTED_OUT else statuses | {status},
        S.OPTED_OUT: marks | {status},
    }
    if status in whole:
        return whole[status]
    if status is S.REPLIED and stage in WATCHED:
        return marks | {S.ACTIVE if now.goes_on else S.FINISHED, status}
    if status is S.BOUNCED and stage in WATCHED:
        return marks | {status}
    if stage is not S.ACTIVE:
        return None
    return marks | ({S.FINISHED, status} if status is S.AUTO_REPLIED else {status})


def refused(
    statuses: StatusSet, status: Status, after: StatusSet | None, now: Standing, *, sms: bool
) -> frozenset[str]:
    """Return every reason why a change does not come to pass."""
    if after == statuses or (after is None and status in statuses):
        return frozenset({"ALREADY_SET"})
    unmet = set(provisos(statuses, status, now, sms=sms))
    if unmet:
        return frozenset(unmet)
    if after is None:
        stopped = stage_of(statuses) in {S.BOUNCED, S.OPTED_OUT}
        return frozenset({"INCOMPATIBLE" if stopped else "NO_TRANSITION"})
    moves = stage_of(after) is not stage_of(statuses)
    return frozenset({"DECIDED_SINCE"} if now.late and moves and status in OF_A_PERSON else ())


def provisos(statuses: StatusSet, status: Status, now: Standing, *, sms: bool) -> list[str]:
    """Return what the column "provided" demands and the contact has not."""
    stage = stage_of(statuses)
    unmet = []
    if status in {S.BOUNCED, S.OUT_OF_OFFICE, S.AUTO_REPLIED, S.REPLIED}:
        reached = now.sms if sms else now.emails
        if stage not in WATCHED or not reached or S.REPLIED in statuses:
            unmet.append("REPLIES_NOT_TRACKED")
    if status is S.REPLIED and now.goes_on and stage is S.OUT_OF_OFFICE:
        unmet += ["NO_STEPS_LEFT"] if not now.left else []
        unmet += ["DATA_MISSING"] if now.missing else []
    if status is S.FINISHED and now.left:
        unmet.append("STEPS_LEFT")
    if status is S.OPENED and not now.opens:
        unmet.append("OPENS_NOT_TRACKED")
    if status is S.CLICKED and not now.clicks:
        unmet.append("CLICKS_NOT_TRACKED")
    if status in {S.OPENED, S.CLICKED} and not now.emails:
        unmet.append("NO_EMAIL_RECEIVED")
    return unmet
