"""Every query about absences: stays that are out of office, and when the system ends that."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import BigInteger, Integer, and_, select, true, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.columns import BIT, TIME, rows
from models.tables import Activity, Contact, Enrolment
from rules.events import Event
from rules.statuses import Status

_AWAY = BIT[Status.OUT_OF_OFFICE]


async def store(session: AsyncSession, team_id: int, until: Mapping[int, datetime | None]) -> None:
    """Write when the system ends the absences of these stays, by id; None: it does not."""
    if not until:
        return
    new = rows("new", id=(BigInteger(), list(until)), away_until=(TIME, list(until.values())))
    await session.execute(
        update(Enrolment)
        .where(col(Enrolment.team_id) == team_id, col(Enrolment.id) == new.c.id)
        .values(away_until=new.c.away_until)
        .execution_options(synchronize_session=False)
    )


async def due(session: AsyncSession, team_id: int, until: datetime, most: int) -> list[int]:
    """Return the contacts whose absence ends by then, those that have waited longest first."""
    query = (
        select(col(Enrolment.contact_id))
        .where(col(Enrolment.team_id) == team_id, col(Enrolment.away_until) <= until)
        .order_by(col(Enrolment.away_until))
        .limit(most)
    )
    return list((await session.execute(query)).scalars())


async def forget(session: AsyncSession, team_id: int, sequence_id: int) -> None:
    """Have the system end no absence in a sequence."""
    await session.execute(
        update(Enrolment)
        .where(
            col(Enrolment.team_id) == team_id,
            col(Enrolment.sequence_id) == sequence_id,
            col(Enrolment.away_until).is_not(None),
        )
        .values(away_until=None)
        .execution_options(synchronize_session=False)
    )


async def by_reply(
    session: AsyncSession, team_id: int, sequence_id: int
) -> list[tuple[int, date | None, datetime]]:
    """Return the stays in a sequence that an automatic reply put out of office.

    Each with the day the reply named, and when the reply came. Who put it on last, the log says.
    """
    after = col(Activity.after).op("&", return_type=Integer())(_AWAY) != 0
    before = col(Activity.before).op("&", return_type=Integer())(_AWAY) == 0
    put_on = (
        select(col(Activity.cause), col(Activity.happened_at))
        .where(col(Activity.team_id) == team_id, col(Activity.contact_id) == Contact.id, after, before)
        .order_by(col(Activity.id).desc())
        .limit(1)
        .lateral("put_on")
    )
    stay = and_(col(Enrolment.team_id) == Contact.team_id, col(Enrolment.id) == Contact.enrolment_id)
    query = (
        select(col(Enrolment.id), col(Enrolment.returns_on), put_on.c.happened_at)
        .join_from(Contact, Enrolment, stay)
        .join(put_on, true())
        .where(
            col(Contact.team_id) == team_id,
            col(Contact.sequence_id) == sequence_id,
            col(Contact.statuses).op("&", return_type=Integer())(_AWAY) != 0,
            put_on.c.cause == Event.OUT_OF_OFFICE_RECEIVED,
        )
    )
    return [(id_, day, at) for id_, day, at in (await session.execute(query)).all()]
