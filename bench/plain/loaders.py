"""What a request has: sessions, and a DataLoader for each table that is looked up by id."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import async_sessionmaker
from sqlmodel import SQLModel, col
from sqlmodel.ext.asyncio.session import AsyncSession
from strawberry.dataloader import DataLoader

from models import tables

Row = TypeVar("Row", bound=SQLModel)


class Context:
    """One request's."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession], team_id: int, member_id: int) -> None:
        self.sessions, self.team_id, self.member_id = sessions, team_id, member_id
        self.contacts = DataLoader(self._by_id(tables.Contact))
        self.sequences = DataLoader(self._by_id(tables.Sequence))
        self.members = DataLoader(self._by_id(tables.Member))

    def _by_id(self, table: type[Row]) -> Callable[[list[int]], Awaitable[list[Row | None]]]:
        columns: Any = table

        async def load(ids: list[int]) -> list[Row | None]:
            query = select(table).where(col(columns.team_id) == self.team_id, col(columns.id).in_(ids))
            async with self.sessions() as session:
                found = {row.id: row for row in (await session.exec(query)).scalars()}  # type: ignore[call-overload]
            return [found.get(each) for each in ids]

        return load
