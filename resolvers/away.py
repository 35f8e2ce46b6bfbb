"""When an absence is over, and the task that ends it then."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from models import absences, contacts, jobs
from models.jobs import Kind, Task
from models.tables import Sequence
from rules.facts import OutOfOfficeProcessing

FARTHEST = timedelta(days=366)
"""A return date beyond this was misread, or is a joke."""

SOON = timedelta(minutes=1)
"""What ends within this gets a task of its own: one that waits already may have begun by then."""


def back(returns_on: date | None, replied_at: datetime, days_away: int) -> datetime:
    """Return when whoever sent an automatic reply is back.

    At the start of the day the reply named, in UTC: that is the first day back; if it is the day of the reply
    itself, which says that it still holds, a day later. If it named none, or one that cannot be meant, in
    the past or more than a year away: after so many days, at the next full hour.
    """
    today = replied_at.astimezone(UTC).date()
    if returns_on is not None and today <= returns_on <= today + FARTHEST:
        return datetime.combine(max(returns_on, today + timedelta(days=1)), time(), UTC)
    until = replied_at.astimezone(UTC) + timedelta(days=days_away)
    hour = until.replace(minute=0, second=0, microsecond=0)
    return hour if hour == until else hour + timedelta(hours=1)


async def schedule(session: AsyncSession, team_id: int, until: Iterable[datetime | None]) -> None:
    """Have the absences that end at these times ended: one task for all of a team that end at the same."""
    soon = datetime.now(UTC) + SOON
    times = {at for at in until if at}
    tasks = [Task(Kind.END_ABSENCES, team_id, at, once=at.isoformat()) for at in times if at > soon]
    if over := [at for at in times if at <= soon]:
        tasks.append(Task(Kind.END_ABSENCES, team_id, max(over)))
    await jobs.enqueue(session, tasks)


async def processing_changed(session: AsyncSession, sequence: Sequence) -> None:
    """Do for those who are away now what the sequence's processing of out-of-office replies has become.

    Automatic: whom a machine's reply put out of office is back as if it had been so when the reply came.
    Manual: only a person ends an absence. The sequence is locked.
    """
    team_id = sequence.team_id
    # A batch of events that has read the sequence as it was holds its contacts: wait for what it writes.
    await contacts.lock_sequence(session, team_id, sequence.id)
    if sequence.out_of_office is OutOfOfficeProcessing.MANUAL:
        await absences.forget(session, team_id, sequence.id)
        return
    away = await absences.by_reply(session, team_id, sequence.id)
    until = {stay_id: back(day, at, sequence.days_away) for stay_id, day, at in away}
    await absences.store(session, team_id, until)
    await schedule(session, team_id, until.values())
