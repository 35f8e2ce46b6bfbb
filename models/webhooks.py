"""Every query about webhooks: whom to believe, and which deliveries were accepted before."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.tables import WebhookAccount, WebhookReceipt

KEPT = timedelta(days=1)
"""How long a delivery is known: providers sign no longer than some hours ahead of the last retry."""
AT_ONCE = 1_000
"""How many receipts that are past it are taken off with each new one."""


async def secrets(session: AsyncSession, team_id: int, provider: str) -> dict[str, Any] | None:
    """Return what a provider's deliveries to a team are verified with; None if it has no account there."""
    query = select(col(WebhookAccount.secrets)).where(
        col(WebhookAccount.team_id) == team_id, col(WebhookAccount.provider) == provider
    )
    return (await session.execute(query)).scalar_one_or_none()


async def providers(session: AsyncSession, team_id: int) -> list[str]:
    """Return the providers that have an account at a team, by name."""
    query = select(col(WebhookAccount.provider)).where(col(WebhookAccount.team_id) == team_id)
    return list((await session.execute(query.order_by(col(WebhookAccount.provider)))).scalars())


async def store_secrets(
    session: AsyncSession, team_id: int, provider: str, secrets: Mapping[str, Any]
) -> None:
    """Set what a provider's deliveries are verified with, in place of what was there."""
    statement = insert(WebhookAccount).values(team_id=team_id, provider=provider, secrets=dict(secrets))
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["team_id", "provider"], set_={"secrets": statement.excluded.secrets}
        )
    )


async def accept(session: AsyncSession, team_id: int, provider: str, once: str) -> bool:
    """Note that a delivery is accepted, and forget those of yesterday; False if it was accepted before.

    Another transaction that accepts the same one at this moment is waited for.
    """
    past = (
        select(col(WebhookReceipt.provider), col(WebhookReceipt.once))
        .where(
            col(WebhookReceipt.team_id) == team_id,
            col(WebhookReceipt.received_at) < func.statement_timestamp() - KEPT,
        )
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)  # another one is at it
    )
    forget = delete(WebhookReceipt).where(
        col(WebhookReceipt.team_id) == team_id,
        tuple_(col(WebhookReceipt.provider), col(WebhookReceipt.once)).in_(past),
    )
    statement = (
        insert(WebhookReceipt)
        .values(team_id=team_id, provider=provider, once=once)
        .on_conflict_do_nothing()
        .returning(col(WebhookReceipt.once))
        .add_cte(forget.cte("forgotten"))
    )
    return (await session.execute(statement)).scalar_one_or_none() is not None
