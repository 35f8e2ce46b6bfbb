"""Changes of statuses as the API shows them."""

from collections.abc import Iterable

import strawberry

from rules import statuses
from rules.statuses import ChangeKind, Status


@strawberry.type(description="One asked-for change: add or remove one status.")
class StatusChange:
    """One asked-for change."""

    kind: ChangeKind = strawberry.field(description="Add or remove.")
    status: Status = strawberry.field(description="The status it is about.")

    @classmethod
    def of(cls, change: statuses.Change) -> "StatusChange":
        """Return a change of the rules as the API shows it."""
        return cls(kind=change.kind, status=change.status)


def changes(found: Iterable[statuses.Change]) -> list[StatusChange]:
    """Return changes of the rules as the API shows them."""
    return [StatusChange.of(change) for change in found]
