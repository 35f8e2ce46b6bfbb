"""Short words for tests of imports: a file's text in, the messages out."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from sqlalchemy import select

from models.tables import Contact
from resolvers.context import Context
from resolvers.imports.files import Format
from resolvers.imports.messages import Asked, Mapped, Summary
from resolvers.imports.rows import BadRow
from resolvers.imports.run import run
from schema.ids import to_id
from tests.world import Home


async def imported(home: Home, text: str | bytes, context: Context | None = None, **asked: Any) -> list[Any]:
    """Import a text for a team; return every message."""
    file = BytesIO(text.encode() if isinstance(text, str) else text)
    wanted = Asked(**({"owner_id": home.owner.member_id, "form": Format.CSV} | asked))
    messages = run(context or home.system.context, file, wanted, lambda number: to_id("Sequence", number))
    return [message async for message in messages]


def summary(messages: list[Any]) -> Summary:
    assert isinstance(messages[-1], Summary)
    return messages[-1]


def bad(messages: list[Any]) -> list[BadRow]:
    return [each for each in messages if isinstance(each, BadRow)]


def mapped(messages: list[Any]) -> dict[str, str]:
    return {each.found: each.taken_as for each in messages if isinstance(each, Mapped)}


async def contacts_of(home: Home) -> dict[str, Contact]:
    """Return the contacts of a team, by address."""
    async with home.system.context.read() as session:
        found = (await session.execute(select(Contact))).scalars().all()
    return {each.email: each for each in found}
