"""Starting and cancelling a bulk change: what is asked, and what is answered."""

from typing import Annotated

import strawberry

from schema.bulk_changes import BulkChange
from schema.once import Repeatable
from schema.results import Failure


@strawberry.input(description="The bulk change that was previewed.")
class StartBulkChangeInput(Repeatable):
    """The bulk change that was previewed."""

    token: str = strawberry.field(description="The token of the preview; it starts one bulk change.")


@strawberry.input(description="A bulk change to undo.")
class UndoBulkChangeInput(Repeatable):
    """A bulk change to undo."""

    bulk_change_id: strawberry.ID = strawberry.field(description="The bulk change; it must have ended.")
    note: str | None = strawberry.field(
        default=None, description="A remark for the log; at most 2,000 characters."
    )


@strawberry.input(description="A bulk change to call off.")
class CancelBulkChangeInput(Repeatable):
    """A bulk change to call off."""

    bulk_change_id: strawberry.ID = strawberry.field(description="The bulk change.")


@strawberry.type(description="A worker makes the bulk change; `bulkChangeProgress` tells how far it is.")
class StartBulkChangeSuccess:
    """A worker makes the bulk change."""

    bulk_change: BulkChange = strawberry.field(description="The bulk change.")


@strawberry.type(description="Nothing was started.")
class StartBulkChangeFailure(Failure):
    """Nothing was started."""


@strawberry.type(description="A worker undoes the bulk change; `bulkChangeProgress` tells how far it is.")
class UndoBulkChangeSuccess:
    """A worker undoes the bulk change."""

    bulk_change: BulkChange = strawberry.field(description="The bulk change that undoes the other one.")


@strawberry.type(description="Nothing was undone.")
class UndoBulkChangeFailure(Failure):
    """Nothing was undone."""


@strawberry.type(description="The bulk change was called off: what was done stays.")
class CancelBulkChangeSuccess:
    """The bulk change was called off."""

    bulk_change: BulkChange = strawberry.field(description="The bulk change, as far as it came.")


@strawberry.type(description="Nothing was cancelled.")
class CancelBulkChangeFailure(Failure):
    """Nothing was cancelled."""


StartBulkChangeResult = Annotated[
    StartBulkChangeSuccess | StartBulkChangeFailure,
    strawberry.union("StartBulkChangeResult", description="The bulk change, or every reason why not."),
]
CancelBulkChangeResult = Annotated[
    CancelBulkChangeSuccess | CancelBulkChangeFailure,
    strawberry.union("CancelBulkChangeResult", description="The bulk change, or every reason why not."),
]
UndoBulkChangeResult = Annotated[
    UndoBulkChangeSuccess | UndoBulkChangeFailure,
    strawberry.union("UndoBulkChangeResult", description="The new bulk change, or every reason why not."),
]
