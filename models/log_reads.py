"""What a page shows besides its contacts: members, steps, the lines behind statuses. One statement each."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Integer,
    and_,
    any_,
    bindparam,
    column,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col

from models.columns import BIT
from models.parts import TEAM
from models.statements import Statement
from models.tables import Activity, Member, Step
from models.values import Loaded
from rules.statuses import Status

if TYPE_CHECKING:
    from models.pool import Pool

_IDS: Final = bindparam("ids", type_=ARRAY(BigInteger()))
_LINE, _MEMBER, _STEP = Loaded(Activity), Loaded(Member), Loaded(Step)
_NONE: Final[Any] = literal_column("0")
_STATUS_OF: Final = {bits: status for status, bits in BIT.items()}


async def members(pool: Pool, team_id: int, ids: Collection[int]) -> dict[int, Member]:
    """Return the members with these ids, by id."""
    rows = await _members().read(pool, team_id, {"ids": list(ids)})
    return {member.id: member for member in map(_MEMBER.of, rows)}


async def steps_of(pool: Pool, team_id: int, ids: Collection[int]) -> dict[int, list[Step]]:
    """Return the steps of each of these sequences, in order."""
    steps: dict[int, list[Step]] = {sequence_id: [] for sequence_id in ids}
    for step in map(_STEP.of, await _steps().read(pool, team_id, {"ids": list(ids)})):
        steps[step.sequence_id].append(step)
    return steps


async def since(pool: Pool, team_id: int, contact_ids: Collection[int]) -> dict[int, dict[Status, Activity]]:
    """Return, for each contact and status, the last line that put it on; one statement for all."""
    found: dict[int, dict[Status, Activity]] = {contact_id: {} for contact_id in contact_ids}
    for row in await _since().read(pool, team_id, {"ids": list(contact_ids)}):
        line = _LINE.of(row[1:])
        found[line.contact_id][_STATUS_OF[row[0]]] = line
    return found


@cache
def _members() -> Statement:
    return Statement.of(
        select(*_MEMBER.columns).where(col(Member.team_id) == TEAM, col(Member.id) == any_(_IDS))
    )


@cache
def _steps() -> Statement:
    of_theirs = select(*_STEP.columns).where(col(Step.team_id) == TEAM, col(Step.sequence_id) == any_(_IDS))
    return Statement.of(of_theirs.order_by(col(Step.position)))


@cache
def _since() -> Statement:
    bits: Any = literal_column(f"'{{{','.join(map(str, BIT.values()))}}}'::integer[]")
    each = func.unnest(bits).table_valued(column("bit", Integer()), name="each").render_derived()
    bit = each.c.bit
    after = col(Activity.after).op("&", return_type=Integer())(bit) != _NONE
    before = col(Activity.before).op("&", return_type=Integer())(bit) == _NONE
    query: Any = (
        select(bit, *_LINE.columns)
        .join_from(Activity, each, and_(after, before))
        .where(col(Activity.team_id) == TEAM, col(Activity.contact_id) == any_(_IDS))
        .ext(distinct_on(col(Activity.contact_id), bit))
        .order_by(col(Activity.contact_id), bit, col(Activity.id).desc())
    )
    return Statement.of(query)
