"""Bringing a database to the shape this version needs: Alembic, run from the program itself."""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from models.connection import Address, DatabaseProblem, DatabaseTooOld, connect
from models.stamps import settle

if TYPE_CHECKING:
    import asyncpg  # type: ignore[import-untyped]
    from sqlalchemy.engine import Connection
    from sqlalchemy.ext.asyncio import AsyncConnection

SCRIPTS: Final = Path(__file__).resolve().parent.parent / "migrations"
OLDEST: Final = 15
"""The oldest major version of PostgreSQL that is supported."""

_LOCK: Final = 0x636F6E74616374  # "contact": any number will do that no other program takes
_SETTINGS: Final = {"application_name": "contact-status migrate", "lock_timeout": "10s"}


def config(scripts: Path = SCRIPTS) -> Config:
    """Return Alembic's configuration, which is a place and nothing else."""
    made = Config()
    made.set_main_option("script_location", str(scripts).replace("%", "%%"))
    return made


@cache
def revisions(scripts: Path = SCRIPTS) -> tuple[str, ...]:
    """List the revisions this version knows, the newest first."""
    if not (scripts / "versions").is_dir():
        return ()
    return tuple(script.revision for script in ScriptDirectory.from_config(config(scripts)).walk_revisions())


async def migrate(url: str, scripts: Path = SCRIPTS) -> None:
    """Upgrade the database to the newest revision; of several callers at once one does the work."""
    address = Address.parse(url)

    async def creator() -> asyncpg.Connection:
        return await connect(address, _SETTINGS)

    engine = create_async_engine("postgresql+asyncpg://", async_creator=creator, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            await require_version(connection, address)
            await _lock(connection)
            await connection.run_sync(_upgrade, scripts)
            await connection.commit()
    except DBAPIError as error:
        raise DatabaseProblem(f"The migration of {address.name} failed: {error.orig}") from error
    finally:
        await engine.dispose()


async def require_version(connection: AsyncConnection, address: Address) -> None:
    """Raise `DatabaseTooOld` if this PostgreSQL is older than the oldest supported one."""
    number: int = (
        await connection.execute(text("select current_setting('server_version_num')::int"))
    ).scalar_one()
    if number // 10_000 < OLDEST:
        raise DatabaseTooOld(
            f"PostgreSQL at {address.name} is version {number // 10_000}; {OLDEST} or later is needed."
        )


async def _lock(connection: AsyncConnection) -> None:
    """Wait for our turn, asking: a blocked statement would stall another's `create index concurrently`."""
    while True:
        taken = await connection.execute(text("select pg_try_advisory_lock(:key)"), {"key": _LOCK})
        await connection.commit()  # the lock is the session's: it outlives this transaction
        if taken.scalar_one():
            return
        await asyncio.sleep(0.1)


def _upgrade(connection: Connection, scripts: Path) -> None:
    """Run Alembic on an open connection; migrations/env.py picks it up."""
    if not revisions(scripts):
        raise DatabaseProblem(f"There is no migration in {scripts}: the checkout is incomplete.")
    made = config(scripts)
    made.attributes["connection"] = connection
    command.upgrade(made, "head")
    settle(connection)
