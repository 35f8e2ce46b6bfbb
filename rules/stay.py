"""Entering and leaving a sequence, and what an event does to a contact that stays in one."""

from dataclasses import replace

from rules.decide import Folded, fold
from rules.events import REACTIONS, Event
from rules.facts import Facts, Who
from rules.reasons import Reason
from rules.statuses import Status, StatusSet


def enter(facts: Facts) -> StatusSet:
    """Return the set a contact starts a sequence with: Active, or Missing data if a variable is missing."""
    return frozenset({Status.MISSING_DATA if facts.missing_variables else Status.ACTIVE})


def leave(statuses: StatusSet) -> StatusSet:
    """Return what a contact keeps when it leaves its sequence: Opted out, and nothing else (S35)."""
    return statuses & {Status.OPTED_OUT}


def react(event: Event, statuses: StatusSet, facts: Facts) -> Folded:
    """Try, as the system, each change the event leads to; `facts` are those after the event was counted.

    Unlike a request by hand this is not all or nothing: each change that the table allows is made, and
    the reasons of the others say why nothing came of them.
    """
    reaction, facts = REACTIONS[event], replace(facts, who=Who.SYSTEM)
    unmet = [proviso.unmet for proviso in reaction.provided if not proviso.holds(statuses, facts)]
    if unmet:
        return Folded(
            statuses, (), tuple(Reason(code, change) for change in reaction.tries for code in unmet)
        )
    return fold(statuses, reaction.tries, facts)
