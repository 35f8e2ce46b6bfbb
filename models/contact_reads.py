"""Every query that shows contacts: one, many, a page, their number. One statement each, without a session."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ARRAY, BigInteger, Text, any_, bindparam, func, select, true
from sqlmodel import col

from models.contact_lists import ONCE, Shape, holds, shape, values
from models.paging import Order, Slice, Window, cut, keys, within
from models.parts import Parts
from models.pool import Plans
from models.statements import KEPT, Statement
from models.tables import Contact, Sequence

if TYPE_CHECKING:
    from collections.abc import Awaitable, Collection, Mapping

    from models.contact_lists import ContactFilter
    from models.contacts import View
    from models.paging import Query
    from models.pool import Pool, Row

_ID: Final = Parts(("id",))

PAGES: Final = 8
"""How many pages one statement reads: of more, the first would wait for the last, and caches overflow."""


async def page(
    pool: Pool, view: View, wanted: ContactFilter, by: Order[Any], window: Window, *, parts: Parts
) -> Slice[Row]:
    """Return a window of the contacts that the filter lets through.

    Pages of one list by age that are asked for at once are read at once.
    """
    private, given, ends = view.only_of is not None, shape(wanted), window.ends()
    values_of = values(wanted)
    values_of.update(keys(window), only_of=view.only_of)
    one = _page(parts, private, given, by, ends)
    if window.after is None or not _may_be_several(given, by, ends):
        return cut(await one.read(pool, view.team_id, values_of), window)

    async def read(places: Collection[int]) -> Mapping[int, list[Any]]:
        if len(places) == 1:
            return dict.fromkeys(places, await one.read(pool, view.team_id, values_of))
        asked = values_of | {"places": list(places)}
        rows = await _pages(parts, private, given, by, ends).read(pool, view.team_id, asked)
        return _apart(asked["places"], rows)

    kind = view.team_id, view.only_of, id(parts), wanted, by, window.size
    place: Any = window.after[0]
    return cut(await pool.together.look_up(kind, place, read, PAGES), window)


async def count(pool: Pool, view: View, wanted: ContactFilter) -> int:
    """Count the contacts that the filter lets through."""
    statement = _count(view.only_of is not None, shape(wanted))
    [row] = await statement.read(pool, view.team_id, {"only_of": view.only_of, **values(wanted)})
    return int(row[0])


def by_ids(pool: Pool, view: View, ids: Collection[int], parts: Parts) -> Awaitable[list[Row]]:
    """Return the contacts with these ids, in any order; unknown ones are left out."""
    statement = _one_of(parts, view.only_of is not None, len(ids) == 1)
    given = {"id": next(iter(ids))} if len(ids) == 1 else {"ids": list(ids)}
    return statement.read(pool, view.team_id, {"only_of": view.only_of, **given})


def by_id(pool: Pool, view: View, contact_id: int, parts: Parts) -> Awaitable[Row | None]:
    """Return the contact with this id, which is the first of its columns; None if there is none.

    Those that are asked for at once are read at once.
    """
    kind = view.team_id, view.only_of, id(parts)

    async def read(ids: Collection[int]) -> Mapping[int, Row]:
        return {row[0]: row for row in await by_ids(pool, view, ids, parts)}

    return pool.together.look_up(kind, contact_id, read)


async def by_email(pool: Pool, view: View, email: str, parts: Parts) -> Row | None:
    """Return the contact with this address, whatever its case; None if there is none."""
    statement = _by_email(parts, view.only_of is not None)
    rows = await statement.read(pool, view.team_id, {"only_of": view.only_of, "email": email})
    return next(iter(rows), None)


@lru_cache(maxsize=KEPT)
def _page(parts: Parts, private: bool, given: Shape, by: Order[Any], window: Window) -> Statement:
    """Return the statement of a page.

    Filtered by statuses, the page is found first, in an index alone, and only its own contacts are then read:
    those that the filter leaves out are many, and lie all over the table. The index of sequences does
    the same in one go.
    """
    of_one = "sequence_id" in given[0]
    if given[1] is None or _along_sequence(given, by):
        query = _seen(parts, private=private, of_one=of_one)
        return Statement.of(within(query.where(*holds(given)), by, window), plans=_plans(given, by))
    page = within(_seen(_ID, private=private, of_one=of_one).where(*holds(given)), by, window)
    found = parts.contacts(of_one=of_one).where(
        col(Contact.id) == any_(func.array(page.correlate(None).scalar_subquery()))
    )
    return Statement.of(found.order_by(*by.along(window)), plans=_plans(given, by))


def _along_sequence(given: Shape, by: Order[Any]) -> bool:
    """Whether the index of sequences, which goes by age, has all that the page is found by."""
    return given[0] == {"sequence_id"} and by.columns == (Contact.id,)


def _plans(given: Shape, by: Order[Any]) -> Plans:
    if given[0] & ONCE:
        return Plans.EACH
    if _along_sequence(given, by):
        return Plans.ONE
    return Plans.ONE if given[1] is None and "replied_by" not in given[0] else Plans.CHOSEN


def _may_be_several(given: Shape, by: Order[Any], window: Window) -> bool:
    """Whether pages that differ in their first key are one statement: by age, and found as they are read."""
    simple = window.before is None and not window.backwards and by.columns == (Contact.id,)
    return simple and given[1] is None and _plans(given, by) is Plans.ONE


@lru_cache(maxsize=KEPT)
def _pages(parts: Parts, private: bool, given: Shape, by: Order[Any], window: Window) -> Statement:
    """Return the statement of several pages, after `places`: each row tells first which of them it is for."""
    places = func.unnest(bindparam("places", type_=ARRAY(BigInteger())))
    asked = places.table_valued("place", with_ordinality="number", name="asked").render_derived()
    query = _seen(parts, private=private, of_one="sequence_id" in given[0]).where(*holds(given))
    page = within(query, by, window, [asked.c.place]).lateral("page")
    rows: Query = select(asked.c.number, *page.c).select_from(asked.join(page, true()))
    return Statement.of(rows.order_by(asked.c.number, page.c.id.desc() if by.descending else page.c.id))


def _apart(places: list[int], rows: list[Row]) -> dict[int, list[Any]]:
    """Return the rows of several pages as they would be of each alone."""
    found, begin = {}, 0
    for number, place in enumerate(places, 1):
        end = bisect_right(rows, number, begin, key=itemgetter(0))
        found[place] = [row[1:] for row in rows[begin:end]]
        begin = end
    return found


@lru_cache(maxsize=KEPT)
def _count(private: bool, given: Shape) -> Statement:
    query = _seen(_ID, private=private).where(*holds(given)).with_only_columns(func.count())
    return Statement.of(query, plans=Plans.CHOSEN)


@lru_cache(maxsize=KEPT)
def _one_of(parts: Parts, private: bool, alone: bool) -> Statement:
    wanted = (
        bindparam("id", type_=BigInteger()) if alone else any_(bindparam("ids", type_=ARRAY(BigInteger())))
    )
    return Statement.of(_seen(parts, private=private).where(col(Contact.id) == wanted))


@lru_cache(maxsize=KEPT)
def _by_email(parts: Parts, private: bool) -> Statement:
    email = bindparam("email", type_=Text())
    return Statement.of(_seen(parts, private=private).where(col(Contact.email_key) == func.lower(email)))


def _seen(parts: Parts, *, private: bool, of_one: bool = False) -> Query:
    """Return the query for the contacts that exist for the viewer: in private mode a member's own."""
    query = parts.contacts(with_sequence=private, of_one=of_one)
    if private:
        owner = func.coalesce(Sequence.owner_id, Contact.owner_id)
        query = query.where(owner == bindparam("only_of", type_=BigInteger()))
    return query
