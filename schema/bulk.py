"""Many changes of statuses in one call: what is asked, what came of each, and in numbers."""

from collections.abc import Sequence
from typing import Annotated

import strawberry

from resolvers.bulk import Bulk, Mode
from resolvers.problems import Failure as Failed
from resolvers.statuses import Asked, Changed
from rules.statuses import Status, in_order
from schema.activity import Activity
from schema.bulk_counts import ReasonCount, reason_counts
from schema.contact_plans import changed
from schema.context import Info
from schema.enums import describe
from schema.ids import number_of, to_id
from schema.once import Rehearsable
from schema.reasons import reasons_of
from schema.results import Failure, SetStatusFailure, SetStatusResult, SetStatusSuccess

describe(
    Mode,
    "What a refused change means for the others of the call.",
    {
        "EACH": "Nothing: each change is made for itself.",
        "ALL": "That none is made: all or nothing.",
    },
    "BulkMode",
)


@strawberry.input(description="What to change of one contact's statuses: removes first, then adds.")
class ContactStatusesInput:
    """What to change of one contact's statuses."""

    contact_id: strawberry.ID = strawberry.field(description="The contact.")
    add: list[Status] = strawberry.field(default_factory=list, description="The statuses to put on.")
    remove: list[Status] = strawberry.field(default_factory=list, description="The statuses to take off.")
    expected_version: int | None = strawberry.field(
        default=None, description="Refuse if the contact is at another version than this."
    )
    note: str | None = strawberry.field(
        default=None, description="A remark for the log; at most 2,000 characters."
    )

    def asked(self) -> Asked:
        """Return it as the use case takes it; an id of another type names nothing."""
        number = number_of("Contact", self.contact_id)
        return Asked(number, self.add, self.remove, self.expected_version, self.note)


@strawberry.input(description="Changes of contacts' statuses; 1 to 1,000.")
class SetStatusesInput(Rehearsable):
    """Changes of contacts' statuses."""

    changes: list[ContactStatusesInput] = strawberry.field(
        description="The changes. Of a contact that is named twice, the second is decided on what the first"
        " one left."
    )
    mode: Mode = strawberry.field(
        default=Mode.EACH, description="What a refused change means for the others."
    )


@strawberry.type(description="What the changes of a call came to.")
class BulkSummary:
    """What the changes of a call came to."""

    changed: int = strawberry.field(description="How many were made.")
    refused: int = strawberry.field(description="How many were not.")
    reasons: list[ReasonCount] = strawberry.field(description="Why not: the most frequent reason first.")

    @classmethod
    def of(cls, bulk: Bulk) -> "BulkSummary":
        """Return the numbers of a call as the API shows them."""
        counts = reason_counts(bulk.reasons)
        refused = len(bulk.answers) - bulk.changed
        return cls(changed=bulk.changed, refused=refused, reasons=counts)


@strawberry.type(description="The changes were made that are allowed: in mode ALL, all of them.")
class SetStatusesSuccess:
    """The changes were made that are allowed."""

    bulk_id: strawberry.ID | None = strawberry.field(
        description="Names what was done, to undo it; null if nothing was stored."
    )
    results: list[SetStatusResult] = strawberry.field(
        description="One result for each change, in order. Its contact is as it is after all of them."
    )
    summary: BulkSummary = strawberry.field(description="What they came to, in numbers.")


@strawberry.type(
    description="Nothing was stored: a change is refused and the mode is ALL, or the input is wrong."
)
class SetStatusesFailure(Failure):
    """Nothing was stored."""

    results: list[SetStatusResult] = strawberry.field(
        description="In mode ALL one result for each change, in order: its reasons or, if it is allowed by"
        " itself, OTHERS_REFUSED. Empty if the input is wrong."
    )
    summary: BulkSummary = strawberry.field(description="What they came to, in numbers.")


SetStatusesResult = Annotated[
    SetStatusesSuccess | SetStatusesFailure,
    strawberry.union("SetStatusesResult", description="One result for each change, or every reason why not."),
]


async def bulk_result(
    info: Info, outcome: Bulk | Failed, *, dry_run: bool
) -> SetStatusesSuccess | SetStatusesFailure:
    """Return what became of a call as the API shows it."""
    if isinstance(outcome, Failed):
        nothing = BulkSummary(changed=0, refused=0, reasons=[])
        return SetStatusesFailure(reasons=reasons_of(outcome.reasons), results=[], summary=nothing)
    shown = await status_results(info, outcome.answers, dry_run=dry_run)
    summary = BulkSummary.of(outcome)
    if outcome.refusal:
        return SetStatusesFailure(reasons=reasons_of([outcome.refusal]), results=shown, summary=summary)
    bulk_id = None if dry_run or outcome.id is None else strawberry.ID(to_id("Bulk", outcome.id))
    return SetStatusesSuccess(bulk_id=bulk_id, results=shown, summary=summary)


async def status_results(
    info: Info, answers: Sequence[Changed | Failed], *, dry_run: bool
) -> list[SetStatusSuccess | SetStatusFailure]:
    """Return what became of changes as the API shows it, in their order."""
    shown = iter(await changed(info, [each.record for each in answers if each.record]))
    found: list[SetStatusSuccess | SetStatusFailure] = []
    for each in answers:
        contact = next(shown) if each.record else None
        if isinstance(each, Failed):
            found.append(SetStatusFailure.of(each, contact))
        elif contact:
            before, after = in_order(each.before), in_order(each.after)
            activity = None if dry_run else Activity.of(each.line)
            found.append(SetStatusSuccess(contact=contact, before=before, after=after, activity=activity))
    return found
