"""Every query about bulk changes and what became of their contacts; a selection's are in `selections`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    Text,
    and_,
    any_,
    cast,
    func,
    literal,
    select,
    text,
    update,
)
from sqlalchemy import delete as delete_from
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as insert_new
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.columns import BETWEEN, among, rows
from models.contacts import View
from models.paging import Order, Slice, Window, cut, keys, within
from models.tables import Activity, BulkChange, BulkItem, BulkOutcome

NEWEST_FIRST: Order[BulkChange] = Order(
    (BulkChange.created_at, BulkChange.id),
    lambda each: (each.created_at, each.id),
    kinds=(datetime, int),
    descending=True,
)
BY_CONTACT: Order[BulkItem] = Order((BulkItem.contact_id,), lambda item: (item.contact_id,))


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """Which contacts of a bulk change: all given parts must hold."""

    outcome: BulkOutcome | None = None
    code: str | None = None


async def insert(session: AsyncSession, change: BulkChange) -> bool:
    """Add a bulk change; False if it is there. Of two that add the same, one waits for the other."""
    given = {name: getattr(change, name) for name in BulkChange.model_fields}
    statement = insert_new(BulkChange).values(given).on_conflict_do_nothing().returning(col(BulkChange.id))
    return (await session.execute(statement)).first() is not None


async def delete(session: AsyncSession, change: BulkChange) -> None:
    """Take back a bulk change that has no contacts."""
    await session.execute(delete_from(BulkChange).where(*_is(change)))


async def by_ids(session: AsyncSession, view: View, ids: Collection[int]) -> dict[int, BulkChange]:
    """Return bulk changes, by id."""
    query = _seen(select(BulkChange), view).where(among(BulkChange.id, ids))
    return {each.id: each for each in await _values(session, query)}


async def locked(session: AsyncSession, view: View, id_: int) -> BulkChange | None:
    """Lock a bulk change, and return it as it is now: whoever makes or cancels it takes turns."""
    query = _seen(select(BulkChange), view).where(col(BulkChange.id) == id_).with_for_update()
    return next(iter(await _values(session, query)), None)


async def page(session: AsyncSession, view: View, window: Window) -> Slice[BulkChange]:
    """Return a window of bulk changes, the newest first."""
    query = within(_seen(select(BulkChange), view), NEWEST_FIRST, window)
    return cut(await _values(session, query, keys(window)), window)


async def count(session: AsyncSession, view: View) -> int:
    """Count bulk changes."""
    query: Select[Any] = _seen(select(func.count()).select_from(BulkChange), view)
    return int((await session.execute(query)).scalar_one())


def _seen(query: Select[Any], view: View) -> Select[Any]:
    """Restrict a query to the bulk changes that exist for the viewer: in private mode a member's own."""
    query = query.where(col(BulkChange.team_id) == view.team_id)
    return query if view.only_of is None else query.where(col(BulkChange.member_id) == view.only_of)


async def _values(session: AsyncSession, query: Select[Any], given: Any = None) -> list[BulkChange]:
    """Run a query for bulk changes that are values: nothing is written behind us."""
    found = list((await session.execute(query, given)).scalars())
    session.expunge_all()
    return found


def _is(change: BulkChange) -> tuple[ColumnElement[bool], ...]:
    return col(BulkChange.team_id) == change.team_id, col(BulkChange.id) == change.id


async def items(
    session: AsyncSession, team_id: int, bulk_id: int, wanted: ItemFilter, window: Window
) -> Slice[BulkItem]:
    """Return a window of what became of the contacts of a bulk change, in the order of their ids."""
    query = _items(select(BulkItem), team_id, bulk_id, wanted)
    found = await session.execute(within(query, BY_CONTACT, window), keys(window))
    return cut(list(found.scalars()), window)


async def item_count(session: AsyncSession, team_id: int, bulk_id: int, wanted: ItemFilter) -> int:
    """Count the contacts of a bulk change that the filter lets through."""
    query = _items(select(func.count()).select_from(BulkItem), team_id, bulk_id, wanted)
    return int((await session.execute(query)).scalar_one())


def _items(query: Select[Any], team_id: int, bulk_id: int, wanted: ItemFilter) -> Select[Any]:
    query = query.where(col(BulkItem.team_id) == team_id, col(BulkItem.bulk_id) == bulk_id)
    if wanted.outcome is not None:
        query = query.where(col(BulkItem.outcome) == wanted.outcome)
    if wanted.code is not None:
        named = literal(wanted.code, Text) == any_(col(BulkItem.codes))
        query = query.where(text("outcome = 'REFUSED'"), named)
    return query


async def materialize_undo(session: AsyncSession, change: BulkChange) -> None:
    """Note every contact that another bulk change changed as one of the change that undoes it."""
    keys = (literal(change.team_id, BigInteger), literal(change.id, BigInteger), col(BulkItem.contact_id))
    changed = select(*keys).where(
        col(BulkItem.team_id) == change.team_id,
        col(BulkItem.bulk_id) == change.undoes,
        col(BulkItem.outcome) == BulkOutcome.CHANGED,
    )
    names = ["team_id", "bulk_id", "contact_id"]
    await session.execute(insert_new(BulkItem).from_select(names, changed, include_defaults=False))


async def lines_to_undo(session: AsyncSession, change: BulkChange, ids: Collection[int]) -> list[Activity]:
    """Return the lines that the undone bulk change left for these contacts, in their order."""
    of_item = and_(col(Activity.team_id) == BulkItem.team_id, col(Activity.id) == BulkItem.activity_id)
    query = (
        select(Activity)
        .join_from(BulkItem, Activity, of_item)
        .where(
            col(BulkItem.team_id) == change.team_id,
            col(BulkItem.bulk_id) == change.undoes,
            among(BulkItem.contact_id, ids),
        )
        .order_by(col(Activity.id))
    )
    return list((await session.execute(query)).scalars())


async def next_contacts(session: AsyncSession, change: BulkChange, most: int) -> list[int]:
    """Return the contacts of a bulk change that come next, in the order of their ids."""
    query = (
        select(col(BulkItem.contact_id))
        .where(
            col(BulkItem.team_id) == change.team_id,
            col(BulkItem.bulk_id) == change.id,
            col(BulkItem.contact_id) > change.reached,
        )
        .order_by(col(BulkItem.contact_id))
        .limit(most)
    )
    return list((await session.execute(query)).scalars())


async def store_items(session: AsyncSession, change: BulkChange, done: Sequence[BulkItem]) -> None:
    """Write what became of contacts, in one statement."""
    new = rows(
        "new",
        contact_id=(BigInteger(), [each.contact_id for each in done]),
        outcome=(Text(), [each.outcome.name for each in done]),
        activity_id=(BigInteger(), [each.activity_id for each in done]),
        # An array of arrays must be rectangular: they travel as text. So does JSON that is an array.
        codes=(Text(), [BETWEEN.join(each.codes) for each in done]),
        reasons=(Text(), [each.reasons and orjson.dumps(each.reasons).decode() for each in done]),
    )
    reasons = cast(new.c.reasons, JSONB)
    written = {"outcome": new.c.outcome, "activity_id": new.c.activity_id, "reasons": reasons}
    codes = func.string_to_array(new.c.codes, BETWEEN, type_=ARRAY(Text()))
    await session.execute(
        update(BulkItem)
        .where(
            col(BulkItem.team_id) == change.team_id,
            col(BulkItem.bulk_id) == change.id,
            col(BulkItem.contact_id) == new.c.contact_id,
        )
        .values(written | {"codes": codes})
        .execution_options(synchronize_session=False)
    )


async def store(session: AsyncSession, change: BulkChange) -> None:
    """Write how far a locked bulk change is."""
    parts = ("state", "changed", "refused", "reasons", "reached", "ended_at")
    await session.execute(
        update(BulkChange)
        .where(*_is(change))
        .values({part: getattr(change, part) for part in parts} | {"updated_at": func.statement_timestamp()})
        .execution_options(synchronize_session=False)
    )
