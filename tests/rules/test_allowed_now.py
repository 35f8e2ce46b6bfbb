"""What is allowed now: `becomes`, and the list a NO_TRANSITION carries, say what `decide` says."""

from itertools import product

import pytest

from rules.decide import Allowed, allowed_now, becomes, decide
from rules.facts import Facts, RepliesHandling, Settings, Who
from rules.statuses import CHANGES, STAGES, Status, StatusSet
from rules.vocabulary import ReasonCode

MARKS = (frozenset[Status](), frozenset({Status.CALLED}), frozenset({Status.REPLIED, Status.TO_CALL}))
INSIDE = [frozenset({stage}) | marks for stage in Status if stage in STAGES for marks in MARKS]
OUTSIDE: list[StatusSet] = [frozenset(), frozenset({Status.OPTED_OUT})]
FACTS = [
    Facts(who, in_sequence, emails, 0, steps, missing, Settings(handling))
    for who, in_sequence, emails, steps, missing, handling in product(
        (Who.OWNER, Who.TEAMMATE), (True, False), (0, 1), (0, 1), ((), ("City",)), RepliesHandling
    )
]


@pytest.mark.parametrize("facts", FACTS)
def test_the_short_way_says_what_decide_says(facts: Facts) -> None:
    for statuses in INSIDE if facts.in_sequence else OUTSIDE:
        decisions = {change: decide(statuses, change, facts) for change in CHANGES}
        allowed = [change for change in CHANGES if isinstance(decisions[change], Allowed)]
        assert list(allowed_now(statuses, CHANGES, facts)) == allowed
        for change, decision in decisions.items():
            if isinstance(decision, Allowed):
                assert becomes(statuses, change, facts) == decision.after
            else:
                assert becomes(statuses, change, facts) is None
                last = decision.reasons[-1]
                assert last.code is not ReasonCode.NO_TRANSITION or set(last.allowed) == set(allowed)
