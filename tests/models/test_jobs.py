"""The queue's schema: what pgqueuer wants there, what our role may do there, and nothing of anyone."""

from __future__ import annotations

import asyncpg  # type: ignore[import-untyped]
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver

from models import jobs
from models.connection import ROLE

TABLES = {"pgqueuer", "pgqueuer_log", "pgqueuer_schedules", "pgqueuer_statistics", "webhook_team"}
"""pgqueuer's, and which team's webhooks are to be looked at when."""


async def test_the_migration_makes_what_the_installed_release_wants(database_url: str) -> None:
    """If this fails after another release was pinned, a migration is due that runs what it plans."""
    connection = await asyncpg.connect(database_url)
    try:
        plan = await jobs.queries(AsyncpgDriver(connection)).plan_upgrade()
    finally:
        await connection.close()
    assert [*plan.statements, *plan.notes] == []


async def test_our_role_works_there_and_owns_nothing(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    rights = ("select", "insert", "update", "delete", "truncate", "references", "trigger")
    try:
        tables = await connection.fetch(
            "select relname, pg_get_userbyid(relowner) as owner, oid from pg_class"
            " where relnamespace = $1::regnamespace and relkind in ('r', 'p')",
            jobs.SCHEMA,
        )
        may = {
            row["relname"]: [
                await connection.fetchval(
                    "select has_table_privilege($1, $2::oid, $3)", ROLE, row["oid"], right
                )
                for right in rights
            ]
            for row in tables
        }
    finally:
        await connection.close()
    assert ROLE not in {row["owner"] for row in tables}
    assert may == dict.fromkeys(TABLES, [True] * 4 + [False] * 3)
