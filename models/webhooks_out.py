"""Every query about webhooks, and the list of teams that have some: when each is looked at next."""
# ruff: noqa: S608 - the name of the list stands here

from collections.abc import Sequence

from sqlalchemy import func, select, text
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.contacts import View
from models.jobs import SCHEMA
from models.paging import Query
from models.stamps import horizon
from models.tables import Webhook

_TEAMS = f"{SCHEMA}.webhook_team"


def _seen(view: View) -> Query:
    """Return the webhooks there are for this view: in private mode a member's own."""
    query: Query = select(Webhook).where(col(Webhook.team_id) == view.team_id)
    return query if view.only_of is None else query.where(col(Webhook.member_id) == view.only_of)


async def listed(session: AsyncSession, view: View) -> Sequence[Webhook]:
    """Return the webhooks, the oldest first."""
    return (await session.execute(_seen(view).order_by(col(Webhook.id)))).scalars().all()


async def by_id(
    session: AsyncSession, view: View, webhook_id: int | None, *, lock: bool = False
) -> Webhook | None:
    """Return a webhook; with `lock`, nobody else changes it or takes its deliveries meanwhile."""
    query = _seen(view).where(col(Webhook.id) == webhook_id)
    if lock:
        query = query.with_for_update(key_share=True)
    return (await session.execute(query)).scalar_one_or_none()


async def count(session: AsyncSession, team_id: int) -> int:
    """Count the team's webhooks, and let nobody add one meanwhile: the team's entry is locked."""
    entry = f"""
        insert into {_TEAMS} (team_id) values (:team_id) on conflict (team_id) do update set look_at = now()
    """
    await session.execute(text(entry), {"team_id": team_id})
    query = select(func.count()).where(col(Webhook.team_id) == team_id)
    return int((await session.execute(query)).scalar_one())


async def place(session: AsyncSession) -> int:
    """Return the stamp at which the feed ends now: all that is not in it yet lies at or above."""
    return int((await session.execute(select(horizon()))).scalar_one())


async def wake(session: AsyncSession, team_id: int) -> None:
    """Have the team looked at at once."""
    await session.execute(
        text(f"update {_TEAMS} set look_at = now() where team_id = :team_id"), {"team_id": team_id}
    )


async def delete(session: AsyncSession, webhook: Webhook) -> None:
    """Delete a webhook with its deliveries; a team that has none left is not looked at any more."""
    team = {"team_id": webhook.team_id}
    await session.delete(webhook)
    await session.flush()
    await session.execute(text(f"select from {_TEAMS} where team_id = :team_id for update"), team)
    none_left = "not exists (select from webhook where webhook.team_id = :team_id)"
    await session.execute(text(f"delete from {_TEAMS} where team_id = :team_id and {none_left}"), team)


async def due_teams(session: AsyncSession, *, most: int, again_in: float) -> list[int]:
    """Return teams that it is time to look at, those that waited longest first; each is anyone's again later.

    `again_in` is in seconds. Whoever takes a team and dies keeps nobody from taking it then.
    """
    query = f"""
        update {_TEAMS} set look_at = now() + make_interval(secs => :again_in) where team_id in (
            select team_id from {_TEAMS} where look_at <= now() order by look_at limit :most
            for update skip locked
        ) returning team_id
    """
    return list((await session.execute(text(query), {"most": most, "again_in": again_in})).scalars())
