"""What a sender asks: whose next step may go out now, and how it reads for each."""

from collections.abc import Sequence

import strawberry

from models.contact_lists import ContactFilter, ContactOrderField, order
from models.tables import Step as StepRow
from models.tables import profile
from resolvers import reading
from resolvers.sequences import next_step, previewed
from schema.contact_plans import ContactPlan
from schema.contacts import Contact
from schema.context import Info
from schema.paging import PageInfo, cursor
from schema.selection import Asked, both, nodes
from schema.sequences import StepPreview

FILLED_IN: Asked = {
    **{name: {} for name in ("own", "email", "first_name", "last_name", "company", "phone")},
    "enrolment": {"completed": {}},
}
BY_AGE = order(ContactOrderField.CREATED_AT)


@strawberry.type(description="A contact whose next step may go out now, and that step as it reads for it.")
class Sendable:
    """A contact whose next step may go out now."""

    contact: Contact = strawberry.field(description="The contact; it is Active (S8).")
    step: StepPreview = strawberry.field(description="The first step it has not completed, filled in.")


@strawberry.type(description="One contact of a page.")
class SendableEdge:
    """One contact of a page."""

    cursor: str = strawberry.field(description="Where the contact stands in the list.")
    node: Sendable = strawberry.field(description="The contact and its step.")


@strawberry.type(description="A page of contacts whose next step may go out now, the oldest contact first.")
class SendableConnection:
    """A page of contacts whose next step may go out now."""

    wanted: strawberry.Private[ContactFilter]
    edges: list[SendableEdge] = strawberry.field(description="The contacts and steps, with their cursors.")
    nodes: list[Sendable] = strawberry.field(description="The contacts and steps.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")

    @strawberry.field(description="How many may be sent their next step now; counted only if asked for.")
    async def total_count(self, info: Info) -> int:
        """Count the contacts."""
        return await reading.contact_count(info.context.context, self.wanted)


def wanted(sequence_id: int) -> ContactFilter:
    """Return who may be sent something: who can receive email, and nothing else."""
    return ContactFilter(sequence_id=sequence_id, can_receive_email=True)


def list_name(sequence_id: int) -> str:
    """Return what the cursors of a sequence's list are bound to."""
    return f"sendable:{sequence_id}"


def of_sendable(asked: Asked) -> ContactPlan:
    """Return the plan for contacts whose next step is to be filled in for them."""
    return ContactPlan(both(nodes(asked).get("contact", {}), FILLED_IN))


def connection(
    sequence_id: int, found: Sequence[Contact], info: PageInfo, steps: list[StepRow]
) -> SendableConnection:
    """Return a page of Active contacts as the API shows it."""
    name, edges = list_name(sequence_id), []
    for contact in found:
        step = next_step(contact.enrolment.completed if contact.enrolment else (), steps)
        if step is not None:  # Active contacts have one, by the invariant; a step may go while we read
            node = Sendable(
                contact=contact, step=StepPreview.of(previewed(step, profile(contact, contact.own)))
            )
            edges.append(SendableEdge(cursor=cursor(name, BY_AGE.key(contact)), node=node))
    nodes = [edge.node for edge in edges]
    return SendableConnection(wanted=wanted(sequence_id), edges=edges, nodes=nodes, page_info=info)
