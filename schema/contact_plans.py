"""How contacts are read for what is asked of them: the statement's parts, and the objects of its rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Final

from execution import Rows
from models.columns import BIT, to_set
from models.contact_lists import READ_FOR_ORDER, ContactRecord
from models.directory import Made
from models.paging import Slice
from models.parts import Parts
from models.pool import Row
from models.tables import Activity
from models.tables import Member as MemberRow
from resolvers import reading
from resolvers.context import Context
from rules.statuses import Status
from schema.contacts import IN_A_LIST, Contact, Enrolment, StatusDetail, variables
from schema.context import Info
from schema.members import MEMBER, Member, System
from schema.named import Named
from schema.selection import Asked, both, nodes, planned
from schema.sequence_plans import SequencePlan
from schema.shapes import AS_IT_IS, TIME, TIME_WRITTEN, Columns, Making, Shape, global_id, indented

COLUMNS: Columns = {
    "id": ("id", global_id("Contact")),
    **{name: (name, None) for name in ("email", "first_name", "last_name", "company", "phone")},
    "variables": ("variables", variables),
    "own": ("variables", None),
    "statuses": ("statuses", IN_A_LIST),
    "status_set": ("statuses", to_set),
    "can_receive_email": ("statuses", lambda bits: bool(bits & BIT[Status.ACTIVE])),
    "owner_number": ("owner_id", None),
    "version": ("version", None),
    **{name: (name, TIME) for name in ("created_at", "updated_at")},
}
WRITTEN: Final = {
    "id": global_id("Contact"),
    **dict.fromkeys(("email", "first_name", "last_name", "company", "phone", "version"), AS_IT_IS),
    **dict.fromkeys(("created_at", "updated_at"), TIME_WRITTEN),
}
"""What scalars write attributes as."""
ENROLMENT: Columns = {
    "steps_completed": ("completed", len),
    "completed": ("completed", None),
    **{name: (name, None) for name in ("emails_received", "sms_sent", "steps_left", "missing_variables")},
    "returns_on": ("returns_on", None),
    **{name: (name, TIME) for name in ("away_until", "started_at")},
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
        self.sequence = SequencePlan(asked["sequence"]) if "sequence" in asked else None
        self.details = "status_details" in asked
        self.details_by = "by" in asked.get("status_details", {})
        self._completes = self.details or bool(self.sequence and self.sequence.steps)
        """Whether `_complete` has anything to do."""
        making, lines = Making("contact"), []
        if "enrolment" in asked:
            enrolment = Shape.of(Enrolment, ENROLMENT, asked["enrolment"])
            lines += ["enrolment = None", f"if {making.column('enrolment', 'id')} is not None:"]
            lines += indented(making.object("enrolment", enrolment))
        named: dict[str, Named] = {}
        if self.sequence:
            named["sequence"] = self.sequence.named()
        if "owner" in asked:
            named["owner"] = _members(asked["owner"])
        shape = Shape.of(Contact, COLUMNS, asked)
        given = {name: making.given(name, each.column) for name, each in named.items()}
        if given:
            making.column("team", "revision")  # the last column
        stay = {"enrolment": "enrolment"} if "enrolment" in asked else {}
        lines += making.object("contact", shape, **stay, **given)
        attributes = making.values("contact", shape) | given
        written = making.written_as("contact", shape, WRITTEN)
        self._layout = making.layout(Contact, attributes, written, lines)
        keys = Shape.of(Contact, COLUMNS, asked.keys() & READ_FOR_ORDER.values())
        self._keys = making.only(Contact, making.object("contact", keys))
        self.parts = making.parts
        """What to read."""
        columns = self.parts.contact
        self._named = [(each, itemgetter(columns.index(each.column))) for each in named.values()]

    async def _complete(self, context: Context, found: Sequence[Contact]) -> Sequence[Contact]:
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
        return None if row is None else (await self._of(context, (row,), row[-1]))[0]

    async def page(self, context: Context, rows: Sequence[Row]) -> Sequence[Contact]:
        """Return the contacts of a page of rows: as rows, if that says it all."""
        revision = rows[0][-1] if rows else None
        if self._completes:
            return await self._of(context, rows, revision)
        return Rows(self._layout, rows, await self._names(context, rows, revision))

    def keys(self, found: Slice[Row]) -> Slice[Contact]:
        """Return what cursors are made of for a page of rows."""
        return Slice(Rows(self._keys, found.records), found.has_next, found.has_previous)

    async def read(self, context: Context, ids: Sequence[int]) -> dict[int, Contact]:
        """Return the contacts with these ids that the caller may see, by id."""
        rows = await reading.contacts_by_ids(context, ids, self.parts)
        contacts = await self._of(context, rows, rows[0][-1] if rows else None)
        return {each.number: each for each in contacts}

    async def changed(self, context: Context, records: Sequence[ContactRecord]) -> Sequence[Contact]:
        """Return contacts as a change has them in hand, in the order given."""
        rows = [self.parts.of_contact(each.contact, each.enrolment) for each in records]
        if len(records) == 1 and records[0].revision is not None:
            return await self._of(context, rows, records[0].revision)
        found = self._layout.made(rows, *await self._in_hand(context, records))
        return await self._complete(context, found) if self._completes else found

    async def _of(self, context: Context, rows: Sequence[Row], revision: int | None) -> Sequence[Contact]:
        """Return the contacts of rows that were read at this revision of the team, if it is known."""
        found = self._layout.made(rows, *await self._names(context, rows, revision))
        return await self._complete(context, found) if self._completes else found

    async def _in_hand(self, context: Context, records: Sequence[ContactRecord]) -> list[Made]:
        """Return what records name: sequences as they have them, so that a kept answer stays what it was."""
        sequences = [each.sequence for each in records if each.sequence]
        members: Mapping[int, MemberRow] = {}
        if any(each.column == "owner_id" or each.parts.sequence_owner for each, _ in self._named):
            ids = {each.owner_id for each in sequences} | {each.contact.owner_id for each in records}
            members = await reading.members(context, ids)
        return [
            named.of(
                [named.parts.of_sequence(each, members.get(each.owner_id)) for each in sequences]
                if named.column == "sequence_id"
                else [named.parts.of_member(each) for each in members.values()]
            )
            for named, _ in self._named
        ]

    async def _names(self, context: Context, rows: Sequence[Row], revision: int | None) -> list[Made]:
        """Return what the rows name, by id: as it is kept, or else read anew."""
        found = []
        for named, place in self._named:
            ids = {*map(place, rows)}
            found.append(named.kept(context, revision, ids) or await named.look_up(context, ids))
        return found


def _members(asked: Asked) -> Named:
    shape = Shape.of(Member, MEMBER, asked)
    read = reading.members_by_ids
    return Named.alike(
        ("member", frozenset(shape.columns)),
        lambda: Named("owner_id", "member", lambda making: making.object("member", shape), read),
    )


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


def _of_a_page(read: str | None) -> Callable[[Asked], ContactPlan]:
    keys: Asked = {read: {}} if read else {}
    return lambda asked: ContactPlan(both(keys, nodes(asked)))


OF_A_PAGE: Final = {read: _of_a_page(read) for read in (None, *READ_FOR_ORDER.values())}
"""How a page is planned, by what its cursors are made of, which is read with it."""
