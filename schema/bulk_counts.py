"""How often each reason stands in the way, as the API shows it."""

from collections.abc import Mapping

import strawberry

from schema.enums import CODES, ReasonCode


@strawberry.type(description="How many changes a reason stands in the way of.")
class ReasonCount:
    """How many changes a reason stands in the way of."""

    code: ReasonCode = strawberry.field(description="The reason.")
    count: int = strawberry.field(description="How many changes have it among their reasons.")


def reason_counts(found: Mapping[str, int]) -> list[ReasonCount]:
    """Return the counts of reasons by code as the API shows them: the most frequent first."""
    ordered = sorted(found.items(), key=lambda each: (-each[1], each[0]))
    return [ReasonCount(code=CODES[name], count=count) for name, count in ordered]
