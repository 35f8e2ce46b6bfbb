"""How contacts are read for what is asked of them: the statement's parts, and the objects of its rows."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from models.columns import BIT, to_set
from models.contact_lists import READ_FOR_ORDER, ContactRecord
from models.paging import Slice
from models.parts import Parts
from models.pool import Row
from models.tables import Activity
from models.tables import Member as MemberRow
from resolvers import reading
from resolvers.context import Context
from rules.statuses import Status
from schema.contacts import Contact, Enrolment, StatusDetail, in_a_list, variables
from schema.context import Info
from schema.members import MEMBER, Member, System
from schema.selection import Asked, both, nodes, planned
from schema.sequence_plans import SequencePlan
from schema.shapes import Columns, Shape, global_id

COLUMNS: Columns = {
    "id": ("id", global_id("Contact")),
    **{name: (name, None) for name in ("email", "first_name", "last_name", "company", "phone")},
    "variables": ("variables", variables),
    "own": ("variables", None),
    "statuses": ("statuses", in_a_list),
    "status_set": ("statuses", to_set),
    "can_receive_email": ("statuses", lambda bits: bool(bits & BIT[Status.ACTIVE])),
    "owner_number": ("owner_id", None),
    **{name: (name, None) for name in ("version", "created_at", "updated_at")},
}
ENROLMENT: Columns = {
    "steps_completed": ("completed", len),
    "completed": ("completed", None),
    **{name: (name, None) for name in ("emails_received", "sms_sent", "steps_left", "missing_variables")},
    **{name: (name, None) for name in ("returns_on", "away_until", "started_at")},
}
FACTS: Final[Asked] = {"emails_received": {}, "sms_sent": {}, "steps_left": {}, "missing_variables": {}}
NEEDS: Final[dict[str, Asked]] = {
    "transitions": {
        "status_set": {},
        "enrolment": FACTS,
        "owner_number": {},
        "sequence": {"settings": {}, "owner_number": {}},
    },
    "replies_tracked": {"status_set": {}, "enrolment": FACTS},
    "status_details": {"statuses": {}},
}
"""What is computed from other things than a column of its name."""


class ContactPlan:
    """What is asked of contacts."""

    def __init__(self, asked: Asked) -> None:
        for name, needs in NEEDS.items():
            asked = both(asked, needs) if name in asked else asked
        self.shape = Shape(Contact, COLUMNS, asked)
        self.enrolment = Shape(Enrolment, ENROLMENT, asked["enrolment"]) if "enrolment" in asked else None
        self.sequence = SequencePlan(asked["sequence"]) if "sequence" in asked else None
        self.owner = Shape(Member, MEMBER, asked["owner"]) if "owner" in asked else None
        self.details = "status_details" in asked
        self.details_by = "by" in asked.get("status_details", {})
        self.completes = self.details or bool(self.sequence and self.sequence.steps)
        """Whether `complete` has anything to do."""
        sequence = self.sequence.parts if self.sequence else Parts()
        self.parts = Parts(
            self.shape.columns,
            self.enrolment.columns if self.enrolment else (),
            sequence.sequence,
            sequence.sequence_owner,
            self.owner.columns if self.owner else (),
        )

    def made(self, rows: Iterable[Any]) -> list[Contact]:
        """Return the contacts of rows; those in one sequence share it."""
        shape, enrolment, sequence, owner = self.shape, self.enrolment, self.sequence, self.owner
        stay_at = len(self.parts.contact)
        sequence_at = stay_at + len(self.parts.enrolment)
        owner_at = sequence_at + len(self.parts.sequence) + len(self.parts.sequence_owner)
        sequences: dict[int | None, Any] = {None: None}
        found = []
        for row in rows:
            values = shape.values(row, 0)
            if enrolment:
                stays = row[stay_at] is not None
                values["enrolment"] = enrolment.made(enrolment.values(row, stay_at)) if stays else None
            if sequence:
                number = row[sequence_at]
                if number not in sequences:
                    sequences[number] = sequence.made(row, sequence_at)
                values["sequence"] = sequences[number]
            if owner:
                values["owner"] = owner.made(owner.values(row, owner_at))
            found.append(shape.made(values))
        return found

    async def complete(self, context: Context, found: Sequence[Contact]) -> Sequence[Contact]:
        """Read what one statement with the contacts cannot, for all of them at once."""
        if self.sequence and self.sequence.steps:
            await self.sequence.complete(context, [each.sequence for each in found if each.sequence])
        if self.details and found:
            lines = await reading.since(context, [each.number for each in found])
            ids = {line.member_id for each in lines.values() for line in each.values() if line.member_id}
            members = await reading.members(context, ids) if ids and self.details_by else {}
            for each in found:
                each.status_details = _details(each.statuses, lines[each.number], members)
        return found

    async def one(self, context: Context, row: Row | None) -> Contact | None:
        """Return the contact of a row."""
        if row is None:
            return None
        found = self.made((row,))
        if self.completes:
            await self.complete(context, found)
        return found[0]

    async def page(self, context: Context, found: Slice[Any]) -> Slice[Contact]:
        """Return the contacts of a page of rows."""
        contacts: Sequence[Contact] = self.made(found.records)
        if self.completes:
            contacts = await self.complete(context, contacts)
        return Slice(contacts, found.has_next, found.has_previous)

    async def read(self, context: Context, ids: Sequence[int]) -> dict[int, Contact]:
        """Return the contacts with these ids that the caller may see, by id."""
        rows = await reading.contacts_by_ids(context, ids, self.parts)
        return {each.number: each for each in await self.complete(context, self.made(rows))}

    async def changed(self, context: Context, records: Sequence[ContactRecord]) -> Sequence[Contact]:
        """Return contacts as a change has them in hand, in the order given."""
        members: Mapping[int, Any] = {}
        if self.parts.owner or self.parts.sequence_owner:
            ids = {each.contact.owner_id for each in records}
            ids |= {each.sequence.owner_id for each in records if each.sequence}
            members = await reading.members(context, ids)
        rows = [
            self.parts.row(members, contact=each.contact, enrolment=each.enrolment, sequence=each.sequence)
            for each in records
        ]
        return await self.complete(context, self.made(rows))


def _details(
    statuses: Iterable[Status], lines: Mapping[Status, Activity], members: Mapping[int, MemberRow]
) -> list[StatusDetail]:
    """Return each status with what the line says that put it on."""
    return [
        StatusDetail(
            status=status,
            since=line.happened_at,
            cause=line.cause,
            channel=line.channel if status is Status.REPLIED else None,
            by=Member.of(members[line.member_id])
            if line.member_id and line.member_id in members
            else System(),
        )
        for status in statuses
        if (line := lines.get(status))
    ]


async def changed(info: Info, records: Sequence[ContactRecord]) -> Sequence[Contact]:
    """Return the contacts a mutation changed, in the order given, as its answer asks for them."""
    return await planned(info, _of_changed).changed(info.context.context, records)


def shown(info: Info) -> Parts:
    """Return what has to be read of a contact that a mutation changes, for its answer."""
    return planned(info, _of_changed).parts


def _of_changed(asked: Asked) -> ContactPlan:
    return ContactPlan(both(asked.get("contact", {}), asked.get("results", {}).get("contact", {})))


def of_a_page(asked: Asked) -> ContactPlan:
    """Return the plan for a page; what its cursors are made of is read with it."""
    keys: Asked = {name: {} for name in READ_FOR_ORDER.values()}
    return ContactPlan(both(keys, nodes(asked)))
