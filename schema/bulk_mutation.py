"""The mutations of more contacts than one call takes: previewed, then made by a worker."""

import strawberry

from models.tables import Scope
from resolvers import bulk_changes
from resolvers.problems import Failure
from schema.bulk_changes import BulkChange
from schema.bulk_plans import (
    CancelBulkChangeFailure,
    CancelBulkChangeInput,
    CancelBulkChangeResult,
    CancelBulkChangeSuccess,
    StartBulkChangeFailure,
    StartBulkChangeInput,
    StartBulkChangeResult,
    StartBulkChangeSuccess,
    UndoBulkChangeFailure,
    UndoBulkChangeInput,
    UndoBulkChangeResult,
    UndoBulkChangeSuccess,
)
from schema.context import Info
from schema.ids import number_of
from schema.once import once
from schema.reasons import reasons_of
from schema.status_mutation import Input


@strawberry.type
class BulkMutation:
    """What can be done with any number of contacts."""

    @strawberry.mutation(
        description="Have the previewed change made, of exactly the previewed contacts. Refused with"
        " SELECTION_CHANGED if they are others by now, or have changed since."
    )
    async def start_bulk_change(
        self, info: Info, input: Input[StartBulkChangeInput]
    ) -> StartBulkChangeResult:
        """Have the previewed change made."""
        outcome = await once(
            info, input, lambda context: bulk_changes.start(context, input.token), Scope.WRITE
        )
        if isinstance(outcome, Failure):
            return StartBulkChangeFailure(reasons=reasons_of(outcome.reasons))
        return StartBulkChangeSuccess(bulk_change=BulkChange.of(outcome))

    @strawberry.mutation(
        description="Call off what a bulk change has not done yet; what is done stays. With Team Edition on,"
        " only whoever started it may."
    )
    async def cancel_bulk_change(
        self, info: Info, input: Input[CancelBulkChangeInput]
    ) -> CancelBulkChangeResult:
        """Call off a bulk change."""
        number = number_of("BulkChange", input.bulk_change_id)
        outcome = await once(info, input, lambda context: bulk_changes.cancel(context, number), Scope.WRITE)
        if isinstance(outcome, Failure):
            return CancelBulkChangeFailure(reasons=reasons_of(outcome.reasons))
        return CancelBulkChangeSuccess(bulk_change=BulkChange.of(outcome))

    @strawberry.mutation(
        description="Have a worker undo what a bulk change did, contact by contact, as a bulk change of its"
        " own. What something later depends on, or the present rules forbid, is refused with reasons."
    )
    async def undo_bulk_change(self, info: Info, input: Input[UndoBulkChangeInput]) -> UndoBulkChangeResult:
        """Have a bulk change undone."""
        number = number_of("BulkChange", input.bulk_change_id)
        outcome = await once(
            info, input, lambda context: bulk_changes.undo(context, number, input.note), Scope.WRITE
        )
        if isinstance(outcome, Failure):
            return UndoBulkChangeFailure(reasons=reasons_of(outcome.reasons))
        return UndoBulkChangeSuccess(bulk_change=BulkChange.of(outcome))
