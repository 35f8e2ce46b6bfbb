"""What may become of a contact now: every change by hand, as the API shows it."""

from collections.abc import Sequence
from functools import lru_cache

import strawberry

from execution import Lasting
from rules.facts import Facts, Who
from rules.options import Option, options
from rules.statuses import Status, StatusSet, in_order
from schema.changes import StatusChange, changes
from schema.reasons import Reason, reasons_of


@strawberry.type(description="One change by hand, and what it would come to for the viewer now.")
class Transition:
    """One change by hand."""

    change: StatusChange = strawberry.field(description="The change.")
    allowed: bool = strawberry.field(description="Whether asking for it now would succeed.")
    becomes: list[Status] | None = strawberry.field(description="The set it would lead to; null if refused.")
    reasons: list[Reason] = strawberry.field(description="Every reason why it is refused, in order.")
    way_out: list[StatusChange] = strawberry.field(
        description="The shortest list of changes by hand that leads there; empty if there is none."
    )

    @classmethod
    def of(cls, option: Option, owner_id: int) -> "Transition":
        """Return an option of the rules as the API shows it."""
        return cls(
            change=StatusChange.of(option.change),
            allowed=option.allowed,
            becomes=None if option.becomes is None else in_order(option.becomes),
            reasons=reasons_of(option.reasons, owner_id),
            way_out=changes(option.way_out),
        )


def transitions(
    statuses: StatusSet, facts: Facts, owner_id: int, *, allowed: bool | None = None
) -> Sequence[Transition]:
    """Return every change by hand, or only what is allowed or is not; the same for all that stand alike."""
    shape, named = facts.shape(), owner_id if facts.who is Who.TEAMMATE else 0
    if not facts.missing_variables:
        return _alike(statuses, shape, named, allowed)
    both = zip(
        _alike(statuses, shape, named, None), options(statuses, shape), options(statuses, facts), strict=True
    )
    found = [each if plain is own else Transition.of(own, named) for each, plain, own in both]
    return [each for each in found if allowed is None or each.allowed is allowed]


@lru_cache(maxsize=4_096)  # of 26 KB each: owners are many, where a teammate asks
def _alike(statuses: StatusSet, facts: Facts, owner_id: int, allowed: bool | None) -> Lasting[Transition]:
    return Lasting(
        Transition.of(option, owner_id)
        for option in options(statuses, facts)
        if allowed is None or option.allowed is allowed
    )
