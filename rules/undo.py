"""Undoing a change that a person made: what the contact becomes, or everything that stands in the way.

An undo puts back what one line of the log did, and nothing else: what it put on goes, what it took off comes
back, other statuses stay as they are now. It leads only to where the table leads: nobody gets to a set by
undoing that no contact can have, and to no set that the present facts forbid.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rules.decide import Allowed
from rules.events import Event
from rules.facts import Facts, Who
from rules.reasons import Reason
from rules.statuses import Change, Status, StatusSet, in_order
from rules.vocabulary import READY, ReasonCode

ASKED_OUT = frozenset({Event.OPT_OUT_CLICKED, Event.COMPLAINT_RECEIVED, Event.DO_NOT_CONTACT_SET})
"""How a prospect asks not to be written to: by the link, by reporting spam, or in a reply."""


class Obstacle(StrEnum):
    """Why a line cannot be undone, beyond the reasons of the table; the value says what the code means."""

    NOT_UNDOABLE = "Only a change of statuses that a person made can be undone."
    ALREADY_UNDONE = "The change was undone already; `activity` says when."
    CHANGED_SINCE = "A later change depends on it: `activity` is the latest one."
    OPTED_OUT_BY_PROSPECT = "The prospect asked not to be written to: an undo does not take Opted out off."


@dataclass(frozen=True, slots=True)
class Line:
    """What an undo looks at of a line of the log."""

    id: int
    before: StatusSet
    after: StatusSet
    by_hand: bool  # a person changed statuses, or undid a change
    moves: bool = False  # the contact entered a sequence, or left one
    undoes: int | None = None

    @property
    def touches(self) -> StatusSet:
        """Return the statuses it put on or took off."""
        return self.before ^ self.after


@dataclass(frozen=True, slots=True)
class Hindered:
    """The line cannot be undone: an obstacle, and the later line that it is about, if it is about one."""

    obstacle: Obstacle
    later: int | None = None


def undo(
    statuses: StatusSet, line: Line, later: Sequence[Line], facts: Facts, *, asked_out: bool
) -> Allowed | tuple[Hindered | Reason, ...]:
    """Decide whether a line can be undone for a contact that carries `statuses` now.

    `later` are the contact's lines after it, the oldest first; `asked_out` says whether the prospect ever
    asked not to be written to. Only the owner undoes. Later lines that are undone themselves, and those that
    touch other statuses, stand in nobody's way.
    """
    put, taken = line.after - line.before, line.before - line.after
    after = statuses - put | taken
    found: list[Hindered | Reason] = [*_hindered(line, later, put, asked_out=asked_out)]
    if not found:
        found += _forbidden(statuses, after, facts)
    if facts.who is not Who.OWNER:
        found.insert(0, Reason(ReasonCode.NOT_THE_OWNER, _of(put, taken)))
    return tuple(found) or Allowed(statuses, after, ())


def _hindered(line: Line, later: Sequence[Line], put: StatusSet, *, asked_out: bool) -> Iterator[Hindered]:
    if not line.by_hand or not line.touches:
        yield Hindered(Obstacle.NOT_UNDOABLE)
        return
    standing = list(_standing(later, line))
    if undone := [each.id for each in standing if each.undoes == line.id]:
        yield Hindered(Obstacle.ALREADY_UNDONE, undone[0])
    elif depending := [each.id for each in standing if each.moves or each.touches & line.touches]:
        yield Hindered(Obstacle.CHANGED_SINCE, depending[0])
    elif Status.OPTED_OUT in put and asked_out:
        yield Hindered(Obstacle.OPTED_OUT_BY_PROSPECT)


def _standing(later: Sequence[Line], line: Line) -> Iterator[Line]:
    """Yield the later lines that still hold, the newest first: not those undone, nor what undid them."""
    undone: set[int] = set()
    for each in reversed(later):
        if each.id in undone:
            continue
        if each.undoes is not None and each.undoes > line.id:
            undone.add(each.undoes)
        else:
            yield each


def _forbidden(statuses: StatusSet, after: StatusSet, facts: Facts) -> Iterator[Reason]:
    """Yield why the set that the undo leads to is not allowed as things stand now."""
    back = after - statuses
    if Status.ACTIVE in back:
        for proviso in READY:
            if not proviso.holds(after, facts):
                named = facts.missing_variables if proviso.unmet is ReasonCode.DATA_MISSING else ()
                yield Reason(proviso.unmet, +Status.ACTIVE, variables=named)
    if Status.TO_CALL in back and Status.OPTED_OUT in after:
        yield Reason(ReasonCode.INCOMPATIBLE, +Status.TO_CALL, stage=Status.OPTED_OUT)


def _of(put: StatusSet, taken: StatusSet) -> Change:
    """Return the change that an undo comes to; of several the one that comes first."""
    changes = [*(+status for status in in_order(taken)), *(-status for status in in_order(put))]
    return changes[0] if changes else +Status.ACTIVE
