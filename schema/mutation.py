"""The mutations: each hands its input to a use case, and shows what came of it."""

import strawberry

from models.tables import Scope
from resolvers import categories, enrolments, events, sequences
from resolvers import contacts as contact_cases
from resolvers.problems import Failure
from schema import results
from schema.batches import enrolled, upserted
from schema.bulk_mutation import BulkMutation
from schema.context import Info
from schema.events import (
    RecordEventsFailure,
    RecordEventsInput,
    RecordEventsResult,
    RecordEventsSuccess,
    event_results,
)
from schema.ids import number_of
from schema.inputs import (
    AddStepInput,
    CreateSequenceInput,
    EnrollContactsInput,
    MoveContactsInput,
    RemoveContactsInput,
    RemoveStepInput,
    UpdateSequenceInput,
    UpdateStepInput,
    UpsertContactsInput,
)
from schema.once import once
from schema.reasons import reasons_of
from schema.replies import CategorizeReplyInput, CategorizeReplyResult, categorized
from schema.sequence_plans import changed_sequence
from schema.sequences import Step
from schema.status_mutation import Input, StatusMutation
from schema.webhook_mutation import WebhookMutation


@strawberry.type(description="What can be done. Refusals are data: every result is a union.")
class Mutation(StatusMutation, BulkMutation, WebhookMutation):
    """What can be done."""

    @strawberry.mutation(
        description="Put contacts into a sequence: Active, or Missing data if a variable is missing."
    )
    async def enroll_contacts(
        self,
        info: Info,
        input: Input[EnrollContactsInput],
    ) -> results.EnrollContactsResult:
        """Put contacts into a sequence: Active, or Missing data if a variable is missing."""
        contact_ids = [number_of("Contact", each) for each in input.contact_ids]
        outcome = await once(
            info,
            input,
            lambda context: enrolments.enroll(context, number_of("Sequence", input.sequence_id), contact_ids),
            Scope.WRITE,
        )
        if isinstance(outcome, Failure):
            return results.EnrollContactsFailure(reasons=reasons_of(outcome.reasons))
        return results.EnrollContactsSuccess(results=await enrolled(info, outcome))

    @strawberry.mutation(
        description="Take contacts from their sequences to another; never one that is Opted out (S36)."
    )
    async def move_contacts(
        self,
        info: Info,
        input: Input[MoveContactsInput],
    ) -> results.MoveContactsResult:
        """Take contacts from their sequences to another; never one that is Opted out (S36)."""
        contact_ids = [number_of("Contact", each) for each in input.contact_ids]
        outcome = await once(
            info,
            input,
            lambda context: enrolments.move(context, number_of("Sequence", input.sequence_id), contact_ids),
            Scope.WRITE,
        )
        if isinstance(outcome, Failure):
            return results.MoveContactsFailure(reasons=reasons_of(outcome.reasons))
        return results.MoveContactsSuccess(results=await enrolled(info, outcome))

    @strawberry.mutation(
        description="Take contacts out of their sequences: they keep Opted out, and nothing else (S35)."
    )
    async def remove_contacts(
        self,
        info: Info,
        input: Input[RemoveContactsInput],
    ) -> results.RemoveContactsResult:
        """Take contacts out of their sequences: they keep Opted out, and nothing else (S35)."""
        contact_ids = [number_of("Contact", each) for each in input.contact_ids]
        outcome = await once(
            info, input, lambda context: enrolments.remove(context, contact_ids), Scope.WRITE
        )
        if isinstance(outcome, Failure):
            return results.RemoveContactsFailure(reasons=reasons_of(outcome.reasons))
        return results.RemoveContactsSuccess(results=await enrolled(info, outcome))

    @strawberry.mutation(description="Create a sequence.")
    async def create_sequence(
        self,
        info: Info,
        input: Input[CreateSequenceInput],
    ) -> results.CreateSequenceResult:
        """Create a sequence."""
        outcome = await once(
            info, input, lambda context: sequences.create(context, input.name, input.values()), Scope.WRITE
        )
        if isinstance(outcome, Failure):
            return results.CreateSequenceFailure(reasons=reasons_of(outcome.reasons))
        return results.CreateSequenceSuccess(sequence=await changed_sequence(info, outcome))

    @strawberry.mutation(description="Change a sequence's name, owner, settings, or whether it is archived.")
    async def update_sequence(
        self,
        info: Info,
        input: Input[UpdateSequenceInput],
    ) -> results.UpdateSequenceResult:
        """Change a sequence's name, owner, settings, or whether it is archived."""
        outcome = await once(
            info,
            input,
            lambda context: sequences.update(
                context, number_of("Sequence", input.sequence_id), input.values()
            ),
            Scope.WRITE,
        )
        if isinstance(outcome, Failure):
            return results.UpdateSequenceFailure(reasons=reasons_of(outcome.reasons))
        return results.UpdateSequenceSuccess(sequence=await changed_sequence(info, outcome))

    @strawberry.mutation(
        description="Add a step to a sequence; what its contacts miss and have left is computed anew."
    )
    async def add_step(
        self,
        info: Info,
        input: Input[AddStepInput],
    ) -> results.AddStepResult:
        """Add a step to a sequence; what its contacts miss and have left is computed anew."""
        outcome = await once(
            info,
            input,
            lambda context: sequences.add_step(
                context,
                number_of("Sequence", input.sequence_id),
                kind=input.kind,
                subject=input.subject,
                body=input.body,
                position=input.position,
            ),
            Scope.WRITE,
        )
        if isinstance(outcome, Failure):
            return results.AddStepFailure(reasons=reasons_of(outcome.reasons))
        return results.AddStepSuccess(
            sequence=await changed_sequence(info, outcome.sequence), step=Step.of(outcome.step)
        )

    @strawberry.mutation(description="Change a step; what its contacts miss is computed anew.")
    async def update_step(
        self,
        info: Info,
        input: Input[UpdateStepInput],
    ) -> results.UpdateStepResult:
        """Change a step; what its contacts miss is computed anew."""
        outcome = await once(
            info,
            input,
            lambda context: sequences.update_step(context, number_of("Step", input.step_id), input.values()),
            Scope.WRITE,
        )
        if isinstance(outcome, Failure):
            return results.UpdateStepFailure(reasons=reasons_of(outcome.reasons))
        return results.UpdateStepSuccess(
            sequence=await changed_sequence(info, outcome.sequence), step=Step.of(outcome.step)
        )

    @strawberry.mutation(description="Remove a step; what its contacts miss and have left is computed anew.")
    async def remove_step(
        self,
        info: Info,
        input: Input[RemoveStepInput],
    ) -> results.RemoveStepResult:
        """Remove a step; what its contacts miss and have left is computed anew."""
        outcome = await once(
            info,
            input,
            lambda context: sequences.remove_step(context, number_of("Step", input.step_id)),
            Scope.WRITE,
        )
        if isinstance(outcome, Failure):
            return results.RemoveStepFailure(reasons=reasons_of(outcome.reasons))
        return results.RemoveStepSuccess(
            sequence=await changed_sequence(info, outcome.sequence), step_id=input.step_id
        )

    @strawberry.mutation(description="Create or change contacts by their address, each for itself.")
    async def upsert_contacts(
        self,
        info: Info,
        input: Input[UpsertContactsInput],
    ) -> results.UpsertContactsResult:
        """Create or change contacts by their address."""
        profiles = [contact.profile() for contact in input.contacts]
        outcome = await once(
            info, input, lambda context: contact_cases.upsert(context, profiles), Scope.WRITE, Scope.EVENTS
        )
        if isinstance(outcome, Failure):
            return results.UpsertContactsFailure(reasons=reasons_of(outcome.reasons))
        return results.UpsertContactsSuccess(results=await upserted(info, outcome))

    @strawberry.mutation(
        description="Record what happened to contacts: each event is counted once, and the system acts on it."
    )
    async def record_events(
        self,
        info: Info,
        input: Input[RecordEventsInput],
    ) -> RecordEventsResult:
        """Record what happened to contacts."""
        happened = [event.happened() for event in input.events]
        outcome = await once(info, input, lambda context: events.report(context, happened), Scope.EVENTS)
        if isinstance(outcome, Failure):
            return RecordEventsFailure(reasons=reasons_of(outcome.reasons))
        return RecordEventsSuccess(results=await event_results(info, outcome, dry_run=bool(input.dry_run)))

    @strawberry.mutation(
        description="Put a reply into an inbox category, by hand: it wins over the classifier's. Do not"
        " contact opts the contact out, if the sequence has text opt-out on (S33)."
    )
    async def categorize_reply(
        self,
        info: Info,
        input: Input[CategorizeReplyInput],
    ) -> CategorizeReplyResult:
        """Put a reply into an inbox category."""
        number = number_of("Activity", input.activity_id)
        outcome = await once(
            info,
            input,
            lambda context: categories.categorize(context, number, input.category, note=input.note),
            Scope.WRITE,
        )
        return await categorized(info, outcome)
