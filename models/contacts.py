"""Every query about contacts: one, many, a page; locked for a change; written in batches."""

from collections.abc import Collection, Mapping
from collections.abc import Sequence as Sequence_
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Integer,
    SmallInteger,
    Text,
    and_,
    any_,
    exists,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.columns import TIME, among, rows, to_bits
from models.contact_lists import ContactRecord
from models.paging import Query
from models.stamps import own
from models.tables import Contact, Enrolment, Sequence


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


async def by_ids(session: AsyncSession, view: View, ids: Collection[int]) -> dict[int, ContactRecord]:
    """Return the contacts with these ids, by id; unknown ones are left out."""
    found = await _records(session, _seen(view).where(among(col(Contact.id), ids)))
    return {record.contact.id: record for record in found}


async def locked(session: AsyncSession, view: View, ids: Collection[int]) -> dict[int, ContactRecord]:
    """Lock the contacts for a change, and return them as they are now.

    Locked in the order of their ids, so that two batches never wait for each other. Two statements: one that
    waits for the lock would go on to see the rows it joins as they were before it waited.
    """
    await _lock(session, view.team_id, among(col(Contact.id), ids))
    return await by_ids(session, view, ids)


async def lock_sequence(session: AsyncSession, team_id: int, sequence_id: int) -> None:
    """Lock every contact that is in a sequence."""
    await _lock(session, team_id, col(Contact.sequence_id) == sequence_id)


async def in_sequence(session: AsyncSession, view: View, sequence_id: int) -> list[ContactRecord]:
    """Return every contact that is in a sequence."""
    return await _records(session, _seen(view).where(col(Contact.sequence_id) == sequence_id))


async def locked_by_email(
    session: AsyncSession, view: View, emails: Collection[str]
) -> dict[str, ContactRecord]:
    """Lock the contacts with these lower-case addresses, and return them as they are now, by address."""
    theirs = col(Contact.email_key) == any_(literal(list(emails), ARRAY(Text)))
    await _lock(session, view.team_id, theirs)
    return {
        record.contact.email.lower(): record for record in await _records(session, _seen(view).where(theirs))
    }


async def ids_by_email(session: AsyncSession, team_id: int, emails: Collection[str]) -> dict[str, int]:
    """Return the ids of the contacts with these lower-case addresses, by address."""
    theirs = col(Contact.email_key) == any_(literal(list(emails), ARRAY(Text)))
    query = select(col(Contact.email_key), col(Contact.id)).where(col(Contact.team_id) == team_id, theirs)
    return {email: contact_id for email, contact_id in (await session.execute(query)).all()}  # noqa: C416


async def known(session: AsyncSession, team_id: int, ids: Collection[int]) -> set[int]:
    """Return those of the ids that contacts of the team have."""
    query = select(col(Contact.id)).where(col(Contact.team_id) == team_id, among(col(Contact.id), ids))
    return set((await session.execute(query)).scalars())


async def addresses(session: AsyncSession, team_id: int, emails: Collection[str]) -> set[str]:
    """Return those of the lower-case addresses that contacts of the team have, whoever may see them."""
    theirs = col(Contact.email_key) == any_(literal(list(emails), ARRAY(Text)))
    query = select(col(Contact.email_key)).where(col(Contact.team_id) == team_id, theirs)
    return set((await session.execute(query)).scalars())


async def _lock(session: AsyncSession, team_id: int, which: ColumnElement[bool]) -> None:
    query = select(col(Contact.id)).where(col(Contact.team_id) == team_id, which)
    await session.execute(query.order_by(col(Contact.id)).with_for_update())


async def store(session: AsyncSession, team_id: int, records: Sequence_[ContactRecord]) -> None:
    """Write sets, versions and present stays of locked contacts as the records say, in one statement.

    Each contact gets the stamp that its line of this transaction has (`models.feed`).
    """
    if not records:
        return
    contacts = [record.contact for record in records]
    new = rows(
        "new",
        id=(BigInteger(), [each.id for each in contacts]),
        statuses=(SmallInteger(), [to_bits(each.statuses) for each in contacts]),
        replied_by=(Text(), [each.replied_by.name if each.replied_by else None for each in contacts]),
        version=(Integer(), [each.version for each in contacts]),
        decided_at=(TIME, [each.decided_at for each in contacts]),
        enrolment_id=(BigInteger(), [each.enrolment_id for each in contacts]),
        sequence_id=(BigInteger(), [each.sequence_id for each in contacts]),
    )
    written = ("statuses", "replied_by", "version", "decided_at", "enrolment_id", "sequence_id")
    statement = (
        update(Contact)
        .where(col(Contact.team_id) == team_id, col(Contact.id) == new.c.id)
        .values({name: new.c[name] for name in written} | {"updated_at": func.statement_timestamp()})
        .values(stamp=func.greatest(Contact.stamp, own()))
        .returning(col(Contact.updated_at))
        .execution_options(synchronize_session=False)
    )
    updated_at = (await session.execute(statement)).scalars().first()
    for contact in contacts:
        contact.updated_at = updated_at or contact.updated_at


async def insert_new(session: AsyncSession, team_id: int, owners: Mapping[str, int]) -> set[int]:
    """Create contacts for those of the addresses that have none, each with its owner; return their ids.

    Who loses a race against another caller finds the other's contact there. In one order, so that two
    batches never wait for each other; a join may lose it, so it is asked for.
    """
    pairs = list(owners.items())
    new = rows(
        "new",
        email=(Text(), [email for email, _ in pairs]),
        owner_id=(BigInteger(), [owner_id for _, owner_id in pairs]),
    )
    same = col(Contact.email_key) == func.lower(new.c.email)
    taken = exists().where(col(Contact.team_id) == team_id, same)
    values: dict[str, ColumnElement[Any]] = {
        "team_id": literal(team_id, BigInteger),
        "email": new.c.email,
        "owner_id": new.c.owner_id,
        "variables": literal({}, JSONB),
        "statuses": literal(0, SmallInteger),
        "version": literal(1, Integer),
    }
    statement = (
        insert(Contact)
        .from_select(list(values), select(*values.values()).where(~taken).order_by(func.lower(new.c.email)))
        .on_conflict_do_nothing()
        .returning(col(Contact.id))
    )
    return set((await session.execute(statement)).scalars())


async def store_profiles(session: AsyncSession, team_id: int, contacts: Sequence_[Contact]) -> None:
    """Write the profiles of locked contacts as they stand here, in one statement."""
    if not contacts:
        return
    texts = ("email", "first_name", "last_name", "company", "phone")
    new = rows(
        "new",
        id=(BigInteger(), [each.id for each in contacts]),
        variables=(JSONB(), [each.variables for each in contacts]),
        **{name: (Text(), [getattr(each, name) for each in contacts]) for name in texts},
    )
    await session.execute(
        update(Contact)
        .where(col(Contact.team_id) == team_id, col(Contact.id) == new.c.id)
        .values({name: new.c[name] for name in ("variables", *texts)})
        .execution_options(synchronize_session=False)
    )
