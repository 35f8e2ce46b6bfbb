"""What the log says of earlier times, each question for a whole list of contacts in one statement.

The log is replayed by version, and a line counts from when it was recorded: what we knew at a time, not what
had happened by then and was reported later. So the answer about a time that has passed never changes.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import BigInteger, Integer, extract, func, select, true
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.columns import BIT, among, rows
from models.tables import Activity, ActivityKind
from rules.statuses import Status, StatusSet

_STATUS = {bit: status for status, bit in BIT.items()}


async def statuses_at(
    session: AsyncSession, team_id: int, contact_ids: Collection[int], time: datetime
) -> dict[int, StatusSet]:
    """Return the set that each contact had at a time; contacts that were not there yet are left out."""
    wanted = rows("wanted", contact_id=(BigInteger(), list(contact_ids)))
    latest = (
        select(col(Activity.after))
        .where(
            col(Activity.team_id) == team_id,
            col(Activity.contact_id) == wanted.c.contact_id,
            col(Activity.version).is_not(None),
            col(Activity.recorded_at) <= time,
        )
        .order_by(col(Activity.version).desc())
        .limit(1)
        .lateral("latest")
    )
    query = select(wanted.c.contact_id, latest.c.after).join_from(wanted, latest, true())
    return {contact_id: after for contact_id, after in (await session.execute(query)).all()}  # noqa: C416


async def time_in_status(
    session: AsyncSession, team_id: int, contact_ids: Collection[int], *, ever: bool
) -> dict[int, dict[Status, int]]:
    """Return for how many whole seconds each contact has had each status, up to now.

    Since it entered the sequence it is in, none if it is in none; or ever, since it was created.
    """
    kind, version = col(Activity.kind), col(Activity.version)
    one = col(Activity.contact_id)
    came = kind.in_([ActivityKind.ENROLLED, ActivityKind.MOVED])
    recorded_at = col(Activity.recorded_at)
    line = (
        select(
            one,
            col(Activity.after),
            version,
            recorded_at,
            func.lead(recorded_at).over(partition_by=one, order_by=version).label("until"),
            func.max(version).filter(came).over(partition_by=one).label("came"),
            func.max(version).filter(kind == ActivityKind.REMOVED).over(partition_by=one).label("went"),
        )
        .where(
            col(Activity.team_id) == team_id, among(Activity.contact_id, contact_ids), version.is_not(None)
        )
        .subquery("line")
    )
    each = rows("each", bit=(Integer(), list(BIT.values())))
    ended = func.coalesce(line.c.until, func.statement_timestamp())
    # A clock that was set back makes nothing shorter than nothing.
    seconds = func.greatest(extract("epoch", ended - line.c.recorded_at), 0)
    query = (
        select(line.c.contact_id, each.c.bit, func.floor(func.sum(seconds)))
        .join_from(line, each, line.c.after.op("&", return_type=Integer())(each.c.bit) != 0)
        .group_by(line.c.contact_id, each.c.bit)
    )
    if not ever:
        query = query.where(line.c.version >= line.c.came, line.c.came > func.coalesce(line.c.went, 0))
    found: dict[int, dict[Status, int]] = {contact_id: {} for contact_id in contact_ids}
    for contact_id, bit, total in (await session.execute(query)).all():
        found[contact_id][_STATUS[bit]] = int(total)
    return found
