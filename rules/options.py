"""What is possible for a contact now, change by change, and the way out of a refusal."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rules.decide import STOPS, Allowed, Refused, becomes, decide
from rules.facts import Facts
from rules.reasons import Reason
from rules.statuses import CHANGES, Change, ChangeKind, StatusSet
from rules.table import BY_HAND
from rules.vocabulary import ReasonCode

# Ways that end at the same place with the same number of changes: one that bounces or opts out a contact on
# the way is found last, because the log would then say what never happened.
_INTO_A_STOP = {+status for status in STOPS}
_HANDS = sorted(dict.fromkeys(row.change for row in BY_HAND), key=_INTO_A_STOP.__contains__)


@dataclass(frozen=True, slots=True)
class Option:
    """One change by hand: allowed, and what the set becomes; or the reasons, and the way out."""

    change: Change
    becomes: StatusSet | None
    reasons: tuple[Reason, ...]
    way_out: tuple[Change, ...]

    @property
    def allowed(self) -> bool:
        """Whether asking for the change now would succeed."""
        return self.becomes is not None

    def naming(self, variables: tuple[str, ...]) -> "Option":
        """Return the option with these variables named as missing; itself if that is no reason of it."""
        if all(reason.code is not ReasonCode.DATA_MISSING for reason in self.reasons):
            return self
        reasons = tuple(
            replace(reason, variables=variables) if reason.code is ReasonCode.DATA_MISSING else reason
            for reason in self.reasons
        )
        return replace(self, reasons=reasons)


def options(statuses: StatusSet, facts: Facts) -> list[Option]:
    """Return every change by hand there is (add and remove of all fourteen), each with its answer now.

    The table is finite, so there are few answers: each is worked out once. Which variables are missing is
    all that differs beyond them.
    """
    found = _options(statuses, facts.shape())
    if not facts.missing_variables:
        return list(found)
    return [option.naming(facts.missing_variables) for option in found]


@lru_cache(maxsize=65_536)
def _options(statuses: StatusSet, facts: Facts) -> tuple[Option, ...]:
    return tuple(_option(statuses, change, facts) for change in CHANGES)


def _option(statuses: StatusSet, change: Change, facts: Facts) -> Option:
    match decide(statuses, change, facts):
        case Allowed(after=after):
            return Option(change, after, (), ())
        case Refused(reasons=reasons):
            return Option(change, None, reasons, way_out(statuses, [change], facts))


def way_out(statuses: StatusSet, changes: Sequence[Change], facts: Facts) -> tuple[Change, ...]:
    """Return the shortest list of changes by hand that leads to what the changes ask for.

    Searched over the same table with the same facts; empty if there is none, or if nothing is left to do.
    Asked for are all added statuses, and none of the removed (an added one counts as added).
    """
    wanted = frozenset(change.status for change in changes if change.kind is ChangeKind.ADD)
    unwanted = frozenset(change.status for change in changes if change.kind is ChangeKind.REMOVE) - wanted
    return _search(statuses, wanted, unwanted, facts.shape())


@lru_cache(maxsize=65_536)
def _search(statuses: StatusSet, wanted: StatusSet, unwanted: StatusSet, facts: Facts) -> tuple[Change, ...]:
    """Search breadth first; sets are few, so every one is visited at most once."""
    queue: deque[tuple[StatusSet, tuple[Change, ...]]] = deque([(statuses, ())])
    seen = {statuses}
    while queue:
        present, path = queue.popleft()
        if wanted <= present and unwanted.isdisjoint(present):
            return path
        for change in _HANDS:
            after = becomes(present, change, facts)
            if after is not None and after not in seen:
                seen.add(after)
                queue.append((after, (*path, change)))
    return ()
