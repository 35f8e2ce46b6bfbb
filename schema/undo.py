"""Undoing: which line or which call, and what came of it contact by contact."""

from typing import Annotated

import strawberry

from resolvers.bulk import Bulk
from resolvers.problems import Failure as Failed
from schema.bulk import BulkSummary, status_results
from schema.context import Info
from schema.ids import number_of, to_id
from schema.once import Rehearsable
from schema.reasons import reasons_of
from schema.results import Failure, SetStatusResult


@strawberry.input(description="What to undo: one line, or all that one call changed.")
class UndoInput(Rehearsable):
    """What to undo."""

    activity_id: strawberry.ID | None = strawberry.field(
        default=None, description="The line of the log whose change to undo; or give `bulkId`."
    )
    bulk_id: strawberry.ID | None = strawberry.field(
        default=None, description="The call whose changes to undo, 1,000 at most; or give `activityId`."
    )
    note: str | None = strawberry.field(
        default=None, description="A remark for the log; at most 2,000 characters."
    )

    def numbers(self) -> tuple[int | None, int | None]:
        """Return the line and the call that are named; 0 for an id that names nothing."""
        line_id = None if self.activity_id is None else number_of("Activity", self.activity_id) or 0
        bulk_id = None if self.bulk_id is None else number_of("Bulk", self.bulk_id) or 0
        return line_id, bulk_id


@strawberry.type(description="Undone is what can be: of a call each change for itself.")
class UndoSuccess:
    """Undone is what can be."""

    bulk_id: strawberry.ID | None = strawberry.field(
        description="Names what was undone, to undo that in turn; null if nothing was stored."
    )
    results: list[SetStatusResult] = strawberry.field(
        description="One result for each change, in the order in which they were made."
    )
    summary: BulkSummary = strawberry.field(description="What they came to, in numbers.")


@strawberry.type(description="Nothing was undone.")
class UndoFailure(Failure):
    """Nothing was undone."""

    results: list[SetStatusResult] = strawberry.field(
        description="The answer for the one line that was asked for; empty if there is none."
    )


UndoResult = Annotated[
    UndoSuccess | UndoFailure,
    strawberry.union("UndoResult", description="One result for each change, or every reason why not."),
]


async def undo_result(
    info: Info, outcome: Bulk | Failed, *, single: bool, dry_run: bool
) -> UndoSuccess | UndoFailure:
    """Return what became of an undo as the API shows it."""
    if isinstance(outcome, Failed):
        return UndoFailure(reasons=reasons_of(outcome.reasons), results=[])
    shown = await status_results(info, outcome.answers, dry_run=dry_run)
    if single and isinstance(refused := outcome.answers[0], Failed):
        owner_id = refused.record.owner_id if refused.record else None
        return UndoFailure(reasons=reasons_of(refused.reasons, owner_id), results=shown)
    bulk_id = None if dry_run or outcome.id is None else strawberry.ID(to_id("Bulk", outcome.id))
    return UndoSuccess(bulk_id=bulk_id, results=shown, summary=BulkSummary.of(outcome))
