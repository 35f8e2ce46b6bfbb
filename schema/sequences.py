"""Sequences, their settings and their steps."""

from datetime import datetime
from typing import Annotated

import strawberry

from models import tables
from models.paging import Slice
from models.sequence_reads import BY_AGE
from models.tables import StepKind
from resolvers import reading
from resolvers import sequences as use_cases
from resolvers.sequences import PreviewedStep
from rules.facts import OutOfOfficeProcessing, RepliesHandling, Settings
from rules.templates import variables_in
from schema.context import Info
from schema.ids import number_of, to_id
from schema.members import Member
from schema.node import Node
from schema.paging import PageInfo, cursor, page_info


@strawberry.type(description="The settings of a sequence that decide what the system does.")
class SequenceSettings:
    """The settings of a sequence."""

    replies_handling: RepliesHandling = strawberry.field(description="What a reply does (S40).")
    track_opens: bool = strawberry.field(description="Whether opens are tracked (S43).")
    track_clicks: bool = strawberry.field(description="Whether clicks on links are tracked (S44).")
    text_opt_out: bool = strawberry.field(
        description="Whether a reply in the category Do not contact opts the contact out (S33)."
    )
    out_of_office: OutOfOfficeProcessing = strawberry.field(description="Who ends Out of office (S25).")
    days_away: int = strawberry.field(
        description="With automatic processing: after how many days Out of office ends if the automatic reply"
        " named no day of return."
    )


@strawberry.type(description="One step of a sequence: an email, a call or an SMS.")
class Step(Node):
    """One step of a sequence."""

    position: int = strawberry.field(description="Its place in the sequence, from 1.")
    kind: StepKind = strawberry.field(description="Email, call or SMS.")
    subject: str | None = strawberry.field(description="The template of an email's subject.")
    body: str = strawberry.field(description="The template of the text, with variables as `{VariableName}`.")
    variables: list[str] = strawberry.field(description="The variables that its templates use.")

    @classmethod
    def of(cls, row: tables.Step) -> "Step":
        """Return a stored step as the API shows it."""
        return cls(
            id=strawberry.ID(to_id("Step", row.id)),
            position=row.position,
            kind=row.kind,
            subject=row.subject,
            body=row.body,
            variables=list(variables_in(row.subject, row.body)),
        )


@strawberry.type(description="A step as it would go out to one contact.")
class StepPreview:
    """A step as it would go out to one contact."""

    step: Step = strawberry.field(description="The step.")
    subject: str | None = strawberry.field(
        description="The subject, filled in; `{VariableName}` where one is missing (S15)."
    )
    body: str = strawberry.field(
        description="The text, filled in; `{VariableName}` where one is missing (S15)."
    )
    missing_variables: list[str] = strawberry.field(description="The variables that the contact lacks.")

    @classmethod
    def of(cls, found: PreviewedStep) -> "StepPreview":
        """Return a previewed step as the API shows it."""
        return cls(
            step=Step.of(found.step),
            subject=found.subject,
            body=found.body,
            missing_variables=list(found.missing),
        )


@strawberry.type(description="A sequence of steps that contacts go through. It belongs to one member.")
class Sequence(Node):
    """A sequence of steps."""

    number: strawberry.Private[int]
    owner_number: strawberry.Private[int]
    rules: strawberry.Private[Settings]
    name: str = strawberry.field(description="The sequence's name.")
    archived: bool = strawberry.field(description="Whether it takes no more contacts.")
    settings: SequenceSettings = strawberry.field(description="What decides what the system does.")
    created_at: datetime = strawberry.field(description="When it was created.")
    owner: Member = strawberry.field(
        description="Whose it is: with Team Edition on, who alone changes statuses in it (S1)."
    )
    steps: list[Step] = strawberry.field(description="Its steps, in order.")

    @strawberry.field(
        description="Each step as it would go out to a contact, which need not be in the sequence; null if"
        " there is no such contact."
    )
    async def preview(
        self,
        info: Info,
        contact_id: Annotated[strawberry.ID, strawberry.argument(description="The contact.")],
    ) -> list[StepPreview] | None:
        """Return each step's text for a contact."""
        found = await use_cases.preview(info.context.context, self.number, number_of("Contact", contact_id))
        if found is None:
            return None
        return [StepPreview.of(each) for each in found]


@strawberry.type(description="One sequence of a page.")
class SequenceEdge:
    """One sequence of a page."""

    cursor: str = strawberry.field(description="Where the sequence stands in the list.")
    node: Sequence = strawberry.field(description="The sequence.")


@strawberry.type(description="A page of sequences, the oldest first.")
class SequenceConnection:
    """A page of sequences."""

    edges: list[SequenceEdge] = strawberry.field(description="The sequences with their cursors.")
    nodes: list[Sequence] = strawberry.field(description="The sequences.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")

    @classmethod
    def of(cls, found: Slice[Sequence]) -> "SequenceConnection":
        """Return a page of sequences."""
        nodes = list(found.records)
        return cls(
            edges=[SequenceEdge(cursor=cursor("sequences", BY_AGE.key(node)), node=node) for node in nodes],
            nodes=nodes,
            page_info=page_info("sequences", BY_AGE, found),
        )

    @strawberry.field(description="How many sequences the team has; counted only if asked for.")
    async def total_count(self, info: Info) -> int:
        """Count the sequences."""
        return await reading.sequence_count(info.context.context)
