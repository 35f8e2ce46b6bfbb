"""The one PostgreSQL that everything is measured on: an embedded one of the bench's own, or DATABASE_URL's.

A database for each number of contacts. Loaded ones stay until `drop`, so that a second run starts sooner.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import asyncpg  # type: ignore[import-untyped]
from rich.progress import Progress
from sqlalchemy.engine import make_url

from bench.load import load
from bench.postgraphile import FUNCTIONS
from models.connection import Address
from models.engine import migrate
from server.postgres import EmbeddedPostgres
from server.postgres_home import find
from server.settings import load as settings

PREFIX: Final = "cs_bench_"
TUNED: Final = {"shared_buffers": "6GB", "max_wal_size": "4GB", "random_page_cost": "1.1", "jit": "off"}
"""What an administrator would set on a machine of this size; the rest is as PostgreSQL comes."""


@dataclass(frozen=True, slots=True)
class Databases:
    """The databases of one server."""

    url: str

    def at(self, name: str) -> str:
        """Return the URL of a database of the server."""
        url = make_url(Address.parse(self.url).dsn)
        return url.set(database=name).render_as_string(hide_password=False)

    async def loaded(
        self, contacts: int, progress: Progress | None = None, teams: int = 1
    ) -> tuple[str, int]:
        """Return the URL of a database with so many contacts, and the id of its (first) big team."""
        name = f"{PREFIX}{contacts}" + (f"_{teams}" if teams > 1 else "")
        admin = await asyncpg.connect(Address.parse(self.url).dsn)
        try:
            known = "select shobj_description(oid, 'pg_database') from pg_database where datname = $1"
            if found := await admin.fetchval(known, name):
                await migrate(self.at(name))
                return self.at(name), int(found)
            await admin.execute(f"drop database if exists {name} with (force)")
            await admin.execute(f"create database {name}")
            await migrate(self.at(name))
            team_id = (await load(self.at(name), contacts, teams, progress))[0]
            await self._add_functions(name)
            await admin.execute(f"comment on database {name} is '{team_id}'")  # it is whole
        finally:
            await admin.close()
        return self.at(name), team_id

    async def _add_functions(self, name: str) -> None:
        connection = await asyncpg.connect(self.at(name))
        try:
            await connection.execute(FUNCTIONS)
        finally:
            await connection.close()

    async def empty(self) -> str:
        """Return the URL of a database that is migrated and has no rows."""
        name = f"{PREFIX}0"
        admin = await asyncpg.connect(Address.parse(self.url).dsn)
        try:
            await admin.execute(f"drop database if exists {name} with (force)")
            await admin.execute(f"create database {name}")
        finally:
            await admin.close()
        await migrate(self.at(name))
        return self.at(name)

    async def drop(self) -> None:
        """Drop every database of the bench."""
        admin = await asyncpg.connect(Address.parse(self.url).dsn)
        try:
            query = "select datname from pg_database where starts_with(datname, $1)"
            for (name,) in await admin.fetch(query, PREFIX):
                await admin.execute(f"drop database if exists {name} with (force)")
        finally:
            await admin.close()


@contextmanager
def server() -> Iterator[Databases]:
    """Start the bench's own PostgreSQL, or use that of DATABASE_URL, as a superuser."""
    if url := settings().database_url:
        yield Databases(url)
        return
    with EmbeddedPostgres(find("bench"), tuned=TUNED, max_connections=200) as embedded:  # for six at once
        yield Databases(embedded.url)
