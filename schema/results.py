"""What mutations answer: a union each, of what was done and of every reason why not."""

from typing import Annotated

import strawberry

from resolvers.problems import Failure as Failed
from rules.statuses import Status
from schema.activity import Activity
from schema.changes import StatusChange, changes
from schema.contacts import Contact
from schema.reasons import Reason, reasons_of
from schema.sequences import Sequence, Step


@strawberry.interface(description="Nothing was stored; the reasons say why.")
class Failure:
    """Nothing was stored."""

    reasons: list[Reason] = strawberry.field(description="Every reason, in order; never empty.")


@strawberry.type(description="The contact's statuses were changed.")
class SetStatusSuccess:
    """The contact's statuses were changed."""

    contact: Contact = strawberry.field(description="The whole changed contact, with its new version.")
    before: list[Status] = strawberry.field(description="The set before, in the enum's order.")
    after: list[Status] = strawberry.field(description="The set after, in the enum's order.")
    activity: Activity | None = strawberry.field(
        description="The line of the log; null in a dry run, which leaves none."
    )


@strawberry.type(description="The contact's statuses were left as they are.")
class SetStatusFailure(Failure):
    """The contact's statuses were left as they are."""

    contact: Contact | None = strawberry.field(
        description="The contact as it is; null if there is none. A query that asks both outcomes"
        " for it must rename one: `present: contact { … }`."
    )
    way_out: list[StatusChange] = strawberry.field(
        description="The shortest list of changes by hand that leads to what was asked for, if any."
    )

    @classmethod
    def of(cls, failed: Failed, contact: Contact | None) -> "SetStatusFailure":
        """Return a failure as the API shows it."""
        record = failed.record
        return cls(
            reasons=reasons_of(failed.reasons, record.owner_id if record else None),
            contact=contact,
            way_out=changes(failed.way_out),
        )


SetStatusResult = Annotated[
    SetStatusSuccess | SetStatusFailure,
    strawberry.union("SetStatusResult", description="The changed contact, or every reason why not."),
]


@strawberry.type(description="One contact of a batch was changed.")
class ContactChanged:
    """One contact of a batch was changed."""

    contact: Contact = strawberry.field(description="The whole changed contact.")
    before: list[Status] = strawberry.field(description="The set before, in the enum's order.")
    after: list[Status] = strawberry.field(description="The set after, in the enum's order.")
    activity: Activity = strawberry.field(description="The line of the log.")


@strawberry.type(description="One contact of a batch is as asked.")
class ContactUpserted:
    """One contact of a batch is as asked."""

    contact: Contact = strawberry.field(description="The whole contact.")
    created: bool = strawberry.field(description="Whether it is new.")
    changed: bool = strawberry.field(description="Whether it was there and is now different.")


@strawberry.type(description="One contact of a batch was left as it is; the others are not affected.")
class ContactRefused(Failure):
    """One contact of a batch was left as it is."""

    index: int = strawberry.field(description="Its place in the input, from 0.")


ContactResult = Annotated[
    ContactChanged | ContactRefused,
    strawberry.union("ContactResult", description="What became of one contact of a batch."),
]
UpsertContactResult = Annotated[
    ContactUpserted | ContactRefused,
    strawberry.union("UpsertContactResult", description="What became of one contact of a batch."),
]


@strawberry.type(description="The batch was carried out, each contact for itself.")
class EnrollContactsSuccess:
    """The batch was carried out."""

    results: list[ContactResult] = strawberry.field(description="One result for each contact, in order.")


@strawberry.type(description="Nothing was carried out.")
class EnrollContactsFailure(Failure):
    """Nothing was carried out."""


@strawberry.type(description="The batch was carried out, each contact for itself.")
class MoveContactsSuccess:
    """The batch was carried out."""

    results: list[ContactResult] = strawberry.field(description="One result for each contact, in order.")


@strawberry.type(description="Nothing was carried out.")
class MoveContactsFailure(Failure):
    """Nothing was carried out."""


@strawberry.type(description="The batch was carried out, each contact for itself.")
class RemoveContactsSuccess:
    """The batch was carried out."""

    results: list[ContactResult] = strawberry.field(description="One result for each contact, in order.")


@strawberry.type(description="Nothing was carried out.")
class RemoveContactsFailure(Failure):
    """Nothing was carried out."""


@strawberry.type(description="The batch was carried out, each contact for itself.")
class UpsertContactsSuccess:
    """The batch was carried out."""

    results: list[UpsertContactResult] = strawberry.field(
        description="One result for each contact, in order."
    )


@strawberry.type(description="Nothing was carried out.")
class UpsertContactsFailure(Failure):
    """Nothing was carried out."""


@strawberry.type(description="The sequence was created.")
class CreateSequenceSuccess:
    """The sequence was created."""

    sequence: Sequence = strawberry.field(description="The new sequence.")


@strawberry.type(description="The sequence was not created.")
class CreateSequenceFailure(Failure):
    """The sequence was not created."""


@strawberry.type(description="The sequence was changed.")
class UpdateSequenceSuccess:
    """The sequence was changed."""

    sequence: Sequence = strawberry.field(description="The changed sequence.")


@strawberry.type(description="The sequence was left as it is.")
class UpdateSequenceFailure(Failure):
    """The sequence was left as it is."""


@strawberry.type(description="The step was added.")
class AddStepSuccess:
    """The step was added."""

    sequence: Sequence = strawberry.field(description="The changed sequence.")
    step: Step = strawberry.field(description="The new step.")


@strawberry.type(description="The step was not added.")
class AddStepFailure(Failure):
    """The step was not added."""


@strawberry.type(description="The step was changed.")
class UpdateStepSuccess:
    """The step was changed."""

    sequence: Sequence = strawberry.field(description="The changed sequence.")
    step: Step = strawberry.field(description="The changed step.")


@strawberry.type(description="The step was left as it is.")
class UpdateStepFailure(Failure):
    """The step was left as it is."""


@strawberry.type(description="The step was removed.")
class RemoveStepSuccess:
    """The step was removed."""

    sequence: Sequence = strawberry.field(description="The changed sequence.")
    step_id: strawberry.ID = strawberry.field(description="The id the step had.")


@strawberry.type(description="The step was not removed.")
class RemoveStepFailure(Failure):
    """The step was not removed."""


def _union(name: str, what: str) -> strawberry.union:  # type: ignore[valid-type]
    return strawberry.union(name, description=f"{what}, or every reason why not.")


_DONE = "One result for each contact"
EnrollContactsResult = Annotated[
    EnrollContactsSuccess | EnrollContactsFailure, _union("EnrollContactsResult", _DONE)
]
MoveContactsResult = Annotated[MoveContactsSuccess | MoveContactsFailure, _union("MoveContactsResult", _DONE)]
RemoveContactsResult = Annotated[
    RemoveContactsSuccess | RemoveContactsFailure, _union("RemoveContactsResult", _DONE)
]
UpsertContactsResult = Annotated[
    UpsertContactsSuccess | UpsertContactsFailure, _union("UpsertContactsResult", _DONE)
]
CreateSequenceResult = Annotated[
    CreateSequenceSuccess | CreateSequenceFailure, _union("CreateSequenceResult", "The new sequence")
]
UpdateSequenceResult = Annotated[
    UpdateSequenceSuccess | UpdateSequenceFailure, _union("UpdateSequenceResult", "The changed sequence")
]
AddStepResult = Annotated[AddStepSuccess | AddStepFailure, _union("AddStepResult", "The new step")]
UpdateStepResult = Annotated[
    UpdateStepSuccess | UpdateStepFailure, _union("UpdateStepResult", "The changed step")
]
RemoveStepResult = Annotated[
    RemoveStepSuccess | RemoveStepFailure, _union("RemoveStepResult", "The sequence without the step")
]
