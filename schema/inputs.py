"""What mutations take: one input each."""

from typing import Any

import strawberry
from strawberry import UNSET

from models.tables import StepKind
from resolvers.contacts import Profile
from rules.facts import OutOfOfficeProcessing, RepliesHandling
from rules.statuses import Status
from schema.ids import number_of
from schema.once import Rehearsable, Repeatable


@strawberry.input(
    description="What to change of a contact's statuses: removes first, then adds, in this order."
)
class SetStatusInput(Rehearsable):
    """What to change of a contact's statuses."""

    contact_id: strawberry.ID = strawberry.field(description="The contact.")
    add: list[Status] = strawberry.field(default_factory=list, description="The statuses to put on.")
    remove: list[Status] = strawberry.field(default_factory=list, description="The statuses to take off.")
    expected_version: int | None = strawberry.field(
        default=None, description="Refuse if the contact is at another version than this."
    )
    note: str | None = strawberry.field(
        default=None, description="A remark for the log; at most 2,000 characters."
    )


@strawberry.input(
    description="The settings of a sequence; what is left out stays, or is the default of a new one."
)
class SequenceSettingsInput:
    """The settings of a sequence."""

    replies_handling: RepliesHandling | None = strawberry.field(
        default=UNSET, description="What a reply does (S40); FINISH for a new sequence."
    )
    track_opens: bool | None = strawberry.field(
        default=UNSET, description="Whether opens are tracked (S43); true for a new sequence."
    )
    track_clicks: bool | None = strawberry.field(
        default=UNSET, description="Whether clicks are tracked (S44); true for a new sequence."
    )
    text_opt_out: bool | None = strawberry.field(
        default=UNSET, description="Whether Do not contact opts out (S33); true for a new sequence."
    )
    out_of_office: OutOfOfficeProcessing | None = strawberry.field(
        default=UNSET,
        description="Who ends Out of office (S25); MANUAL for a new sequence. It holds for those who are away"
        " by an automatic reply now, too; whom a person put out of office, only a person brings back.",
    )
    days_away: int | None = strawberry.field(
        default=UNSET,
        description="Days until Out of office ends by itself if the reply named no day of return, 1 to 365;"
        " 7 for a new sequence. Absences that have begun keep their end.",
    )


@strawberry.input(description="A new sequence.")
class CreateSequenceInput(Repeatable):
    """A new sequence."""

    name: str = strawberry.field(description="Its name; at most 200 characters.")
    owner_id: strawberry.ID | None = strawberry.field(
        default=UNSET, description="Whose it is; yours if left out."
    )
    settings: SequenceSettingsInput | None = strawberry.field(default=UNSET, description="Its settings.")

    def values(self) -> dict[str, Any]:
        """Return what is given besides the name."""
        return _sequence_values(self.owner_id, self.settings)


@strawberry.input(description="What to change of a sequence; what is left out stays.")
class UpdateSequenceInput(Repeatable):
    """What to change of a sequence."""

    sequence_id: strawberry.ID = strawberry.field(description="The sequence.")
    name: str | None = strawberry.field(default=UNSET, description="Its name; at most 200 characters.")
    owner_id: strawberry.ID | None = strawberry.field(default=UNSET, description="Whose it is.")
    settings: SequenceSettingsInput | None = strawberry.field(default=UNSET, description="Its settings.")
    archived: bool | None = strawberry.field(
        default=UNSET, description="Whether it takes no more contacts; those in it go on."
    )

    def values(self) -> dict[str, Any]:
        """Return what is given."""
        plain = given(name=self.name, archived=self.archived)
        return plain | _sequence_values(self.owner_id, self.settings)


@strawberry.input(description="A new step of a sequence.")
class AddStepInput(Repeatable):
    """A new step of a sequence."""

    sequence_id: strawberry.ID = strawberry.field(description="The sequence.")
    kind: StepKind = strawberry.field(description="Email, call or SMS.")
    subject: str | None = strawberry.field(
        default=None, description="The template of the subject: an email needs one, others have none."
    )
    body: str = strawberry.field(description="The template of the text, with variables as `{VariableName}`.")
    position: int | None = strawberry.field(
        default=None, description="Its place, from 1; the end if left out."
    )


@strawberry.input(description="What to change of a step; what is left out stays.")
class UpdateStepInput(Repeatable):
    """What to change of a step."""

    step_id: strawberry.ID = strawberry.field(description="The step.")
    subject: str | None = strawberry.field(default=UNSET, description="The template of an email's subject.")
    body: str | None = strawberry.field(default=UNSET, description="The template of the text.")
    position: int | None = strawberry.field(default=UNSET, description="Its place, from 1.")

    def values(self) -> dict[str, Any]:
        """Return what is given."""
        return given(subject=self.subject, body=self.body, position=self.position)


@strawberry.input(description="A step to remove.")
class RemoveStepInput(Repeatable):
    """A step to remove."""

    step_id: strawberry.ID = strawberry.field(description="The step.")


@strawberry.input(description="One variable of a contact's own.")
class VariableInput:
    """One variable."""

    name: str = strawberry.field(description="Its name: a letter, then letters, digits or _.")
    value: str | None = strawberry.field(default=None, description="What it stands for; null takes it away.")


@strawberry.input(description="A contact by its address: created if there is none; what is left out stays.")
class ContactInput:
    """A contact by its address."""

    email: str = strawberry.field(description="The address, whatever its case.")
    new_email: str | None = strawberry.field(
        default=None, description="The right address, to correct the one an existing contact has (S19)."
    )
    first_name: str | None = strawberry.field(default=UNSET, description="First name; null empties it.")
    last_name: str | None = strawberry.field(default=UNSET, description="Last name; null empties it.")
    company: str | None = strawberry.field(default=UNSET, description="Company; null empties it.")
    phone: str | None = strawberry.field(default=UNSET, description="Phone number; null empties it.")
    variables: list[VariableInput] | None = strawberry.field(
        default=None, description="Variables of the contact's own; those not named stay."
    )
    owner_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="Whose a new contact is; yours if left out. Contacts that exist keep theirs.",
    )

    def profile(self) -> Profile:
        """Return what is given, as the use case takes it."""
        names = ("first_name", "last_name", "company", "phone")
        return Profile(
            email=self.email.strip(),
            new_email=self.new_email.strip() if self.new_email is not None else None,
            fields={name: value for name in names if (value := getattr(self, name)) is not UNSET},
            variables=[(variable.name, variable.value) for variable in self.variables or ()],
            owner_id=None if self.owner_id is None else number_of("Member", self.owner_id) or 0,
        )


@strawberry.input(description="Contacts to create or change; 1 to 1,000.")
class UpsertContactsInput(Repeatable):
    """Contacts to create or change."""

    contacts: list[ContactInput] = strawberry.field(description="The contacts.")


@strawberry.input(description="Contacts in no sequence to put into one; 1 to 1,000.")
class EnrollContactsInput(Repeatable):
    """Contacts to put into a sequence."""

    sequence_id: strawberry.ID = strawberry.field(description="The sequence.")
    contact_ids: list[strawberry.ID] = strawberry.field(description="The contacts.")


@strawberry.input(description="Contacts to take out of their sequences and put into another; 1 to 1,000.")
class MoveContactsInput(Repeatable):
    """Contacts to move to another sequence."""

    sequence_id: strawberry.ID = strawberry.field(description="The sequence to move them to.")
    contact_ids: list[strawberry.ID] = strawberry.field(description="The contacts.")


@strawberry.input(description="Contacts to take out of their sequences; 1 to 1,000.")
class RemoveContactsInput(Repeatable):
    """Contacts to take out of their sequences."""

    contact_ids: list[strawberry.ID] = strawberry.field(description="The contacts.")


def given(**values: Any) -> dict[str, Any]:
    """Return those of the values that the request gives; null is as good as left out."""
    return {name: value for name, value in values.items() if value is not UNSET and value is not None}


def _sequence_values(
    owner_id: strawberry.ID | None, settings: SequenceSettingsInput | None
) -> dict[str, Any]:
    values = given(owner_id=owner_id)
    if "owner_id" in values:
        values["owner_id"] = number_of("Member", values["owner_id"]) or 0
    return values | given(**vars(settings)) if settings else values
