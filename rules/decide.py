"""The engine: reads the table, and says what a change makes of a contact, or every reason why not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rules.events import LEADS_TO
from rules.facts import Facts, Who
from rules.reasons import Reason
from rules.statuses import MARKS, Change, ChangeKind, Status, StatusSet, stage_of
from rules.table import BY_HAND, BY_THE_SYSTEM
from rules.vocabulary import By, ReasonCode, Row

STOPS = frozenset({Status.BOUNCED, Status.OPTED_OUT})
HANDS = {row.change for row in BY_HAND}


@dataclass(frozen=True, slots=True)
class Allowed:
    """The changes are allowed: the set before and after, and the row behind each change."""

    before: StatusSet
    after: StatusSet
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """The changes are refused: every reason, in order; never empty."""

    reasons: tuple[Reason, ...]


def decide(statuses: StatusSet, change: Change, facts: Facts) -> Allowed | Refused:
    """Decide one change of a contact that carries `statuses`."""
    row = _row(statuses, change, facts)
    reasons = tuple(_reasons(statuses, change, facts, row))
    if row is None or reasons:
        return Refused(reasons)
    return Allowed(statuses, row.becomes.apply(statuses), (row,))


def decide_all(statuses: StatusSet, changes: Sequence[Change], facts: Facts) -> Allowed | Refused:
    """Decide several changes at once: removes first, then adds, each against the result of the one before.

    If any is refused all are; the changes after a refused one are decided as if it had not been asked.
    Most requests ask what was asked before, in the same case: each answer is worked out once, but for those
    that may have to name variables.
    """
    if facts.missing_variables:
        return _decided(statuses, tuple(changes), facts)
    return _remembered(statuses, tuple(changes), facts.shape())


def _decided(statuses: StatusSet, changes: tuple[Change, ...], facts: Facts) -> Allowed | Refused:
    removes_first = sorted(changes, key=lambda change: change.kind is ChangeKind.ADD)
    folded = fold(statuses, removes_first, facts)
    return Refused(folded.reasons) if folded.reasons else Allowed(statuses, folded.after, folded.rows)


_remembered = lru_cache(maxsize=4_096)(_decided)


@dataclass(frozen=True, slots=True)
class Folded:
    """What several changes came to, each made where it was allowed: the set after, rows, and reasons."""

    after: StatusSet
    rows: tuple[Row, ...]
    reasons: tuple[Reason, ...]


def fold(statuses: StatusSet, changes: Iterable[Change], facts: Facts) -> Folded:
    """Decide the changes one after the other, each against the result of those that were allowed."""
    after = statuses
    rows: list[Row] = []
    reasons: list[Reason] = []
    for change in changes:
        match decide(after, change, facts):
            case Allowed(after=after, rows=applied):
                rows += applied
            case Refused(reasons=refused):
                reasons += refused
    return Folded(after, tuple(rows), tuple(reasons))


def allowed_now(statuses: StatusSet, changes: Iterable[Change], facts: Facts) -> tuple[Change, ...]:
    """Return those of the changes that `decide` would allow now, without the reasons for the others."""
    return tuple(change for change in changes if becomes(statuses, change, facts) is not None)


def becomes(statuses: StatusSet, change: Change, facts: Facts) -> StatusSet | None:
    """Return the set after the change, None where it is refused: `decide` without the reasons."""
    row = _row(statuses, change, facts)
    if row is None or _not_the_owner(facts, change) or _unmet(statuses, facts, row):
        return None
    after = row.becomes.apply(statuses)
    return None if after == statuses else after


def _row(statuses: StatusSet, change: Change, facts: Facts) -> Row | None:
    """Return the one row that leads from this contact, None where there is none (S51)."""
    if not facts.in_sequence and change.status is not Status.OPTED_OUT:
        return None
    rows = _ROWS.get((facts.who is Who.SYSTEM, change), ())
    return next((row for row in rows if row.leads_from(statuses, facts)), None)


def _reasons(statuses: StatusSet, change: Change, facts: Facts, row: Row | None) -> Iterable[Reason]:
    """Yield the reasons as section 4 of the specification combines them."""
    if _not_the_owner(facts, change):
        yield Reason(ReasonCode.NOT_THE_OWNER, change)
    if not facts.in_sequence and change.status is not Status.OPTED_OUT:
        yield Reason(ReasonCode.NOT_IN_SEQUENCE, change)
    elif row is None:
        yield _no_row(statuses, change, facts)
    elif row.becomes.apply(statuses) == statuses:
        yield Reason(ReasonCode.ALREADY_SET, change)
    else:
        for code in _unmet(statuses, facts, row):
            named = facts.missing_variables if code is ReasonCode.DATA_MISSING else ()
            yield Reason(code, change, variables=named)


def _not_the_owner(facts: Facts, change: Change) -> bool:
    """Say whether the change is the owner's alone and someone else asks (S1, S2, S52)."""
    return facts.who is Who.TEAMMATE and change not in _ANYONE


def _unmet(statuses: StatusSet, facts: Facts, row: Row) -> list[ReasonCode]:
    return [proviso.unmet for proviso in row.provided if not proviso.holds(statuses, facts)]


def _no_row(statuses: StatusSet, change: Change, facts: Facts) -> Reason:
    """Say, with the first reason that applies, why no row leads there."""
    status, adding, by_hand = change.status, change.kind is ChangeKind.ADD, facts.who is not Who.SYSTEM
    stage = stage_of(statuses)
    if by_hand and adding and change not in HANDS:
        return Reason(ReasonCode.SYSTEM_ONLY, change, event=LEADS_TO[status])
    if by_hand and not adding and status in MARKS and change not in HANDS:
        return Reason(ReasonCode.PERMANENT, change)
    if adding and status in statuses:
        return Reason(ReasonCode.ALREADY_SET, change)
    if not adding and status not in statuses:
        return Reason(ReasonCode.NOT_SET, change)
    if stage in STOPS:
        return Reason(ReasonCode.INCOMPATIBLE, change, stage=stage)
    return Reason(ReasonCode.NO_TRANSITION, change, allowed=allowed_now(statuses, _ORDER, facts))


def _by_change(rows: Iterable[Row], system: bool) -> dict[tuple[bool, Change], tuple[Row, ...]]:
    found: dict[tuple[bool, Change], tuple[Row, ...]] = {}
    for row in rows:
        found[system, row.change] = (*found.get((system, row.change), ()), row)
    return found


_ROWS = _by_change(BY_HAND, system=False) | _by_change(BY_THE_SYSTEM, system=True)
_ANYONE = {row.change for row in BY_HAND if row.by is By.ANYONE}
_ORDER = tuple(dict.fromkeys(row.change for row in BY_HAND))
