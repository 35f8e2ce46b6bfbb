"""The mutations of statuses by hand: of one contact, and of many."""

from typing import Annotated, TypeAlias, TypeVar

import strawberry

from models.tables import Scope
from resolvers import bulk, statuses, undo
from schema import results
from schema.bulk import SetStatusesInput, SetStatusesResult, bulk_result, status_results
from schema.contact_plans import shown
from schema.context import Info
from schema.ids import number_of
from schema.inputs import SetStatusInput
from schema.once import once
from schema.undo import UndoInput, UndoResult, undo_result

Given = TypeVar("Given")
Input: TypeAlias = Annotated[Given, strawberry.argument(description="What to do.")]


@strawberry.type
class StatusMutation:
    """What can be done about statuses by hand."""

    @strawberry.mutation(
        description="Take statuses off a contact and put others on: all of it, or nothing, every reason why"
        " not, and the way out."
    )
    async def set_status(self, info: Info, input: Input[SetStatusInput]) -> results.SetStatusResult:
        """Change a contact's statuses."""
        asked = shown(info)
        outcome = await once(
            info,
            input,
            lambda context: statuses.set_status(
                context,
                number_of("Contact", input.contact_id),
                add=input.add,
                remove=input.remove,
                expected_version=input.expected_version,
                note=input.note,
                shown=asked,
            ),
            Scope.WRITE,
        )
        [result] = await status_results(info, [outcome], dry_run=bool(input.dry_run))
        return result

    @strawberry.mutation(
        description="Change the statuses of many contacts: each for itself, or all or nothing. Each change"
        " has its own answer, as setStatus would give it."
    )
    async def set_statuses(self, info: Info, input: Input[SetStatusesInput]) -> SetStatusesResult:
        """Change the statuses of many contacts."""
        asked = [each.asked() for each in input.changes]
        outcome = await once(
            info, input, lambda context: bulk.set_statuses(context, asked, input.mode), Scope.WRITE
        )
        return await bulk_result(info, outcome, dry_run=bool(input.dry_run))

    @strawberry.mutation(
        description="Put back what a line of the log did, or every line of one call, as a new line. Refused,"
        " contact by contact, where a later change depends on it or the present rules forbid the result."
    )
    async def undo(self, info: Info, input: Input[UndoInput]) -> UndoResult:
        """Put back what a line of the log did, or every line of one call."""
        line_id, bulk_id = input.numbers()
        outcome = await once(
            info,
            input,
            lambda context: undo.undo(context, line_id=line_id, bulk_id=bulk_id, note=input.note),
            Scope.WRITE,
        )
        return await undo_result(info, outcome, single=bulk_id is None, dry_run=bool(input.dry_run))
