"""What `python -m bench.load` loads is what the use cases could have made."""

from __future__ import annotations

import asyncpg  # type: ignore[import-untyped]

from bench.load import load
from models.engine import Database
from tests.resolvers.soundness import assert_sound


async def test_stamped_contacts_are_sound_and_spread_over_the_teams(empty_database: Database) -> None:
    teams = await load(empty_database.address.dsn, 2_600, teams=2)
    for team_id in teams:
        await assert_sound(empty_database, team_id)
    connection = await asyncpg.connect(empty_database.address.dsn)
    try:
        counted = await connection.fetch(
            "select count(*), count(distinct statuses) sets from contact where team_id = any($1)"
            " group by team_id",
            teams,
        )
        assert [row["count"] for row in counted] == [1_300, 1_300]
        assert min(row["sets"] for row in counted) > 15
        # Foreign keys were not checked while loading: they are when they are made anew.
        for table in ("contact", "enrolment", "activity", "step", "sequence", "member"):
            for name, definition in await connection.fetch(
                "select conname, pg_get_constraintdef(oid) from pg_constraint"
                " where contype = 'f' and conrelid = $1::regclass",
                table,
            ):
                await connection.execute(f"alter table {table} drop constraint {name}")
                await connection.execute(f"alter table {table} add constraint {name} {definition}")
        # Whoever is created next gets an id of its own.
        assert await connection.fetchval("select nextval('activity_id_seq') > max(id) from activity")
    finally:
        await connection.close()
