"""Every query about teams, members and keys."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import BigInteger, DateTime, Text, bindparam, func, or_, select, text, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.columns import among
from models.paging import Query
from models.parts import TEAM
from models.pool import Pool, Row
from models.statements import Statement
from models.tables import ApiKey, Member, Team

USED_WITHIN = timedelta(minutes=1)
"""How exactly a key's last use is known: writing it at every request would cost each of them a write."""


async def next_team_id(session: AsyncSession) -> int:
    """Reserve the id of a new team, so that its first row can be written as its own."""
    return int((await session.execute(text("select nextval('team_id_seq')"))).scalar_one())


async def newest_team_id(session: AsyncSession) -> int:
    """Return the highest id that was given to a team, 0 if none was. No transaction sees two teams."""
    last = "select coalesce(last_value, 0) from pg_sequences where sequencename = 'team_id_seq'"
    return int((await session.execute(text(last))).scalar_one())


async def team(session: AsyncSession, team_id: int) -> Team | None:
    """Return a team."""
    return (await session.execute(select(Team).where(col(Team.id) == team_id))).scalar_one_or_none()


async def members(session: AsyncSession, team_id: int, ids: Collection[int]) -> dict[int, Member]:
    """Return the members with these ids, by id."""
    query = select(Member).where(col(Member.team_id) == team_id, among(Member.id, ids))
    return {member.id: member for member in (await session.execute(query)).scalars()}


async def member_by_email(session: AsyncSession, team_id: int, email: str) -> Member | None:
    """Return the member with this address, whatever its case."""
    query = select(Member).where(
        col(Member.team_id) == team_id, func.lower(Member.email) == func.lower(email)
    )
    return (await session.execute(query)).scalar_one_or_none()


async def key_with_team(pool: Pool, team_id: int, prefix: str) -> Row | None:
    """Return the key with this prefix, and what of its team a caller is known by; columns by name."""
    found = await _key_with_team().read(pool, team_id, {"prefix": prefix})
    return found[0] if found else None


@cache
def _key_with_team() -> Statement:
    key = (ApiKey.id, ApiKey.hash, ApiKey.member_id, ApiKey.scopes)
    times = (ApiKey.expires_at, ApiKey.revoked_at, ApiKey.last_used_at)
    query: Query = (
        select(*key, *times, Team.team_edition, Team.visibility)  # type: ignore[call-overload]
        .join(Team, col(Team.id) == ApiKey.team_id)
        .where(col(ApiKey.team_id) == TEAM, col(ApiKey.prefix) == bindparam("prefix", type_=Text()))
    )
    return Statement.of(query)


async def touch(pool: Pool, team_id: int, key_id: int, now: datetime) -> None:
    """Note that a key was used, if that was not noted a moment ago, and nobody has its row locked."""
    await _touch().write(pool, team_id, {"key_id": key_id, "now": now, "since": now - USED_WITHIN})


@cache
def _touch() -> Statement:
    now, since = (bindparam(name, type_=DateTime(timezone=True)) for name in ("now", "since"))
    used = col(ApiKey.last_used_at)
    found = (
        select(col(ApiKey.id))
        .where(
            col(ApiKey.team_id) == TEAM,
            col(ApiKey.id) == bindparam("key_id", type_=BigInteger()),
            or_(used.is_(None), used < since),
        )
        .with_for_update(skip_locked=True, key_share=True)
    )
    query = update(ApiKey).where(col(ApiKey.team_id) == TEAM, col(ApiKey.id) == found.scalar_subquery())
    return Statement.of(query.values(last_used_at=now))


async def revoke(session: AsyncSession, team_id: int, prefix: str) -> datetime | None:
    """Revoke the key with this prefix; return since when it is revoked, None if there is none."""
    since: datetime | None = (
        await session.execute(
            update(ApiKey)
            .where(col(ApiKey.team_id) == team_id, col(ApiKey.prefix) == prefix)
            .values(revoked_at=func.coalesce(ApiKey.revoked_at, func.statement_timestamp()))
            .returning(col(ApiKey.revoked_at))
            .execution_options(synchronize_session=False)
        )
    ).scalar_one_or_none()
    return since
