"""Every query about phone numbers: whose they are, however they are written."""

import re
from collections.abc import Collection

from sqlalchemy import ARRAY, Text, any_, literal, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.tables import Activity, Contact
from rules.events import Event

_NO_DIGITS = re.compile(r"\(0\)|[^0-9]")


def digits(phone: str) -> str:
    """Return what of a number is compared, as PostgreSQL computes `phone_key`: `+49 (0) 151-1` is 491511."""
    return _NO_DIGITS.sub("", phone).removeprefix("00")


async def ids_by_phone(session: AsyncSession, team_id: int, keys: Collection[str]) -> dict[str, list[int]]:
    """Return the contacts with these numbers, as `digits` gives them: first whom an SMS went to last."""
    last_sms = (
        select(col(Activity.id))
        .where(
            col(Activity.team_id) == Contact.team_id,
            col(Activity.contact_id) == Contact.id,
            col(Activity.cause) == Event.SMS_SENT,
        )
        .order_by(col(Activity.id).desc())
        .limit(1)
        .correlate(Contact)
        .scalar_subquery()
    )
    theirs = col(Contact.phone_key) == any_(literal(list(keys), ARRAY(Text)))
    query = (
        select(col(Contact.phone_key), col(Contact.id))
        .where(col(Contact.team_id) == team_id, theirs)
        .order_by(last_sms.desc().nulls_last(), col(Contact.id).desc())
    )
    found: dict[str, list[int]] = {}
    for key, contact_id in (await session.execute(query)).all():
        found.setdefault(key, []).append(contact_id)
    return found
