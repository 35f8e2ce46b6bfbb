"""Every query about the log: adding lines, reading a contact's, and since when it has each status."""

from collections.abc import Collection, Mapping, Sequence
from enum import Enum
from typing import Any

from sqlalchemy import BigInteger, Integer, SmallInteger, Text, and_, func, insert, select, true
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.bell import GROWN
from models.columns import BETWEEN, TIME, among, rows, to_bits
from models.lines import ALL, LineFilter
from models.paging import Order, Slice, Window, cut, keys, within
from models.stamps import own
from models.tables import Activity, Member
from rules.events import Category, Event

NEWEST_FIRST: Order[Activity] = Order((Activity.id,), lambda line: (line.id,), descending=True)


async def add(session: AsyncSession, lines: Sequence[Activity]) -> None:
    """Add lines in one statement, however many; each then has its id, its stamp and its times.

    A line comes with the stamp that its locked contact has, and gets it or this transaction's own.
    Ids are given out in the order of the lines: PostgreSQL sorts, then numbers, then returns.
    """
    if not lines:
        return
    new = rows("new", place=(Integer(), list(range(len(lines)))), **_columns(lines))
    given: dict[str, Any] = {name: new.c[name] for name in new.c.keys() if name != "place"}  # noqa: SIM118
    for name in ("reasons", "rules"):
        given[name] = func.string_to_array(new.c[name], BETWEEN)
    given["stamp"] = func.greatest(new.c.stamp, own())
    given["happened_at"] = func.coalesce(new.c.happened_at, func.statement_timestamp())
    statement = (
        insert(Activity)
        .from_select(list(given), select(*given.values()).order_by(new.c.place))
        .returning(
            col(Activity.id), col(Activity.stamp), col(Activity.happened_at), col(Activity.recorded_at)
        )
    )
    session.info[GROWN] = True
    for line, stored in zip(lines, (await session.execute(statement)).all(), strict=True):
        line.id, line.stamp, line.happened_at, line.recorded_at = stored


def _columns(lines: Sequence[Activity]) -> dict[str, tuple[Any, list[Any]]]:
    """Return the columns of new lines, each with its type and values."""

    def name_of(found: Enum | None) -> str | None:
        return found.name if found else None

    return {
        "team_id": (BigInteger(), [line.team_id for line in lines]),
        "contact_id": (BigInteger(), [line.contact_id for line in lines]),
        "sequence_id": (BigInteger(), [line.sequence_id for line in lines]),
        "kind": (Text(), [name_of(line.kind) for line in lines]),
        "member_id": (BigInteger(), [line.member_id for line in lines]),
        "cause": (Text(), [name_of(line.cause) for line in lines]),
        "channel": (Text(), [name_of(line.channel) for line in lines]),
        "before": (SmallInteger(), [to_bits(line.before) for line in lines]),
        "after": (SmallInteger(), [to_bits(line.after) for line in lines]),
        "source": (Text(), [line.source for line in lines]),
        "source_id": (Text(), [line.source_id for line in lines]),
        # An array of arrays must be rectangular: they travel as text.
        "reasons": (Text(), [BETWEEN.join(line.reasons) for line in lines]),
        "category": (Text(), [name_of(line.category) for line in lines]),
        "reply_id": (BigInteger(), [line.reply_id for line in lines]),
        "why": (Text(), [line.why for line in lines]),
        "rules": (Text(), [BETWEEN.join(line.rules) for line in lines]),
        "note": (Text(), [line.note for line in lines]),
        "bulk_id": (BigInteger(), [line.bulk_id for line in lines]),
        "undoes": (BigInteger(), [line.undoes for line in lines]),
        "version": (Integer(), [line.version for line in lines]),
        "stamp": (BigInteger(), [line.stamp for line in lines]),
        "happened_at": (TIME, [line.happened_at for line in lines]),
    }


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


async def of_bulk(session: AsyncSession, team_id: int, bulk_id: int, most: int) -> list[Activity]:
    """Return the lines of what changed many contacts at once, in their order; at most so many."""
    query = select(Activity).where(col(Activity.team_id) == team_id, col(Activity.bulk_id) == bulk_id)
    return list((await session.execute(query.order_by(col(Activity.id)).limit(most))).scalars())


async def changes_since(session: AsyncSession, team_id: int, since: Mapping[int, int]) -> list[Activity]:
    """Return the lines that changed contacts after a line of theirs, in their order; one statement for all.

    `since` gives that line's id by contact.
    """
    asked = rows(
        "asked", contact_id=(BigInteger(), list(since)), line_id=(BigInteger(), list(since.values()))
    )
    theirs = and_(col(Activity.contact_id) == asked.c.contact_id, col(Activity.id) > asked.c.line_id)
    query = select(Activity).join_from(Activity, asked, theirs)
    query = query.where(col(Activity.team_id) == team_id, col(Activity.version).is_not(None))
    return list((await session.execute(query.order_by(col(Activity.id)))).scalars())


async def with_causes(
    session: AsyncSession, team_id: int, contact_ids: Collection[int], causes: Collection[Event]
) -> set[int]:
    """Return those of the contacts that have a line of one of these causes."""
    query = select(col(Activity.contact_id)).where(
        col(Activity.team_id) == team_id,
        among(Activity.contact_id, contact_ids),
        col(Activity.cause).in_(causes),
    )
    return set((await session.execute(query)).scalars())


async def categories(session: AsyncSession, team_id: int, reply_ids: Collection[int]) -> dict[int, Category]:
    """Return the category that a person last put each reply into, by the reply's line."""
    reply_id = col(Activity.reply_id)
    query = (
        select(reply_id, col(Activity.category))
        .where(col(Activity.team_id) == team_id, among(Activity.reply_id, reply_ids))
        .ext(distinct_on(reply_id))
        .order_by(reply_id, col(Activity.id).desc())
    )
    return {of: category for of, category in (await session.execute(query)).all() if of and category}


async def pages(
    session: AsyncSession,
    team_id: int,
    contact_ids: Sequence[int],
    window: Window,
    which: LineFilter = ALL,
    *,
    members: dict[int, Member] | None = None,
) -> dict[int, Slice[Activity]]:
    """Return the same window of the log of each contact, newest first, in one statement.

    With `members`, it reads who did it as well, and puts them there by id.
    """
    wanted = rows("wanted", contact_id=(BigInteger(), list(contact_ids)))
    of_one = select(Activity).where(
        col(Activity.team_id) == team_id, col(Activity.contact_id) == wanted.c.contact_id, *which.holds()
    )
    lines = within(of_one, NEWEST_FIRST, window).lateral("lines")
    query: Any = select(wanted.c.contact_id, aliased(Activity, lines)).join_from(wanted, lines, true())
    if members is not None:
        who = and_(col(Member.team_id) == team_id, col(Member.id) == lines.c.member_id)
        query = query.add_columns(Member).outerjoin(Member, who)
    found: dict[int, list[Activity]] = {contact_id: [] for contact_id in contact_ids}
    for contact_id, entry, *by in (await session.execute(query, keys(window))).all():
        found[contact_id].append(entry)
        if members is not None and by[0] is not None:
            members[by[0].id] = by[0]
    return {contact_id: cut(_sorted(entries, window), window) for contact_id, entries in found.items()}


def _sorted(entries: list[Activity], window: Window) -> list[Activity]:
    """Put the lines of one contact into the order the window was read in; a join promises none."""
    return sorted(entries, key=lambda line: line.id, reverse=not window.backwards)


async def counts(
    session: AsyncSession, team_id: int, contact_ids: Collection[int], which: LineFilter = ALL
) -> dict[int, int]:
    """Count the lines of each contact."""
    query = (
        select(col(Activity.contact_id), func.count())
        .where(col(Activity.team_id) == team_id, among(Activity.contact_id, contact_ids), *which.holds())
        .group_by(col(Activity.contact_id))
    )
    found = {contact_id: number for contact_id, number in (await session.execute(query)).all()}  # noqa: C416
    return {contact_id: found.get(contact_id, 0) for contact_id in contact_ids}
