"""Every query about a selection: all the contacts that a filter lets through, however many.

They are never read one by one. They are counted by what a decision depends on, and pinned by their number and
a checksum of their ids and versions.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, func, insert, literal, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.contact_lists import ContactFilter, holds, shape, values
from models.contacts import View
from models.tables import BulkItem, Contact, Enrolment, Sequence
from rules.statuses import StatusSet


@dataclass(frozen=True, slots=True)
class Pin:
    """What tells a selection from another: how many contacts, and a checksum of (id, version) of each."""

    count: int
    checksum: int


@dataclass(frozen=True, slots=True)
class Group:
    """Contacts of a selection on which every decision comes to the same, and how many they are.

    `facts` are None in no sequence; else whether emails were received, SMS sent, steps are left and variables
    missing, each none or some. `settings` are those of the sequence, in their order.
    """

    statuses: StatusSet
    theirs: bool
    facts: tuple[int, int, int, bool] | None
    settings: tuple[Any, ...]
    count: int


_SHAPE = (
    func.least(Enrolment.emails_received, 1),
    func.least(Enrolment.sms_sent, 1),
    func.least(Enrolment.steps_left, 1),
    func.cardinality(Enrolment.missing_variables) > 0,
)
_SETTINGS = tuple(
    col(each)
    for each in (
        Sequence.replies_handling,
        Sequence.track_opens,
        Sequence.track_clicks,
        Sequence.text_opt_out,
        Sequence.out_of_office,
    )
)
_DIGEST: ColumnElement[int] = func.hashtextextended(
    func.concat(Contact.id, ":", Contact.version), 0, type_=BigInteger()
)


async def groups(
    session: AsyncSession, view: View, wanted: ContactFilter, other_than: int | None
) -> tuple[list[Group], Pin]:
    """Return a selection in groups, and what pins it, in one statement.

    With `other_than`, a group is of contacts that this member owns or of contacts of others (`theirs`).
    """
    theirs: ColumnElement[bool] = _owner() != func.coalesce(literal(other_than, BigInteger), _owner())
    parts = (col(Contact.statuses), theirs, col(Contact.enrolment_id).is_(None), *_SHAPE, *_SETTINGS)
    numbered: list[Any] = [part.label(f"part_{place}") for place, part in enumerate(parts)]
    query: Select[Any] = select(*numbered, func.count(), func.bit_xor(_DIGEST)).select_from(Contact)
    stay = and_(col(Enrolment.team_id) == Contact.team_id, col(Enrolment.id) == Contact.enrolment_id)
    query = _chosen(query.outerjoin(Enrolment, stay), view, wanted).group_by(*numbered)
    found: list[Group] = []
    count = checksum = 0
    for row in (await session.execute(query)).all():
        statuses, others, nowhere, *facts_and_settings, number, digest = row
        facts = None if nowhere else tuple(facts_and_settings[: len(_SHAPE)])
        settings = () if nowhere else tuple(facts_and_settings[len(_SHAPE) :])
        found.append(Group(statuses, others, facts, settings, number))
        count, checksum = count + number, checksum ^ digest
    return found, Pin(count, checksum)


async def materialize(
    session: AsyncSession, view: View, wanted: ContactFilter, bulk_id: int, expected: Pin
) -> Pin:
    """Note every contact of a selection as one of a bulk change, if the selection is the expected one.

    One statement, so one snapshot: what is compared is what is noted. Returns what the selection is now; if
    that is not what was expected, nothing was noted.
    """
    parts: list[Any] = [col(Contact.id).label("id"), _DIGEST.label("digest")]
    chosen = _chosen(select(*parts).select_from(Contact), view, wanted).cte("chosen")
    count, checksum = func.count(), func.coalesce(func.bit_xor(chosen.c.digest), 0)
    found = select(count.label("count"), checksum.label("checksum")).select_from(chosen).cte("found")
    same = and_(found.c.count == expected.count, found.c.checksum == literal(expected.checksum, BigInteger))
    keys = (literal(view.team_id, BigInteger), literal(bulk_id, BigInteger), chosen.c.id)
    noted = (
        insert(BulkItem)
        .from_select(
            ["team_id", "bulk_id", "contact_id"],
            select(*keys).select_from(chosen).join(found, same),
            include_defaults=False,
        )
        .cte("noted")
    )
    return Pin(*(await session.execute(select(found).add_cte(noted))).one())


def _chosen(query: Select[Any], view: View, wanted: ContactFilter) -> Select[Any]:
    sequence = and_(col(Sequence.team_id) == Contact.team_id, col(Sequence.id) == Contact.sequence_id)
    query = query.outerjoin(Sequence, sequence).where(
        col(Contact.team_id) == view.team_id, *holds(shape(wanted))
    )
    if view.only_of is not None:
        query = query.where(_owner() == view.only_of)
    return query.params(**values(wanted))


def _owner() -> ColumnElement[int]:
    return func.coalesce(Sequence.owner_id, Contact.owner_id)
