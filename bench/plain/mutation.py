"""setStatus, with the same rules and the same transaction: lock, decide, update, log."""

from __future__ import annotations

from datetime import UTC, datetime

import strawberry
from sqlalchemy import select
from sqlmodel import col

from bench.plain.types import (
    Activity,
    Contact,
    Info,
    Reason,
    SetStatusFailure,
    SetStatusResult,
    SetStatusSuccess,
    StatusName,
)
from models import tables
from models.contact_lists import ContactRecord
from models.tables import ActivityKind
from resolvers.context import facts_of
from rules.decide import Refused, decide_all
from rules.facts import Who
from rules.statuses import Change, ChangeKind, in_order
from schema.ids import number_of


@strawberry.input
class SetStatusInput:
    """What to put on and to take off."""

    contact_id: strawberry.ID
    add: list[StatusName] | None = None  # type: ignore[valid-type]
    remove: list[StatusName] | None = None  # type: ignore[valid-type]


@strawberry.type
class Mutation:
    """What can be changed."""

    @strawberry.mutation
    async def set_status(self, info: Info, input: SetStatusInput) -> SetStatusResult:  # noqa: A002 - the API's
        """Change a contact's statuses."""
        asked = [Change(ChangeKind.REMOVE, status) for status in input.remove or ()]
        asked += [Change(ChangeKind.ADD, status) for status in input.add or ()]
        team_id = info.context.team_id
        async with info.context.sessions() as session, session.begin():
            query = (
                select(tables.Contact, tables.Enrolment, tables.Sequence)
                .outerjoin(tables.Enrolment, col(tables.Enrolment.id) == tables.Contact.enrolment_id)
                .outerjoin(tables.Sequence, col(tables.Sequence.id) == tables.Contact.sequence_id)
                .where(
                    col(tables.Contact.team_id) == team_id,
                    col(tables.Contact.id) == number_of("Contact", input.contact_id),
                )
                .with_for_update(of=tables.Contact)
            )
            found = (await session.exec(query)).first()  # type: ignore[call-overload]
            if found is None:
                return SetStatusFailure(
                    reasons=[Reason(code="CONTACT_NOT_FOUND", message="No such contact.")]
                )
            record = ContactRecord(*found)
            contact = record.contact
            made = decide_all(contact.statuses, asked, facts_of(record, Who.OWNER))
            if isinstance(made, Refused):
                return SetStatusFailure(
                    reasons=[Reason(code=reason.code.name, message=reason.message) for reason in made.reasons]
                )
            contact.statuses = made.after
            contact.version += 1
            contact.decided_at = contact.updated_at = datetime.now(UTC)
            line = tables.Activity(
                team_id=team_id,
                contact_id=contact.id,
                sequence_id=contact.sequence_id,
                kind=ActivityKind.STATUSES_CHANGED,
                member_id=info.context.member_id,
                before=made.before,
                after=made.after,
                rules=[row.sentence for row in made.rows],
                version=contact.version,
            )
            session.add(line)
        return SetStatusSuccess(
            before=in_order(made.before),
            after=in_order(made.after),
            contact=Contact.of(contact),
            activity=Activity(kind=line.kind.name, rules=line.rules),
        )
