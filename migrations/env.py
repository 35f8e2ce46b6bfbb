"""Alembic's way in: the connection `models.migration` hands over or, for its command line, DATABASE_URL."""

from __future__ import annotations

import asyncio
import os
import pkgutil
from importlib import import_module

from alembic import context
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

import models
from models.connection import ROLE, Address, DatabaseProblem, connect

for module in pkgutil.iter_modules(models.__path__):
    import_module(f"models.{module.name}")  # so that every table is known to the metadata

# Roles belong to the whole cluster: another database's migration may make ours at the same moment.
_ROLE = f"""
do $$ begin
  if not exists (select from pg_roles where rolname = '{ROLE}') then
    create role {ROLE} nologin;
  end if;
exception when duplicate_object or unique_violation then null;
end $$;
"""
# Since version 16 who makes a role is its administrator, but may not take it without a further grant.
_MEMBER = f"""
do $$ declare may boolean; begin
  if current_setting('server_version_num')::int >= 160000 then
    may := pg_has_role(session_user, '{ROLE}', 'set');
  else
    may := pg_has_role(session_user, '{ROLE}', 'member');
  end if;
  if not may then
    execute format('grant {ROLE} to %I', session_user);
  end if;
end $$;
"""


def run(connection: Connection) -> None:
    """Make the role, then run the scripts, each in a transaction of its own."""
    try:
        with connection.begin():
            connection.execute(text(_ROLE))
            connection.execute(text(_MEMBER))
            connection.execute(text(f"grant usage on schema public to {ROLE}"))
    except ProgrammingError as error:
        raise DatabaseProblem(
            f"DATABASE_URL's user may not make the role {ROLE} and take it: have an administrator run "
            f'`create role {ROLE} nologin; grant {ROLE} to "that user";`, then migrate again.'
        ) from error
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        transaction_per_migration=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()  # autogenerate leaves a transaction open behind its reading
    with connection.begin():
        # The server compares the version at its start, as this role.
        connection.execute(text(f"grant select on alembic_version to {ROLE}"))


async def connect_and_run() -> None:
    """Serve Alembic's own command line, which brings no connection."""
    address = Address.parse(os.environ.get("DATABASE_URL", "postgresql:///contact_status"))
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: connect(address, {}), poolclass=NullPool
    )
    async with engine.connect() as connection:
        await connection.run_sync(run)
        await connection.commit()
    await engine.dispose()


given = context.config.attributes.get("connection")
if isinstance(given, Connection):
    run(given)
else:
    asyncio.run(connect_and_run())
