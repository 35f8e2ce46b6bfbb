"""What the specification says about changes by hand, read anew: sections 3 and 4 of statuses.md.

The table is transcribed here a second time and decided by other code, so that the program and this file agree
only where both agree with the page. From `rules` it takes the names of the statuses and nothing else.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeAlias

from rules.statuses import ChangeKind, Status, StatusSet

S = Status
Ask: TypeAlias = tuple[ChangeKind, Status]
ADD, REMOVE = ChangeKind.ADD, ChangeKind.REMOVE
ASKS: Final[tuple[Ask, ...]] = tuple((kind, status) for kind in (ADD, REMOVE) for status in Status)

STAGES: Final = (S.ACTIVE, S.PAUSED, S.MISSING_DATA, S.OUT_OF_OFFICE, S.BOUNCED, S.FINISHED, S.OPTED_OUT)
MARKS: Final = (S.CONTACTED, S.OPENED, S.CLICKED, S.REPLIED, S.AUTO_REPLIED, S.TO_CALL, S.CALLED)


@dataclass(frozen=True)
class Now:
    """The facts of section 2 that a change by hand depends on."""

    teammate: bool = False
    in_sequence: bool = True
    emails: int = 0
    steps_left: int = 1
    missing: tuple[str, ...] = ()
    replies_continue: bool = False


@dataclass(frozen=True)
class Reason:
    """A code of section 4, and what it carries."""

    code: str
    event: str | None = None
    stage: Status | None = None
    allowed: frozenset[Ask] | None = None
    variables: tuple[str, ...] | None = None


EMAIL, READY = "emails ≥ 1", "READY"


@dataclass(frozen=True)
class Row:
    """A line of "By hand": the change, the stages (or the mark) it starts from, what the stage becomes."""

    ask: Ask
    stages: tuple[Status | None, ...]
    becomes: Callable[[Now], Status | None] | None = None  # None: the stage stays
    puts: tuple[Status, ...] = ()
    takes: tuple[Status, ...] = ()
    carrying: Status | None = None
    anyone: bool = False
    provided: str | None = None


def to(stage: Status) -> Callable[[Now], Status | None]:
    return lambda _now: stage


def stopped(now: Now) -> Status | None:
    """What a contact becomes when Bounced or Opted out is taken off."""
    if not now.in_sequence:
        return None
    return S.PAUSED if now.steps_left else S.FINISHED


RESUMABLE: Final = (S.PAUSED, S.MISSING_DATA, S.OUT_OF_OFFICE, S.FINISHED)

ROWS: Final = (
    Row((ADD, S.PAUSED), (S.ACTIVE,), to(S.PAUSED)),
    Row((ADD, S.FINISHED), (S.ACTIVE,), to(S.FINISHED)),
    Row((ADD, S.OUT_OF_OFFICE), (S.ACTIVE,), to(S.OUT_OF_OFFICE)),
    Row((ADD, S.OPTED_OUT), (*STAGES, None), to(S.OPTED_OUT), anyone=True),
    Row((ADD, S.BOUNCED), (S.ACTIVE, *RESUMABLE), to(S.BOUNCED), provided=EMAIL),
    Row(
        (ADD, S.REPLIED),
        (S.ACTIVE,),
        lambda now: S.ACTIVE if now.replies_continue else S.FINISHED,
        puts=(S.REPLIED,),
        provided=EMAIL,
    ),
    Row((ADD, S.ACTIVE), RESUMABLE, to(S.ACTIVE), provided=READY),
    Row((ADD, S.TO_CALL), STAGES[:-1], puts=(S.TO_CALL,)),
    Row((REMOVE, S.MISSING_DATA), (S.MISSING_DATA,), to(S.ACTIVE), provided=READY),
    Row((REMOVE, S.OUT_OF_OFFICE), (S.OUT_OF_OFFICE,), to(S.ACTIVE), provided=READY),
    Row((REMOVE, S.BOUNCED), (S.BOUNCED,), stopped),
    Row((REMOVE, S.OPTED_OUT), (S.OPTED_OUT,), stopped),
    Row((REMOVE, S.CALLED), STAGES, takes=(S.CALLED,), carrying=S.CALLED),
)

EVENTS: Final = {
    S.MISSING_DATA: "VARIABLE_MISSING",
    S.CONTACTED: "EMAIL_SENT",
    S.OPENED: "EMAIL_OPENED",
    S.CLICKED: "LINK_CLICKED",
    S.AUTO_REPLIED: "AUTO_REPLY_RECEIVED",
    S.CALLED: "CALL_MADE",
}
"""What no person puts on, and the event of section 5 that does."""

KEPT: Final = frozenset(MARKS) - {S.CALLED}
"""The marks that no person takes off."""


def stage_of(statuses: StatusSet) -> Status | None:
    return next((stage for stage in STAGES if stage in statuses), None)


@cache
def decide(statuses: StatusSet, ask: Ask, now: Now) -> StatusSet | tuple[Reason, ...]:
    """Return the set a change leads to, or every reason why it does not."""
    reasons = []
    if now.teammate and ask != (ADD, S.OPTED_OUT):
        reasons.append(Reason("NOT_THE_OWNER"))
    if not now.in_sequence and ask[1] is not S.OPTED_OUT:
        return (*reasons, Reason("NOT_IN_SEQUENCE"))
    row = row_of(statuses, ask)
    if row is None:
        return (*reasons, no_row(statuses, ask, now))
    after = carried_out(row, statuses, now)
    reasons += [Reason("ALREADY_SET")] if after == statuses else unmet(row, now)
    return tuple(reasons) or after


def row_of(statuses: StatusSet, ask: Ask) -> Row | None:
    stage = stage_of(statuses)
    found = (row for row in ROWS if row.ask == ask and stage in row.stages)
    return next((row for row in found if row.carrying is None or row.carrying in statuses), None)


def carried_out(row: Row, statuses: StatusSet, now: Now) -> StatusSet:
    after = (statuses | set(row.puts)) - set(row.takes)
    if row.becomes:
        stage = row.becomes(now)
        after = after - set(STAGES) | ({stage} if stage else set())
    return after


def unmet(row: Row, now: Now) -> list[Reason]:
    checks = (
        (EMAIL, now.emails, Reason("NO_EMAIL_RECEIVED")),
        (READY, now.steps_left, Reason("NO_STEPS_LEFT")),
        (READY, not now.missing, Reason("DATA_MISSING", variables=now.missing)),
    )
    return [reason for proviso, holds, reason in checks if row.provided == proviso and not holds]


def no_row(statuses: StatusSet, ask: Ask, now: Now) -> Reason:
    """Return the one reason of section 4, rule 3."""
    (kind, status), stage = ask, stage_of(statuses)
    if kind is ADD and status in EVENTS:
        return Reason("SYSTEM_ONLY", event=EVENTS[status])
    if kind is REMOVE and status in KEPT:
        return Reason("PERMANENT")
    if kind is ADD and status in statuses:
        return Reason("ALREADY_SET")
    if kind is REMOVE and status not in statuses:
        return Reason("NOT_SET")
    if stage in {S.BOUNCED, S.OPTED_OUT}:
        return Reason("INCOMPATIBLE", stage=stage)
    return Reason("NO_TRANSITION", allowed=allowed(statuses, now))


def allowed(statuses: StatusSet, now: Now) -> frozenset[Ask]:
    """Return what is allowed now. Only rows are asked: a reason that lists them would ask for itself."""
    rows = [(ask, row_of(statuses, ask)) for ask in ASKS]
    return frozenset(ask for ask, row in rows if row and not isinstance(decide(statuses, ask, now), tuple))


def reached(statuses: StatusSet, ask: Ask) -> bool:
    """Whether a set is what was asked for."""
    return (ask[1] in statuses) is (ask[0] is ADD)


@cache
def way_length(statuses: StatusSet, ask: Ask, now: Now) -> int:
    """Return how many changes by hand lead to what was asked for; 0 if none do (or none are needed)."""
    queue, seen = deque([(statuses, 0)]), {statuses}
    while queue:
        here, steps = queue.popleft()
        if reached(here, ask):
            return steps
        for next_ask in ASKS:
            after = decide(here, next_ask, now)
            if isinstance(after, frozenset) and after not in seen:
                seen.add(after)
                queue.append((after, steps + 1))
    return 0
