"""The way out against brute force: it arrives, none is shorter, and none as short opts out less."""

from functools import cache
from itertools import product

import pytest

from rules.decide import Allowed, decide
from rules.facts import Facts, RepliesHandling, Settings
from rules.options import way_out
from rules.statuses import CHANGES, STAGES, Change, ChangeKind, Status, StatusSet

STOPS = frozenset({Status.BOUNCED, Status.OPTED_OUT})
MARKS = (frozenset[Status](), frozenset({Status.CALLED}), frozenset({Status.REPLIED, Status.TO_CALL}))
INSIDE = [frozenset({stage}) | marks for stage in Status if stage in STAGES for marks in MARKS]
OUTSIDE: list[StatusSet] = [frozenset(), frozenset({Status.OPTED_OUT})]
FACTS = [
    Facts(
        in_sequence=in_sequence,
        emails_received=emails,
        steps_left=steps,
        missing_variables=missing,
        settings=Settings(handling),
    )
    for in_sequence, emails, steps, missing, handling in product(
        (True, False), (0, 1), (0, 1), ((), ("City",)), RepliesHandling
    )
]


def is_there(statuses: StatusSet, goal: Change) -> bool:
    return (goal.status in statuses) == (goal.kind is ChangeKind.ADD)


@cache
def steps_from(statuses: StatusSet, facts: Facts) -> list[tuple[int, StatusSet]]:
    """Return where each allowed change leads, and whether (1) or not (0) it bounces or opts out."""
    decided = ((change, decide(statuses, change, facts)) for change in CHANGES)
    return [
        (int(change.kind is ChangeKind.ADD and change.status in STOPS), decision.after)
        for change, decision in decided
        if isinstance(decision, Allowed)
    ]


def cheapest(start: StatusSet, facts: Facts) -> dict[StatusSet, tuple[int, int]]:
    """Return the length of the shortest way to every set, and the fewest stops on a way that short."""
    costs = {start: (0, 0)}
    rim = {start}
    while rim:
        reached: dict[StatusSet, tuple[int, int]] = {}
        for present in rim:
            length, stops = costs[present]
            for stop, after in steps_from(present, facts):
                if after not in costs:
                    cost = (length + 1, stops + stop)
                    reached[after] = min(cost, reached.get(after, cost))
        costs |= reached
        rim = set(reached)
    return costs


def replay(start: StatusSet, way: tuple[Change, ...], facts: Facts) -> StatusSet:
    present = start
    for change in way:
        decision = decide(present, change, facts)
        assert isinstance(decision, Allowed), f"the way out of {set(start)} is refused at {change}"
        present = decision.after
    return present


@pytest.mark.parametrize("facts", FACTS)
def test_the_way_out_arrives_and_none_is_better(facts: Facts) -> None:
    for start in INSIDE if facts.in_sequence else OUTSIDE:
        costs = cheapest(start, facts)
        for goal in CHANGES:
            way = way_out(start, [goal], facts)
            best = min((cost for statuses, cost in costs.items() if is_there(statuses, goal)), default=None)
            if best is None:
                assert not way
            else:
                assert is_there(replay(start, way, facts), goal)
                stops = sum(change.kind is ChangeKind.ADD and change.status in STOPS for change in way)
                assert (len(way), stops) == best, f"{goal} from {set(start)}: {way}"
