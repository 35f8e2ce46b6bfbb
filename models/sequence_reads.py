"""Every query that shows sequences, and what shows members. One statement each, without a session."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from sqlalchemy import ARRAY, BigInteger, any_, bindparam, func
from sqlmodel import col

from models.paging import Order, Slice, Window, cut, keys, within
from models.parts import Parts
from models.statements import KEPT, Statement
from models.tables import Member, Sequence

if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

    from models.pool import Pool, Row

_IDS: Final = bindparam("ids", type_=ARRAY(BigInteger()))
BY_AGE: Order[Any] = Order((Sequence.id,), lambda sequence: (sequence.number,))


async def page(pool: Pool, team_id: int, window: Window, parts: Parts) -> Slice[Row]:
    """Return a window of the team's sequences, by age."""
    return cut(await _page(parts, window.ends()).read(pool, team_id, keys(window)), window)


async def count(pool: Pool, team_id: int) -> int:
    """Count the team's sequences."""
    [row] = await _count().read(pool, team_id, {})
    return int(row[0])


async def by_ids(pool: Pool, team_id: int, ids: Collection[int], parts: Parts) -> list[Row]:
    """Return the sequences with these ids, in any order; unknown ones are left out."""
    return await _one_of(parts).read(pool, team_id, {"ids": list(ids)})


async def members_by_ids(pool: Pool, team_id: int, ids: Collection[int], parts: Parts) -> list[Row]:
    """Return the members with these ids, in any order; unknown ones are left out."""
    return await _members(parts).read(pool, team_id, {"ids": list(ids)})


@lru_cache(maxsize=KEPT)
def _page(parts: Parts, window: Window) -> Statement:
    return Statement.of(within(parts.sequences(), BY_AGE, window))


@lru_cache(maxsize=1)
def _count() -> Statement:
    return Statement.of(Parts(sequence=("id",)).sequences().with_only_columns(func.count()))


@lru_cache(maxsize=KEPT)
def _one_of(parts: Parts) -> Statement:
    return Statement.of(parts.sequences().where(col(Sequence.id) == any_(_IDS)))


@lru_cache(maxsize=KEPT)
def _members(parts: Parts) -> Statement:
    return Statement.of(parts.members().where(col(Member.id) == any_(_IDS)))
