"""Every query about the mail that was sent: to whom each message went, by its Message-ID."""

from collections.abc import Collection, Sequence

from sqlalchemy import ARRAY, BigInteger, Text, any_, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.columns import TIME, rows
from models.tables import SentMessage


async def by_message(
    session: AsyncSession, team_id: int, message_ids: Collection[str]
) -> dict[str, SentMessage]:
    """Return those of the messages, by id without angle brackets, that were sent to contacts of the team."""
    theirs = col(SentMessage.message_id) == any_(literal(list(message_ids), ARRAY(Text)))
    query = select(SentMessage).where(col(SentMessage.team_id) == team_id, theirs)
    found = (await session.execute(query)).scalars().all()
    session.expunge_all()
    return {sent.message_id: sent for sent in found}


async def add(session: AsyncSession, team_id: int, messages: Sequence[SentMessage]) -> None:
    """Store which message went to whom, in one statement; who is known for an id stays.

    In the order of the ids, so that two batches never wait for each other.
    """
    if not messages:
        return
    new = rows(
        "new",
        message_id=(Text(), [each.message_id for each in messages]),
        contact_id=(BigInteger(), [each.contact_id for each in messages]),
        sequence_id=(BigInteger(), [each.sequence_id for each in messages]),
        sent_at=(TIME, [each.sent_at for each in messages]),
    )
    columns = {
        "team_id": literal(team_id, BigInteger),
        "message_id": new.c.message_id,
        "contact_id": new.c.contact_id,
        "sequence_id": new.c.sequence_id,
        "sent_at": new.c.sent_at,
    }
    await session.execute(
        insert(SentMessage)
        .from_select(list(columns), select(*columns.values()).order_by(new.c.message_id))
        .on_conflict_do_nothing()
    )
