"""Undoing: it leads back exactly, to sets that can be, and never past what later depends on it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import pytest

from rules.decide import Allowed
from rules.facts import Facts, Who
from rules.reasons import Reason
from rules.statuses import Status, StatusSet
from rules.undo import Hindered, Line, Obstacle, undo
from rules.vocabulary import ReasonCode
from tests.rules.test_every_contact import Contact, Walk, walk

__all__ = ["walk"]

S = Status
READY = Facts(emails_received=1)
ACTIVE, PAUSED, FINISHED = (frozenset({each}) for each in (S.ACTIVE, S.PAUSED, S.FINISHED))
OPTED_OUT = frozenset({S.OPTED_OUT})


def line(id_: int, before: StatusSet, after: StatusSet, **more: object) -> Line:
    return replace(Line(id_, before, after, by_hand=True), **more)  # type: ignore[arg-type]


def of(found: object) -> StatusSet | tuple[object, ...]:
    """Return the set that an undo leads to, or what stands in the way."""
    if isinstance(found, Allowed):
        return found.after
    assert isinstance(found, tuple)
    return tuple(each.code if isinstance(each, Reason) else each for each in found)


def test_it_leads_to_the_set_before_and_with_later_marks_to_a_set_that_can_be(walk: Walk) -> None:
    """Every change by hand there is; then every change that may follow, by whom ever; then the undo."""
    follow: dict[Contact, set[StatusSet]] = defaultdict(set)
    by_hand: set[tuple[Contact, StatusSet]] = set()
    for answer in walk.answers:
        if answer.after is not None:
            follow[answer.contact].add(answer.after)
            if answer.facts.who is Who.OWNER:
                by_hand.add((answer.contact, answer.after))
    kept = reached = 0
    for contact, after in by_hand:
        facts = replace(READY, in_sequence=contact.in_sequence)
        changed = line(1, contact.statuses, after)
        assert of(undo(after, changed, [], facts, asked_out=False)) == contact.statuses
        for later in follow[Contact(after, contact.in_sequence)]:
            found = undo(later, changed, [line(2, after, later)], facts, asked_out=False)
            if not isinstance(found, Allowed):
                kept += 1
                continue
            reached += 1
            assert Contact(found.after, contact.in_sequence) in walk.contacts
            assert found.after & changed.touches == contact.statuses & changed.touches
            assert found.after - changed.touches == later - changed.touches
    assert min(kept, reached) > 1_000


def test_later_marks_stay_and_a_later_stage_stands_in_the_way() -> None:
    changed, opened = line(1, ACTIVE, PAUSED), PAUSED | {S.OPENED}
    assert of(undo(opened, changed, [line(2, PAUSED, opened)], READY, asked_out=False)) == ACTIVE | {S.OPENED}
    later = [line(2, PAUSED, ACTIVE), line(3, ACTIVE, PAUSED)]
    there_and_back = of(undo(PAUSED, changed, later, READY, asked_out=False))
    assert there_and_back == (Hindered(Obstacle.CHANGED_SINCE, 3),)


def test_what_was_undone_later_stands_in_nobodys_way_until_that_is_undone() -> None:
    changed, stopped = line(1, ACTIVE, PAUSED), line(2, PAUSED, OPTED_OUT)
    back, forth = line(3, OPTED_OUT, PAUSED, undoes=2), line(4, PAUSED, OPTED_OUT, undoes=3)
    assert of(undo(PAUSED, changed, [stopped, back], READY, asked_out=False)) == ACTIVE
    again = of(undo(OPTED_OUT, changed, [stopped, back, forth], READY, asked_out=False))
    assert again == (Hindered(Obstacle.CHANGED_SINCE, 2),)


def test_a_line_is_undone_once_and_its_undo_can_be_undone() -> None:
    changed, back = line(1, ACTIVE, PAUSED), line(2, PAUSED, ACTIVE, undoes=1)
    assert of(undo(ACTIVE, changed, [back], READY, asked_out=False)) == (
        Hindered(Obstacle.ALREADY_UNDONE, 2),
    )
    assert of(undo(ACTIVE, back, [], READY, asked_out=False)) == PAUSED
    forth = line(3, ACTIVE, PAUSED, undoes=2)
    assert of(undo(PAUSED, changed, [back, forth], READY, asked_out=False)) == ACTIVE


def test_an_undo_of_something_earlier_counts_as_a_change_of_its_own() -> None:
    marked = line(2, PAUSED, PAUSED | {S.TO_CALL})
    back = line(3, PAUSED | {S.TO_CALL}, ACTIVE | {S.TO_CALL}, undoes=1)
    assert of(undo(ACTIVE | {S.TO_CALL}, marked, [back], READY, asked_out=False)) == ACTIVE


def test_entering_or_leaving_a_sequence_since_stands_in_the_way_even_if_the_set_is_the_same() -> None:
    moved = line(2, PAUSED, PAUSED, moves=True)
    found = of(undo(PAUSED, line(1, ACTIVE, PAUSED), [moved], READY, asked_out=False))
    assert found == (Hindered(Obstacle.CHANGED_SINCE, 2),)


@pytest.mark.parametrize("asked_out", [True, False])
def test_opted_out_stays_if_the_prospect_ever_asked_for_it(asked_out: bool) -> None:
    found = of(undo(OPTED_OUT, line(1, ACTIVE, OPTED_OUT), [], READY, asked_out=asked_out))
    assert found == ((Hindered(Obstacle.OPTED_OUT_BY_PROSPECT),) if asked_out else ACTIVE)
    assert of(undo(PAUSED, line(1, OPTED_OUT, PAUSED), [], READY, asked_out=asked_out)) == OPTED_OUT


def test_what_the_system_did_and_what_changed_no_set_is_not_undone() -> None:
    for each in (line(1, ACTIVE, FINISHED, by_hand=False), line(1, ACTIVE, ACTIVE)):
        assert of(undo(each.after, each, [], READY, asked_out=False)) == (Hindered(Obstacle.NOT_UNDOABLE),)


def test_it_makes_active_only_what_is_ready_and_only_for_the_owner() -> None:
    facts = Facts(who=Who.TEAMMATE, steps_left=0, missing_variables=("City",))
    found = undo(FINISHED, line(1, ACTIVE, FINISHED), [], facts, asked_out=False)
    assert of(found) == (ReasonCode.NOT_THE_OWNER, ReasonCode.NO_STEPS_LEFT, ReasonCode.DATA_MISSING)
    assert isinstance(found, tuple)
    missing = found[-1]
    assert isinstance(missing, Reason)
    assert (missing.change, missing.variables) == (+S.ACTIVE, ("City",))


def test_nobody_is_to_call_who_opted_out_meanwhile() -> None:
    taken = line(1, PAUSED | {S.TO_CALL}, PAUSED, undoes=0)
    later = [line(2, PAUSED, OPTED_OUT)]
    assert of(undo(OPTED_OUT, taken, later, READY, asked_out=False)) == (ReasonCode.INCOMPATIBLE,)
