"""The feed: every change of statuses of a team, in an order in which nothing appears behind a reader.

The ids of lines will not do. They are given out when a line is written, not when its transaction commits: a
slower transaction commits a smaller id later, and who has read on to the greater one never sees it.

The feed is ordered by (stamp, id). A line's stamp is the greater of the number of its own transaction and
the stamp of the contact's latest line before it (`contact.stamp`). A reader sees only stamps below the
horizon: the lowest number of a transaction that was still running when its snapshot was taken. So it is

* Complete. A line with a stamp below the horizon was written by a transaction with a number no greater than
  that stamp, so below the horizon, so one that had ended: if it committed, the snapshot sees the line.
* Final. A transaction that still runs, or begins later, has a number at or above the horizon, and its lines
  have stamps no lower. Horizons only grow. What was read below one is therefore all there ever is below it:
  behind a cursor no line appears, none is read twice, none is passed over.
* In the order of each contact. A transaction locks a contact before it changes it, and reads its stamp under
  the lock. Of two that change the same contact the later one writes a stamp no lower, though its number may
  be (it began first, then waited); with equal stamps the ids decide, which are given out under the lock too.

The price: a line is shown when every transaction that began to write before it, in any database of the
cluster, has ended. Ours end within seconds. Lines from before there were stamps have 0, and go by id.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select, text
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.contacts import View
from models.lines import touches
from models.paging import Order, Slice, Window, cut, keys, within
from models.stamps import horizon
from models.tables import Activity, ActivityKind, Contact, Sequence
from models.tables.activity import IN_FEED
from rules.statuses import StatusSet

ORDER: Order[Activity] = Order(
    (Activity.stamp, Activity.id), lambda line: (line.stamp, line.id), kinds=(int, int)
)


Place = tuple[int, int]
"""A stamp and an id: where a line stands, or where a reader does, which has seen all up to there."""


@dataclass(frozen=True, slots=True)
class ChangeFilter:
    """Which changes: all given parts must hold."""

    sequence_id: int | None = None
    contact_id: int | None = None
    statuses: StatusSet | None = None
    kinds: frozenset[ActivityKind] | None = None

    def lets_through(self, line: Activity) -> bool:
        """Say the same of a line that was read already."""
        return (
            self.sequence_id in {None, line.sequence_id}
            and self.contact_id in {None, line.contact_id}
            and (self.statuses is None or not self.statuses.isdisjoint(line.before ^ line.after))
            and (self.kinds is None or line.kind in self.kinds)
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the feed, and who counts as the owner of its contact now."""

    line: Activity
    owner_id: int

    @property
    def place(self) -> Place:
        """Return where it stands."""
        return self.line.stamp, self.line.id


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of the feed, up to where it is read with it, and whether there is more to read soon."""

    entries: list[Entry]
    upto: Place
    more: bool
    held_back: bool


async def read(session: AsyncSession, team_id: int, after: Place, size: int) -> Read:
    """Return what follows a place, whoever may see it."""
    owner = func.coalesce(Sequence.owner_id, Contact.owner_id)
    lines: Select[Any] = select(Activity, owner)  # type: ignore[assignment]
    window = Window(size, after=after)
    query = within(of_contact(_seen(lines, View(team_id), ChangeFilter())), ORDER, window)
    found = (await session.execute(query, keys(window))).all()
    entries = [Entry(line, owner_id) for line, owner_id in found]
    if len(entries) > size:
        return Read(entries[:size], entries[size - 1].place, more=True, held_back=False)
    # Within one snapshot: all below the horizon is read.
    rest = select(horizon(), _hidden(team_id).exists())
    stamp, hidden = (await session.execute(rest)).one()
    return Read(entries, (stamp, 0), more=False, held_back=hidden)


async def now(session: AsyncSession) -> Place:
    """Return the place behind which everything is that is committed from now on."""
    return (await session.execute(select(horizon()))).scalar_one(), 0


async def page(session: AsyncSession, view: View, wanted: ChangeFilter, window: Window) -> Slice[Activity]:
    """Return a window of the feed. Whether a contact's changes are seen is decided by whose it is now."""
    query = within(_seen(select(Activity), view, wanted), ORDER, window)
    return cut(list((await session.execute(query, keys(window))).scalars()), window)


async def count(session: AsyncSession, view: View, wanted: ChangeFilter) -> int:
    """Count the changes that the filter lets through."""
    query: Select[Any] = _seen(select(func.count()).select_from(Activity), view, wanted)
    return int((await session.execute(query)).scalar_one())


async def held_back(session: AsyncSession, team_id: int) -> bool:
    """Say whether changes are there that the horizon still hides."""
    return bool((await session.execute(select(_hidden(team_id).exists()))).scalar_one())


def _hidden(team_id: int) -> Select[Any]:
    return select(col(Activity.id)).where(
        col(Activity.team_id) == team_id, text(f"({IN_FEED})"), col(Activity.stamp) >= horizon()
    )


def _seen(query: Select[Any], view: View, wanted: ChangeFilter) -> Select[Any]:
    query = query.where(
        col(Activity.team_id) == view.team_id,
        text(f"({IN_FEED})"),
        col(Activity.stamp) < horizon(),
        *_hold(wanted),
    )
    if view.only_of is None:
        return query
    mine = func.coalesce(Sequence.owner_id, Contact.owner_id) == view.only_of
    return of_contact(query).where(mine)


def of_contact(query: Select[Any]) -> Select[Any]:
    """Join the contact of each line, and the sequence that is now in."""
    contact = and_(col(Contact.team_id) == Activity.team_id, col(Contact.id) == Activity.contact_id)
    sequence = and_(col(Sequence.team_id) == Contact.team_id, col(Sequence.id) == Contact.sequence_id)
    return query.join(Contact, contact).outerjoin(Sequence, sequence)


def _hold(wanted: ChangeFilter) -> Iterable[ColumnElement[bool]]:
    if wanted.sequence_id is not None:
        yield col(Activity.sequence_id) == wanted.sequence_id
    if wanted.contact_id is not None:
        yield col(Activity.contact_id) == wanted.contact_id
    if wanted.statuses is not None:
        yield touches(wanted.statuses)
    if wanted.kinds is not None:
        yield col(Activity.kind).in_(sorted(wanted.kinds))
