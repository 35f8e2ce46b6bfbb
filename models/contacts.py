"""Every query about contacts: one, many, a page; locked for a change; written in batches."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    SmallInteger,
    Text,
    and_,
    case,
    func,
    literal,
    select,
    update,
)
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.columns import BIT, among, rows, to_bits
from models.contact_lists import ContactFilter, ContactRecord, holds
from models.paging import Order, Query, Slice, Window, cut, within
from models.tables import Contact, Enrolment, Sequence
from rules.facts import Channel
from rules.statuses import Status, StatusSet


@dataclass(frozen=True, slots=True)
class View:
    """Whose eyes: the team, and in private mode the member for whom others' contacts do not exist."""

    team_id: int
    only_of: int | None = None


def _seen(view: View) -> Query:
    query: Query = (
        select(Contact, Enrolment, Sequence)
        .outerjoin(
            Enrolment,
            and_(col(Enrolment.team_id) == Contact.team_id, col(Enrolment.id) == Contact.enrolment_id),
        )
        .outerjoin(
            Sequence,
            and_(col(Sequence.team_id) == Contact.team_id, col(Sequence.id) == Contact.sequence_id),
        )
        .where(col(Contact.team_id) == view.team_id)
    )
    if view.only_of is not None:
        query = query.where(func.coalesce(Sequence.owner_id, Contact.owner_id) == view.only_of)
    return query


async def _records(session: AsyncSession, query: Query) -> list[ContactRecord]:
    """Run a query for records that are values: no longer the session's, so nothing is written behind us."""
    found = [ContactRecord(*row) for row in (await session.execute(query)).all()]
    session.expunge_all()
    return found


async def page(
    session: AsyncSession, view: View, wanted: ContactFilter, by: Order[ContactRecord], window: Window
) -> Slice[ContactRecord]:
    """Return a window of the contacts that the filter lets through."""
    query = _seen(view).where(*holds(wanted))
    return cut(await _records(session, within(query, by, window)), window)


async def count(session: AsyncSession, view: View, wanted: ContactFilter) -> int:
    """Count the contacts that the filter lets through."""
    query = _seen(view).where(*holds(wanted)).with_only_columns(func.count())
    return int((await session.execute(query)).scalar_one())


async def by_ids(session: AsyncSession, view: View, ids: Collection[int]) -> dict[int, ContactRecord]:
    """Return the contacts with these ids, by id; unknown ones are left out."""
    found = await _records(session, _seen(view).where(among(col(Contact.id), ids)))
    return {record.contact.id: record for record in found}


async def by_email(session: AsyncSession, view: View, email: str) -> ContactRecord | None:
    """Return the contact with this address, whatever its case."""
    found = await _records(session, _seen(view).where(func.lower(Contact.email) == func.lower(email)))
    return found[0] if found else None


async def locked(session: AsyncSession, view: View, ids: Collection[int]) -> dict[int, ContactRecord]:
    """Lock the contacts for a change, and return them as they are now.

    Locked in the order of their ids, so that two batches never wait for each other. Two statements: one that
    waits for the lock would go on to see the rows it joins as they were before it waited.
    """
    await _lock(session, view.team_id, among(col(Contact.id), ids))
    return await by_ids(session, view, ids)


async def locked_in_sequence(session: AsyncSession, view: View, sequence_id: int) -> dict[int, ContactRecord]:
    """Lock every contact of a sequence, and return them as they are now."""
    await _lock(session, view.team_id, col(Contact.sequence_id) == sequence_id)
    found = await _records(session, _seen(view).where(col(Contact.sequence_id) == sequence_id))
    return {record.contact.id: record for record in found}


async def locked_by_email(
    session: AsyncSession, view: View, emails: Collection[str]
) -> dict[str, ContactRecord]:
    """Lock the contacts with these lower-case addresses, and return them as they are now, by address."""
    theirs = func.lower(Contact.email) == func.any(literal(list(emails), ARRAY(Text)))
    await _lock(session, view.team_id, theirs)
    return {
        record.contact.email.lower(): record for record in await _records(session, _seen(view).where(theirs))
    }


async def _lock(session: AsyncSession, team_id: int, which: ColumnElement[bool]) -> None:
    query = select(col(Contact.id)).where(col(Contact.team_id) == team_id, which)
    await session.execute(query.order_by(col(Contact.id)).with_for_update())


@dataclass(frozen=True, slots=True)
class NewSet:
    """What a contact's set becomes, and by which channel a reply came if one did."""

    contact_id: int
    statuses: StatusSet
    replied_by: Channel | None = None


async def store_sets(session: AsyncSession, records: Mapping[int, ContactRecord], sets: list[NewSet]) -> None:
    """Write the sets of locked contacts in one statement, each with its next version; update the records."""
    if not sets:
        return
    new = rows(
        "new",
        id=(BigInteger(), [each.contact_id for each in sets]),
        statuses=(SmallInteger(), [to_bits(each.statuses) for each in sets]),
        replied_by=(Text(), [each.replied_by.name if each.replied_by else None for each in sets]),
    )
    replied = new.c.statuses.op("&")(BIT[Status.REPLIED]) != 0
    statement = (
        update(Contact)
        .where(col(Contact.team_id) == _team_of(records), col(Contact.id) == new.c.id)
        .values(
            statuses=new.c.statuses,
            replied_by=case((replied, func.coalesce(new.c.replied_by, Contact.replied_by))),
            version=Contact.version + 1,
            updated_at=func.now(),
        )
        .returning(col(Contact.id), col(Contact.statuses), col(Contact.version), col(Contact.updated_at))
        .execution_options(synchronize_session=False)
    )
    for contact_id, statuses, version, updated_at in (await session.execute(statement)).all():
        contact = records[contact_id].contact
        contact.statuses, contact.version, contact.updated_at = statuses, version, updated_at


def _team_of(records: Mapping[int, ContactRecord]) -> int:
    return next(iter(records.values())).contact.team_id
