"""Entering and leaving a sequence, and what an event does to a contact that stays in one."""

from collections.abc import Iterator
from dataclasses import replace

from rules.decide import Folded, becomes, fold
from rules.events import NEVER_LATE, OF_ITS_SEQUENCE, REACTIONS, Event
from rules.facts import Facts, Who
from rules.reasons import Reason
from rules.statuses import Change, Status, StatusSet, stage_of
from rules.table import BY_THE_SYSTEM
from rules.vocabulary import ReasonCode


def enter(facts: Facts) -> StatusSet:
    """Return the set a contact starts a sequence with: Active, or Missing data if a variable is missing."""
    return frozenset({Status.MISSING_DATA if facts.missing_variables else Status.ACTIVE})


def leave(statuses: StatusSet) -> StatusSet:
    """Return what a contact keeps when it leaves its sequence: Opted out, and nothing else (S35)."""
    return statuses & {Status.OPTED_OUT}


def unheeded(event: Event, statuses: StatusSet, facts: Facts, *, earlier: bool = False) -> tuple[Reason, ...]:
    """Return why an event is neither counted nor leads to anything here; empty if it is heeded.

    `earlier` says that it is about an email or a step of another sequence than the one the contact is in.
    """
    reaction = REACTIONS[event]
    unmet = [proviso.unmet for proviso in reaction.provided if not proviso.holds(statuses, facts)]
    if earlier and facts.in_sequence and event in OF_ITS_SEQUENCE:
        unmet.append(ReasonCode.EARLIER_SEQUENCE)
    return tuple(Reason(code, change) for change in reaction.tries for code in unmet)


def react(event: Event, statuses: StatusSet, facts: Facts, *, late: bool = False) -> Folded:
    """Try, as the system, each change the event leads to; `facts` are those after the event was counted.

    Unlike a request by hand this is not all or nothing: each change that the table allows is made, and
    the reasons of the others say why nothing came of them. `late` says that a person changed the statuses
    after the event happened: then it moves no stage, but for those in `NEVER_LATE`.
    """
    facts = replace(facts, who=Who.SYSTEM)
    if reasons := unheeded(event, statuses, facts):
        return Folded(statuses, (), reasons)
    tries: tuple[Change, ...] = REACTIONS[event].tries
    stale: tuple[Reason, ...] = ()
    if late:
        moving = [change for change in tries if _moves_stage(statuses, change, facts)]
        stale = tuple(Reason(ReasonCode.DECIDED_SINCE, change) for change in moving)
        tries = tuple(change for change in tries if change not in moving)
    folded = fold(statuses, tries, facts)
    return Folded(folded.after, folded.rows, stale + tuple(_said(folded, facts)))


def _said(folded: Folded, facts: Facts) -> Iterator[Reason]:
    """Yield the reasons; where no row leads, what each row of the change demands says more than that.

    That replies of a Paused contact are not tracked, for example (S11).
    """
    for reason in folded.reasons:
        rows = [row for row in BY_THE_SYSTEM if row.change == reason.change and row.when.holds(facts)]
        demands = [{p.unmet for p in row.provided if not p.holds(folded.after, facts)} for row in rows]
        unmet = set.intersection(*demands) if demands else set()
        if reason.code in {ReasonCode.NO_TRANSITION, ReasonCode.INCOMPATIBLE} and unmet:
            yield from (Reason(code, reason.change) for code in ReasonCode if code in unmet)
        else:
            yield reason


def _moves_stage(statuses: StatusSet, change: Change, facts: Facts) -> bool:
    after = becomes(statuses, change, facts)
    return after is not None and change.status not in NEVER_LATE and stage_of(after) is not stage_of(statuses)
