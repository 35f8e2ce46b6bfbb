"""What a change of many contacts would come to, before it is started."""

from datetime import datetime
from typing import Annotated

import strawberry

from models.tables import Scope
from resolvers import bulk_preview
from resolvers.bulk_token import Asked
from resolvers.problems import Failure as Failed
from rules.statuses import Status, in_order
from schema.bulk_counts import ReasonCount, reason_counts
from schema.context import Info, allow
from schema.filters import ContactFilter
from schema.reasons import reasons_of
from schema.results import Failure


@strawberry.input(description="What to change of every contact that a filter lets through.")
class PreviewBulkChangeInput:
    """What to change of every contact that a filter lets through."""

    filter: ContactFilter = strawberry.field(description="Which contacts; of `{}` all that you may see.")
    add: list[Status] = strawberry.field(default_factory=list, description="The statuses to put on.")
    remove: list[Status] = strawberry.field(
        default_factory=list, description="The statuses to take off, before."
    )
    note: str | None = strawberry.field(
        default=None, description="A remark for the log; at most 2,000 characters."
    )

    def asked(self) -> Asked:
        """Return it as the use case takes it."""
        return Asked(self.filter.wanted(), self.add, self.remove, self.note)


@strawberry.type(description="How many contacts would have which set.")
class SetCount:
    """How many contacts would have which set."""

    statuses: list[Status] = strawberry.field(description="The set, in the enum's order.")
    count: int = strawberry.field(description="How many contacts.")


@strawberry.type(description="What a bulk change would come to now. Nothing is stored.")
class BulkPreview:
    """What a bulk change would come to now."""

    total: int = strawberry.field(description="How many contacts the filter lets through.")
    changed: int = strawberry.field(description="How many of them would be changed.")
    refused: int = strawberry.field(description="How many would be left as they are.")
    becomes: list[SetCount] = strawberry.field(
        description="What those that are changed would be: the most frequent set first."
    )
    reasons: list[ReasonCount] = strawberry.field(
        description="Why the others would be refused: the most frequent reason first. A contact with several"
        " counts for each."
    )
    token: str = strawberry.field(
        description="Stands for this change of exactly these contacts as they are now:"
        " give it to startBulkChange."
    )
    expires_at: datetime = strawberry.field(description="Until when the token can be used: for an hour.")

    @classmethod
    def of(cls, found: bulk_preview.Preview) -> "BulkPreview":
        """Return a preview as the API shows it."""
        return cls(
            total=found.total,
            changed=found.changed,
            refused=found.total - found.changed,
            becomes=[
                SetCount(statuses=in_order(after), count=count) for after, count in found.becomes.items()
            ],
            reasons=reason_counts(found.reasons),
            token=found.token,
            expires_at=found.expires_at,
        )


@strawberry.type(description="The change was previewed.")
class PreviewBulkChangeSuccess:
    """The change was previewed."""

    preview: BulkPreview = strawberry.field(description="What it would come to.")


@strawberry.type(description="Nothing was previewed.")
class PreviewBulkChangeFailure(Failure):
    """Nothing was previewed."""


PreviewBulkChangeResult = Annotated[
    PreviewBulkChangeSuccess | PreviewBulkChangeFailure,
    strawberry.union("PreviewBulkChangeResult", description="The counts, or every reason why not."),
]


async def preview_bulk_change(
    info: Info,
    input: Annotated[  # noqa: A002 - the API's name
        PreviewBulkChangeInput, strawberry.argument(description="What to preview.")
    ],
) -> PreviewBulkChangeResult:
    """Count what a change of many contacts would come to."""
    outcome = await bulk_preview.preview(allow(info, Scope.WRITE), input.asked())
    if isinstance(outcome, Failed):
        return PreviewBulkChangeFailure(reasons=reasons_of(outcome.reasons))
    return PreviewBulkChangeSuccess(preview=BulkPreview.of(outcome))
