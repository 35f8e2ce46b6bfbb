"""What a change comes to, as the tests of the source write it down."""

from collections.abc import Set as AbstractSet

from rules.decide import Allowed, Refused, decide
from rules.facts import Facts
from rules.statuses import Change, Status
from rules.vocabulary import ReasonCode

MAILED = Facts(emails_received=1)


def outcome(
    contact: set[Status], change: Change, facts: Facts = MAILED
) -> AbstractSet[Status] | list[ReasonCode]:
    """Return the set after the change, or the codes of the reasons why not."""
    match decide(frozenset(contact), change, facts):
        case Allowed(after=after):
            return after
        case Refused(reasons=reasons):
            return [reason.code for reason in reasons]
