"""Every query about kept answers: claiming a key, looking up what was answered, keeping an answer."""

from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, func, not_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.tables import KeptAnswer

KEPT: Final = timedelta(hours=24)
AT_ONCE: Final = 100
"""How many old answers of the team each claim clears away; more than come in."""

_AGE = func.statement_timestamp() - KEPT
_KEY = (col(KeptAnswer.team_id), col(KeptAnswer.caller_id), col(KeptAnswer.key))


async def claim(session: AsyncSession, team_id: int, caller_id: int, key: str, fingerprint: bytes) -> bool:
    """Take a key for this transaction, and clear old ones away; False if it was used within the last day.

    One statement. Of two transactions that claim a key, the second waits until the first has ended: if that
    committed it is False, if it came to nothing the key is free again.
    """
    ours = _is(team_id, caller_id, key)
    old = (
        select(*_KEY)
        .where(col(KeptAnswer.team_id) == team_id, col(KeptAnswer.created_at) < _AGE, not_(ours))
        .order_by(col(KeptAnswer.created_at))
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    cleared = delete(KeptAnswer).where(tuple_(*_KEY).in_(old)).cte("cleared")
    new = insert(KeptAnswer).values(team_id=team_id, caller_id=caller_id, key=key, fingerprint=fingerprint)
    statement = new.on_conflict_do_update(
        index_elements=["team_id", "caller_id", "key"],
        set_={
            "fingerprint": new.excluded.fingerprint,
            "answer": None,
            "created_at": func.statement_timestamp(),
        },
        where=col(KeptAnswer.created_at) < _AGE,
    ).returning(col(KeptAnswer.key))
    return (await session.execute(statement.add_cte(cleared))).first() is not None


async def used(session: AsyncSession, team_id: int, caller_id: int, key: str) -> tuple[bytes, str | None]:
    """Return the fingerprint and the answer of a key that was used."""
    query = select(col(KeptAnswer.fingerprint), col(KeptAnswer.answer)).where(_is(team_id, caller_id, key))
    fingerprint, answer = (await session.execute(query)).one()
    return fingerprint, answer


async def keep(session: AsyncSession, team_id: int, caller_id: int, key: str, answer: str) -> None:
    """Keep the answer to the request that claimed the key."""
    await session.execute(update(KeptAnswer).where(_is(team_id, caller_id, key)).values(answer=answer))


def _is(team_id: int, caller_id: int, key: str) -> ColumnElement[bool]:
    return and_(
        col(KeptAnswer.team_id) == team_id,
        col(KeptAnswer.caller_id) == caller_id,
        col(KeptAnswer.key) == key,
    )
