"""Writing stays in sequences: begun, ended, and their facts, each for a whole batch in one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ARRAY, BigInteger, Date, Integer, SmallInteger, Text, cast, func, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.columns import rows, to_bits
from models.tables import Enrolment
from rules.statuses import StatusSet


async def begin(session: AsyncSession, stays: Sequence[Enrolment]) -> None:
    """Store new stays; each then has its id and its start."""
    session.add_all(stays)
    await session.flush()
    session.expunge_all()


async def end(session: AsyncSession, team_id: int, final: Mapping[int, StatusSet]) -> None:
    """End the stays with these ids, each with the set its contact had."""
    if not final:
        return
    last = rows(
        "last",
        id=(BigInteger(), list(final)),
        statuses=(SmallInteger(), [to_bits(statuses) for statuses in final.values()]),
    )
    await session.execute(
        update(Enrolment)
        .where(col(Enrolment.team_id) == team_id, col(Enrolment.id) == last.c.id)
        .values(ended_at=func.statement_timestamp(), final_statuses=last.c.statuses, away_until=None)
        .execution_options(synchronize_session=False)
    )


@dataclass(slots=True)
class Counted:
    """What happened in one stay, to be added to its facts."""

    emails: int = 0
    sms: int = 0
    completed: list[int] = field(default_factory=list)


async def count(session: AsyncSession, team_id: int, counted: Mapping[int, Counted]) -> None:
    """Add to the facts of these stays, by id."""
    if not counted:
        return
    new = rows(
        "new",
        id=(BigInteger(), list(counted)),
        emails=(Integer(), [each.emails for each in counted.values()]),
        sms=(Integer(), [each.sms for each in counted.values()]),
        # An array of arrays must be rectangular: they travel as text.
        completed=(Text(), [f"{{{','.join(map(str, each.completed))}}}" for each in counted.values()]),
        steps=(Integer(), [len(each.completed) for each in counted.values()]),
    )
    await session.execute(
        update(Enrolment)
        .where(col(Enrolment.team_id) == team_id, col(Enrolment.id) == new.c.id)
        .values(
            emails_received=Enrolment.emails_received + new.c.emails,
            sms_sent=Enrolment.sms_sent + new.c.sms,
            completed=func.array_cat(Enrolment.completed, cast(new.c.completed, ARRAY(BigInteger))),
            steps_left=Enrolment.steps_left - new.c.steps,
        )
        .execution_options(synchronize_session=False)
    )


async def store_returns(session: AsyncSession, team_id: int, returns: Mapping[int, date | None]) -> None:
    """Write when the contacts of these stays, by id, are back in the office; None: they did not say."""
    if not returns:
        return
    new = rows("new", id=(BigInteger(), list(returns)), returns_on=(Date(), list(returns.values())))
    await session.execute(
        update(Enrolment)
        .where(col(Enrolment.team_id) == team_id, col(Enrolment.id) == new.c.id)
        .values(returns_on=new.c.returns_on)
        .execution_options(synchronize_session=False)
    )


async def store_missing(session: AsyncSession, team_id: int, missing: Mapping[int, Sequence[str]]) -> None:
    """Write which variables are missing in these stays, by id."""
    if not missing:
        return
    new = rows(
        "new",
        id=(BigInteger(), list(missing)),
        names=(Text(), [f"{{{','.join(names)}}}" for names in missing.values()]),
    )
    await session.execute(
        update(Enrolment)
        .where(col(Enrolment.team_id) == team_id, col(Enrolment.id) == new.c.id)
        .values(missing_variables=cast(new.c.names, ARRAY(Text)))
        .execution_options(synchronize_session=False)
    )
