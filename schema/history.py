"""What is asked of a contact's past: which lines of its log, and how long it had each status."""

import strawberry

from models.lines import LineFilter
from models.tables import ActivityKind
from rules.statuses import Status
from schema.ids import number_of


@strawberry.input(description="Which lines of a contact's log; all given parts must hold.")
class ActivityFilter:
    """Which lines of a contact's log."""

    kinds: list[ActivityKind] | None = strawberry.field(
        default=None, description="Of one of these kinds; of an empty list none is."
    )
    member_id: strawberry.ID | None = strawberry.field(default=None, description="Done by this member.")
    by_system: bool | None = strawberry.field(
        default=None, description="Done by the system, or by any member."
    )
    statuses: list[Status] | None = strawberry.field(
        default=None, description="Put on or took off at least one of these; of an empty list none did."
    )

    def wanted(self) -> LineFilter:
        """Return the filter as storage takes it; an id that names nothing lets nothing through."""
        return LineFilter(
            kinds=None if self.kinds is None else frozenset(self.kinds),
            member_id=None if self.member_id is None else number_of("Member", self.member_id) or 0,
            by_system=self.by_system,
            statuses=None if self.statuses is None else frozenset(self.statuses),
        )


@strawberry.type(description="How long a contact has had a status, all its times together.")
class StatusTime:
    """How long a contact has had a status."""

    status: Status = strawberry.field(description="The status.")
    seconds: int = strawberry.field(description="Whole seconds, up to now if it has it.")
