"""Every query about the log: adding lines, reading a contact's, and since when it has each status."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from sqlalchemy import BigInteger, Integer, Text, and_, func, select, true
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.columns import BIT, among, rows
from models.paging import Order, Slice, Window, cut, within
from models.tables import Activity
from rules.statuses import Status

NEWEST_FIRST: Order[Activity] = Order((Activity.id,), lambda line: (line.id,), descending=True)


async def add(session: AsyncSession, lines: Sequence[Activity]) -> None:
    """Add lines; each then has its id and its time."""
    if any(line.happened_at for line in lines):
        # Lines with and without a time would be written in turns, a statement for each change of turn.
        now = datetime.now(UTC)
        for line in lines:
            line.happened_at = line.happened_at or now
    session.add_all(lines)
    await session.flush()


async def by_ids(session: AsyncSession, team_id: int, ids: Collection[int]) -> dict[int, Activity]:
    """Return the lines with these ids, by id."""
    query = select(Activity).where(col(Activity.team_id) == team_id, among(Activity.id, ids))
    return {line.id: line for line in (await session.execute(query)).scalars()}


async def by_key(
    session: AsyncSession, team_id: int, keys: Collection[tuple[str, str]]
) -> dict[tuple[str, str], Activity]:
    """Return the lines of those events, by source and id, that were reported before."""
    pairs = list(keys)
    asked = rows(
        "asked",
        source=(Text(), [source for source, _ in pairs]),
        source_id=(Text(), [source_id for _, source_id in pairs]),
    )
    same = and_(col(Activity.source) == asked.c.source, col(Activity.source_id) == asked.c.source_id)
    query = select(Activity).join_from(Activity, asked, same).where(col(Activity.team_id) == team_id)
    return {
        (line.source or "", line.source_id or ""): line for line in (await session.execute(query)).scalars()
    }


async def pages(
    session: AsyncSession, team_id: int, contact_ids: Sequence[int], window: Window
) -> dict[int, Slice[Activity]]:
    """Return the same window of the log of each contact, newest first, in one statement."""
    wanted = rows("wanted", contact_id=(BigInteger(), list(contact_ids)))
    of_one = select(Activity).where(
        col(Activity.team_id) == team_id, col(Activity.contact_id) == wanted.c.contact_id
    )
    lines = within(of_one, NEWEST_FIRST, window).lateral("lines")
    query = select(wanted.c.contact_id, aliased(Activity, lines)).join_from(wanted, lines, true())
    found: dict[int, list[Activity]] = {contact_id: [] for contact_id in contact_ids}
    for contact_id, entry in (await session.execute(query)).all():
        found[contact_id].append(entry)
    return {contact_id: cut(_sorted(entries, window), window) for contact_id, entries in found.items()}


def _sorted(entries: list[Activity], window: Window) -> list[Activity]:
    """Put the lines of one contact into the order the window was read in; a join promises none."""
    return sorted(entries, key=lambda line: line.id, reverse=not window.backwards)


async def counts(session: AsyncSession, team_id: int, contact_ids: Collection[int]) -> dict[int, int]:
    """Count the lines of each contact."""
    query = (
        select(col(Activity.contact_id), func.count())
        .where(col(Activity.team_id) == team_id, among(Activity.contact_id, contact_ids))
        .group_by(col(Activity.contact_id))
    )
    found = {contact_id: number for contact_id, number in (await session.execute(query)).all()}  # noqa: C416
    return {contact_id: found.get(contact_id, 0) for contact_id in contact_ids}


async def since(
    session: AsyncSession, team_id: int, contact_ids: Collection[int]
) -> dict[int, dict[Status, Activity]]:
    """Return, for each contact and status, the last line that put it on; one statement for all."""
    each = rows("each", bit=(Integer(), list(BIT.values())))
    bit = each.c.bit
    after = col(Activity.after).op("&", return_type=Integer())(bit) != 0
    before = col(Activity.before).op("&", return_type=Integer())(bit) == 0
    query = (
        select(bit, Activity)
        .join_from(Activity, each, and_(after, before))
        .where(col(Activity.team_id) == team_id, among(Activity.contact_id, contact_ids))
        .ext(distinct_on(col(Activity.contact_id), bit))
        .order_by(col(Activity.contact_id), bit, col(Activity.id).desc())
    )
    status_of = {bits: status for status, bits in BIT.items()}
    found: dict[int, dict[Status, Activity]] = {contact_id: {} for contact_id in contact_ids}
    for bits, line in (await session.execute(query)).all():
        found[line.contact_id][status_of[bits]] = line
    return found
