"""The migrations make what the models say: PostgreSQL describes both in the same words."""

from __future__ import annotations

from typing import Any

import asyncpg  # type: ignore[import-untyped]
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

from models import tables

COLUMNS = """
    select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
           a.attgenerated, a.attcollation, pg_get_expr(d.adbin, d.adrelid)
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
"""
CONSTRAINTS = """
    select conrelid::regclass::text, conname, pg_get_constraintdef(oid)
    from pg_constraint where connamespace = 'public'::regnamespace and conrelid <> 0 and contype <> 't'
"""
INDEXES = """
    select indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid)
    from pg_index join pg_class on pg_class.oid = indexrelid where relnamespace = 'public'::regnamespace
"""


async def shape(url: str) -> dict[str, set[tuple[Any, ...]]]:
    """Return the columns, constraints and indexes of a database, Alembic's own table left out."""
    connection = await asyncpg.connect(url)
    try:
        found = {
            name: {tuple(row) for row in await connection.fetch(query)}
            for name, query in (("columns", COLUMNS), ("constraints", CONSTRAINTS), ("indexes", INDEXES))
        }
    finally:
        await connection.close()
    return {name: {row for row in rows if row[0] != "alembic_version"} for name, rows in found.items()}


def driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+asyncpg://", 1)


async def test_there_is_nothing_left_to_generate(empty_database_url: str) -> None:
    engine = create_async_engine(driver(empty_database_url), poolclass=NullPool)

    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return list(compare_metadata(context, SQLModel.metadata))

    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


async def test_both_ways_lead_to_the_same_shape(empty_database_url: str, bare_database_url: str) -> None:
    engine = create_async_engine(driver(bare_database_url), poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    await engine.dispose()
    migrated, created = await shape(empty_database_url), await shape(bare_database_url)
    for part, rows in created.items():
        assert rows
        assert migrated[part] ^ rows == set(), part


def test_every_table_is_named_where_tables_are_looked_for() -> None:
    named = {
        getattr(tables, name).__tablename__
        for name in tables.__all__
        if hasattr(getattr(tables, name), "__tablename__")
    }
    assert named == set(SQLModel.metadata.tables)


def test_every_table_starts_its_key_its_indexes_and_its_references_with_the_team() -> None:
    for name, table in SQLModel.metadata.tables.items():
        team = "id" if name == "team" else "team_id"
        assert next(iter(table.primary_key.columns)).name == team
        for index in table.indexes:
            assert getattr(next(iter(index.expressions)), "name", None) == team, index.name
        for reference in table.foreign_key_constraints:
            assert reference.column_keys[0] == team, name
